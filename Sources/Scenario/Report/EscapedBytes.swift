/// Bytes as one printable line.
///
/// UTF-8 stays as it is, but for characters that cannot be seen; everything else is written with
/// the escapes of Lua's strings. A blank at either end is escaped too, where nobody would see it.
package struct EscapedBytes: Hashable, CustomStringConvertible {
  private let bytes: [UInt8]
  /// How many bytes there are in all, of which these are the first.
  private let size: Int

  package init(_ bytes: [UInt8]) {
    self.init(Payload(bytes))
  }

  /// Takes what the log has kept of a message.
  package init(_ payload: Payload) {
    bytes = payload.bytes
    size = payload.size
  }

  /// The whole line.
  package var description: String {
    var line = ""
    var index = 0
    while index < bytes.count {
      let piece = piece(at: index)
      line += piece.text
      index += piece.count
    }
    return line
  }

  /// The line in a limited width; of bytes that do not fit the beginning and the end are shown, and
  /// how many bytes there are in all.
  ///
  /// - Parameter columns: The greatest width.
  /// - Returns: One line without a newline.
  package func bounded(to columns: Int) -> String {
    if let whole = whole(within: columns) { return whole }
    let size = " … \(size) bytes\(isCut ? "" : " … ")"
    let room = max(0, columns - TerminalText.width(size))
    if isCut { return head(columns: room).text + size }
    let head = head(columns: (room + 1) / 2)
    return head.text + size + tail(columns: room - head.width, from: head.count)
  }

  /// The whole line if it fits; looks at no more bytes than can fit.
  private func whole(within columns: Int) -> String? {
    // A character takes four bytes at most; more bytes a column only come with stacked marks.
    guard !isCut, bytes.count <= 8 * columns else { return nil }
    let line = description
    return TerminalText.width(line) <= columns ? line : nil
  }

  /// Whether the last bytes are not here.
  private var isCut: Bool { size > bytes.count }

  private func head(columns: Int) -> (text: String, width: Int, count: Int) {
    var head = (text: "", width: 0, count: 0)
    while head.count < bytes.count {
      let piece = piece(at: head.count)
      let width = head.width + TerminalText.width(piece.text)
      if width > columns { break }
      head = (head.text + piece.text, width, head.count + piece.count)
    }
    return head
  }

  private func tail(columns: Int, from start: Int) -> String {
    var index = max(start, bytes.count - 4 * columns)
    while index < bytes.count, index > start, bytes[index] & 0xc0 == 0x80 { index += 1 }
    var pieces: [String] = []
    while index < bytes.count {
      let piece = piece(at: index)
      pieces.append(piece.text)
      index += piece.count
    }
    var room = columns
    let fitting = pieces.reversed().prefix { text in
      room -= TerminalText.width(text)
      return room >= 0
    }
    return fitting.reversed().joined()
  }
}

extension EscapedBytes {
  /// How the byte at an index is shown, together with those that make one character with it.
  func piece(at index: Int) -> (text: String, count: Int) {
    let byte = bytes[index]
    switch byte {
    case UInt8(ascii: "\\"): return ("\\\\", 1)
    case UInt8(ascii: " ") where index == 0 || index == bytes.count - 1: return ("\\x20", 1)
    case 0x21...0x7e: return (String(Unicode.Scalar(byte)), 1)
    default: break
    }
    guard let scalar = scalar(at: index) else { return (Unicode.Scalar.byteEscape(byte), 1) }
    return (scalar.escape ?? String(scalar), UTF8.width(scalar))
  }

  /// The offset of the first byte of the piece that holds a given byte, and its column.
  func column(of offset: Int) -> (start: Int, column: Int) {
    var start = 0
    var column = 0
    while start < min(offset, bytes.count) {
      let piece = piece(at: start)
      if start + piece.count > offset { break }
      start += piece.count
      column += TerminalText.width(piece.text)
    }
    return (start, column)
  }

  private func scalar(at index: Int) -> Unicode.Scalar? {
    var decoder = UTF8()
    var iterator = bytes[index...].prefix(4).makeIterator()
    guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return nil }
    return scalar
  }
}
