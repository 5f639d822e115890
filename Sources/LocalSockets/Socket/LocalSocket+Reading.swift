extension LocalSocket {
  /// How many bytes can be read without waiting.
  public var bytesAvailable: Int { input.count }
  /// Whether a whole line can be read without waiting.
  public var canReadLine: Bool { input.lineLength() != nil }
  /// Whether nothing can be read now, which says nothing about the connection.
  public var atEnd: Bool { !isOpen || input.isEmpty }

  /// Takes bytes that have arrived; mirrors `QIODevice::read`.
  ///
  /// - Parameter maxLength: The most bytes that are taken; not negative.
  /// - Returns: The bytes; none when nothing is there yet; nil when nothing more can come or the
  ///   device is not open for reading.
  public func read(maxLength: Int) -> [UInt8]? {
    unsafe withUnreadBytes(upTo: maxLength) { unsafe [UInt8]($0) }
  }

  /// Takes all bytes that have arrived; mirrors `QIODevice::readAll`.
  ///
  /// - Returns: As ``read(maxLength:)``.
  public func readAll() -> [UInt8]? {
    read(maxLength: .max)
  }

  /// Takes bytes up to and with the first line feed, or all when there is none; mirrors
  /// `QIODevice::readLine`.
  ///
  /// - Parameter maxLength: The most bytes that are taken; nil sets no limit.
  /// - Returns: As ``read(maxLength:)``.
  public func readLine(maxLength: Int? = nil) -> [UInt8]? {
    unsafe withUnreadLine(upTo: maxLength ?? .max) { unsafe [UInt8]($0) }
  }

  /// Takes bytes without copying them: lends them to a closure and removes them afterwards.
  ///
  /// - Parameters:
  ///   - limit: The most bytes that are taken; not negative.
  ///   - body: What uses the bytes. It must not call the socket.
  /// - Returns: The closure's result, also for no bytes at all; nil when nothing more can come or
  ///   the device is not open for reading, and then the closure was not called.
  package func withUnreadBytes<Result>(
    upTo limit: Int,
    _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result? {
    guard canTake(upTo: limit) else { return nil }
    return unsafe take(min(limit, input.count), body)
  }

  /// Takes a line, or all when there is no line feed, as ``withUnreadBytes(upTo:_:)`` does.
  package func withUnreadLine<Result>(
    upTo limit: Int,
    _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result? {
    guard canTake(upTo: limit) else { return nil }
    return unsafe take(min(limit, input.lineLength() ?? input.count), body)
  }

  private func canTake(upTo limit: Int) -> Bool {
    precondition(limit >= 0, "a count of bytes is not negative")
    return isReadable && (state != .unconnected || !input.isEmpty || limit == 0)
  }

  private func take<Result>(
    _ count: Int,
    _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result {
    let bytes = unsafe input.bytes
    let result = unsafe body(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
    if count > 0 {
      input.consume(count)
      arrivals.isNew = false
    }
    return result
  }

  func discardInput() {
    input.clear()
    arrivals.isNew = false
    arrivals.isHeldBack = false
  }
}
