/// A script's bytes, and where its lines begin.
struct SourceText {
  let bytes: [UInt8]
  private let lineStarts: [Int]

  /// A line and a column, both counted from 1; a column is a character.
  struct Place: Hashable {
    let line: Int
    let column: Int
  }

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var starts = [0]
    var offset = 0
    while offset < bytes.count {
      let length = Self.lineEndLength(in: bytes, at: offset)
      offset += max(1, length)
      if length > 0 { starts.append(offset) }
    }
    lineStarts = starts
  }

  /// How many bytes end a line here; 0 where none does.
  ///
  /// Lua takes any pair of a carriage return and a newline for one end, in either order.
  static func lineEndLength(in bytes: [UInt8], at offset: Int) -> Int {
    guard offset < bytes.count, isLineEnd(bytes[offset]) else { return 0 }
    let next = offset + 1
    return next < bytes.count && isLineEnd(bytes[next]) && bytes[next] != bytes[offset] ? 2 : 1
  }

  private static func isLineEnd(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
  }

  /// The line and the column of a byte.
  func place(of offset: Int) -> Place {
    let line = lineStarts.firstIndexBehind { $0 > offset }
    let start = lineStarts[line - 1]
    let before = String(decoding: bytes[start..<min(offset, bytes.count)], as: UTF8.self)
    return Place(line: line, column: before.unicodeScalars.count + 1)
  }

  /// Where the first byte of a line that is no blank stands; `nil` for a line that is not there.
  func offset(ofLine line: Int) -> Int? {
    guard lineStarts.indices.contains(line - 1) else { return nil }
    let start = lineStarts[line - 1]
    return bytes[start...].firstIndex { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
  }

  /// A line without its end; empty for one that is not there.
  func text(ofLine line: Int) -> String {
    guard lineStarts.indices.contains(line - 1) else { return "" }
    let rest = bytes[lineStarts[line - 1]...]
    return String(decoding: rest.prefix { !Self.isLineEnd($0) }, as: UTF8.self)
  }
}

extension [Int] {
  /// The index of the first element for which a condition holds that holds for all after it.
  fileprivate func firstIndexBehind(_ isBehind: (Int) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
