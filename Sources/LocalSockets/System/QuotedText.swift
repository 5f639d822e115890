/// Text from outside as messages quote it: on one line, unambiguous, and never long.
///
/// Control characters, quotation marks, backslashes and bytes that are not UTF-8 are shown as escapes.
/// Of a long text the ends are shown, and its length follows.
package struct QuotedText {
  /// As many characters as a socket address has bytes, so that a usual path is shown as it is.
  private static let limit = 108
  private static let endLength = 28

  /// What stands between the quotation marks.
  package let content: String
  private let mark: Unicode.Scalar
  /// The length in bytes of a text that is not shown as a whole; nil else.
  private let length: Int?

  /// Quotes text.
  ///
  /// - Parameters:
  ///   - text: What somebody has given.
  ///   - mark: The quotation mark.
  package init(_ text: String, in mark: Unicode.Scalar = "\"") {
    self.init(bytes: Array(text.utf8), in: mark)
  }

  /// Quotes bytes that are UTF-8 as far as anybody knows.
  ///
  /// - Parameters:
  ///   - bytes: What somebody has given.
  ///   - mark: The quotation mark.
  package init(bytes: [UInt8], in mark: Unicode.Scalar = "\"") {
    self.mark = mark
    let start = Self.characters(of: bytes[...], atMost: Self.limit + 1)
    let isLong = start.count > Self.limit
    length = isLong ? bytes.count : nil
    content =
      isLong
      ? Self.escaped(start.prefix(Self.limit - Self.endLength), mark) + "…"
        + Self.escaped(Self.end(of: bytes), mark)
      : Self.escaped(start[...], mark)
  }

  /// The last characters of a text of any length, for which only its last bytes are looked at.
  private static func end(of bytes: [UInt8]) -> ArraySlice<Character> {
    // The first three may be what is left of a character that begins before them.
    let last = bytes.suffix(4 * endLength + 3)
    return characters(of: last, atMost: last.count).suffix(endLength)
  }

  private enum Character {
    case scalar(Unicode.Scalar)
    /// One that belongs to no character.
    case byte(UInt8)
  }

  private static func characters(of bytes: ArraySlice<UInt8>, atMost limit: Int) -> [Character] {
    var characters: [Character] = []
    var rest = bytes
    while characters.count < limit, let byte = rest.first {
      var iterator = rest.makeIterator()
      var parser = Unicode.UTF8.ForwardParser()
      if case .valid(let encoded) = parser.parseScalar(from: &iterator) {
        characters.append(.scalar(Unicode.UTF8.decode(encoded)))
        rest = rest.dropFirst(encoded.count)
      } else {
        characters.append(.byte(byte))
        rest = rest.dropFirst()
      }
    }
    return characters
  }

  private static func escaped(
    _ characters: ArraySlice<Character>,
    _ mark: Unicode.Scalar
  ) -> String {
    characters.map { character in
      switch character {
      case .scalar(let scalar): escaped(scalar, mark)
      case .byte(let byte): "\\x" + String(byte, radix: 16)
      }
    }
    .joined()
  }

  private static func escaped(_ scalar: Unicode.Scalar, _ mark: Unicode.Scalar) -> String {
    switch scalar {
    case mark, "\\": return "\\\(scalar)"
    case "\n": return "\\n"
    case "\r": return "\\r"
    case "\t": return "\\t"
    default: break
    }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator:
      return "\\u{\(String(scalar.value, radix: 16))}"
    default:
      return String(scalar)
    }
  }
}

extension QuotedText: CustomStringConvertible {
  /// The text in quotation marks, with its length where that is not to be seen.
  package var description: String {
    "\(mark)\(content)\(mark)" + (length.map { " (\($0) bytes)" } ?? "")
  }
}

extension SocketName {
  /// The name as messages show it.
  package var quoted: QuotedText { QuotedText(bytes: bytes) }
}
