/// Bytes as a device in text mode reads them: without carriage returns.
struct TranslatedText {
  private(set) var bytes: [UInt8] = []
  /// How many bytes of the source they were made of.
  private(set) var sourceCount = 0

  /// Translates the beginning of a source.
  ///
  /// - Parameters:
  ///   - source: What is translated.
  ///   - limit: The most bytes that are made.
  init(_ source: UnsafeRawBufferPointer, upTo limit: Int) {
    bytes.reserveCapacity(min(limit, source.count))
    while sourceCount < source.count, bytes.count < limit {
      let byte = unsafe source[sourceCount]
      sourceCount += 1
      if byte != UInt8(ascii: "\r") { bytes.append(byte) }
    }
  }
}
