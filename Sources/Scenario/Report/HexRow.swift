/// Sixteen bytes in hexadecimal, with the characters they stand for beside them.
struct HexRow {
  static let length = 16

  private let bytes: ArraySlice<UInt8>

  /// Takes the bytes of one row.
  ///
  /// - Parameters:
  ///   - bytes: All bytes.
  ///   - offset: The offset of the row's first byte, which may lie behind the end.
  init(_ bytes: [UInt8], at offset: Int) {
    self.bytes = bytes.dropFirst(offset).prefix(Self.length)
  }

  var isEmpty: Bool { bytes.isEmpty }

  /// The bytes and their characters; "nothing" for a row behind the end.
  var description: String {
    if bytes.isEmpty { return "(nothing)" }
    let hexadecimal = bytes.map(hexadecimal).joined(separator: " ")
    let glyphs = bytes.map(Self.glyph).joined()
    return TerminalText.padded(hexadecimal, to: 3 * Self.length) + " " + glyphs
  }

  /// The numbers of the columns.
  static var ruler: String {
    (0..<length).map { " " + String($0, radix: 16) }.joined(separator: " ")
  }

  /// Marks below each byte in which two rows differ; empty when they are equal.
  static func marks(_ left: HexRow, _ right: HexRow) -> String {
    let (left, right) = (Array(left.bytes), Array(right.bytes))
    var marks = ""
    for index in 0..<max(left.count, right.count) {
      let isEqual = index < min(left.count, right.count) && left[index] == right[index]
      if isEqual { continue }
      marks = TerminalText.padded(marks, to: 3 * index) + "^^"
    }
    return marks
  }

  /// The picture of a control character, the character itself, or a dot.
  private static func glyph(_ byte: UInt8) -> String {
    switch byte {
    case 0x00...0x1f: String(Unicode.Scalar(byte).picture)
    case 0x20...0x7e: String(Unicode.Scalar(byte))
    case 0x7f: "\u{2421}"
    default: "·"
    }
  }
}

extension Unicode.Scalar {
  /// The one-column picture that Unicode has for an ASCII control (U+2400 to U+241F).
  fileprivate var picture: Unicode.Scalar {
    Unicode.Scalar(0x2400 + value) ?? "·"
  }
}
