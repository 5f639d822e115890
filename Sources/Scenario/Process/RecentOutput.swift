/// The last part of what a process has written to one stream, in which its log is searched.
struct RecentOutput {
  private var bytes: [UInt8] = []
  /// How many bytes have come before those that are kept.
  private var dropped = 0
  /// How many lines have ended so far.
  private(set) var lineCount = 0

  /// How much is kept at least; twice as much at most.
  private static let size = 1 << 20
  private static let newline = UInt8(ascii: "\n")

  mutating func append(_ new: [UInt8]) {
    bytes += new
    // Without a branch, for a flood passes here.
    lineCount += new.reduce(0) { $0 &+ ($1 == Self.newline ? 1 : 0) }
    guard bytes.count > 2 * Self.size else { return }
    let surplus = bytes.count - Self.size
    bytes.removeFirst(surplus)
    dropped += surplus
  }

  /// What a search has found.
  struct Finding {
    /// The line in which the text begins, as far as it has come; `nil` when the text has not come.
    let line: [UInt8]?
    /// Where the next search begins, counted in all that the stream has brought.
    let position: Int
  }

  /// Finds a text from a position on.
  func find(_ text: [UInt8], from position: Int) -> Finding {
    let start = min(max(0, position - dropped), bytes.count)
    guard let found = ProcessCalls.position(of: text, in: bytes[start...]) else {
      return Finding(line: nil, position: dropped + max(start, bytes.count - text.count + 1))
    }
    let end = found + text.count
    let lineStart = bytes[..<found].lastIndex(of: Self.newline).map { $0 + 1 } ?? 0
    let lineEnd = bytes[end...].firstIndex(of: Self.newline) ?? bytes.endIndex
    return Finding(line: Array(bytes[lineStart..<lineEnd]), position: dropped + end)
  }

  /// The last lines, without their ends; one that is no UTF-8 as a report shows bytes.
  func lastLines(_ count: Int) -> [String] {
    bytes.suffix(1 << 14).split(separator: Self.newline).suffix(count).map {
      String(validating: $0, as: UTF8.self) ?? EscapedBytes(Array($0)).description
    }
  }
}
