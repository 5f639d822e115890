/// Text from outside as messages quote it: on one line, unambiguous, and never long.
///
/// Control characters, quotation marks and backslashes are shown as escapes. Of a long text the ends
/// are shown, and its length follows.
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
    self.mark = mark
    let scalars = text.unicodeScalars
    let isLong = scalars.count > Self.limit
    length = isLong ? text.utf8.count : nil
    content =
      isLong
      ? Self.escaped(scalars.prefix(Self.limit - Self.endLength), mark) + "…"
        + Self.escaped(scalars.suffix(Self.endLength), mark)
      : Self.escaped(scalars, mark)
  }

  private static func escaped(
    _ scalars: some Sequence<Unicode.Scalar>,
    _ mark: Unicode.Scalar
  ) -> String {
    scalars.map { escaped($0, mark) }.joined()
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
  package var quoted: QuotedText { QuotedText(description) }
}
