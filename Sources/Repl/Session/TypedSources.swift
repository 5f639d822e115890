/// The texts of lines by their numbers, as far as they are kept.
struct TypedSources {
  private var texts: [Int: [UInt8]] = [:]
  private(set) var nextNumber = 1

  private static let limit = 1000

  /// Keeps a text.
  ///
  /// - Returns: The number of its line.
  mutating func add(_ text: [UInt8]) -> Int {
    defer { nextNumber += 1 }
    texts[nextNumber] = text
    texts[nextNumber - Self.limit] = nil
    return nextNumber
  }

  /// The text of a chunk, by what Lua calls it.
  func text(of chunk: String) -> [UInt8]? {
    let prefix = "repl:"
    guard chunk.hasPrefix(prefix), let number = Int(chunk.dropFirst(prefix.count)) else {
      return nil
    }
    return texts[number]
  }
}
