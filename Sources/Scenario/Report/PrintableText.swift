extension Unicode.Scalar {
  /// The escape that stands for a character no report may print as it is; `nil` for all others.
  ///
  /// Escaped are controls, marks that turn the direction of writing or take no room, and every
  /// blank but the ordinary one. The escapes are those of Lua's strings.
  var escape: String? {
    switch self {
    case "\n": return "\\n"
    case "\r": return "\\r"
    case "\t": return "\\t"
    case " ": return nil
    default: break
    }
    switch properties.generalCategory {
    case .control where isASCII: return Self.byteEscape(UInt8(truncatingIfNeeded: value))
    case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .privateUse,
      .surrogate, .unassigned:
      return "\\u{\(String(value, radix: 16, uppercase: true))}"
    default: return nil
    }
  }

  /// The escape `\xHH` of a byte.
  static func byteEscape(_ byte: UInt8) -> String {
    "\\x\(hexadecimal(byte))"
  }
}

/// A byte as two hexadecimal digits.
func hexadecimal(_ byte: UInt8) -> String {
  (byte < 16 ? "0" : "") + String(byte, radix: 16)
}

/// A text of the script or the system as one line that a terminal shows as it is.
///
/// Only what cannot be printed is escaped: a backslash stays one, so that messages and source lines
/// read as they were written. Bytes whose own escapes matter are shown by ``EscapedBytes``.
package func printable(_ text: some StringProtocol) -> String {
  // Most texts have nothing but these, and Unicode's tables are slow to ask.
  if text.utf8.allSatisfy({ 0x20...0x7e ~= $0 }) { return String(text) }
  var line = ""
  for scalar in text.unicodeScalars {
    if let escape = scalar.escape {
      line += escape
    } else {
      line.unicodeScalars.append(scalar)
    }
  }
  return line
}

/// The lines of a text, each as a terminal shows it; a tab becomes four blanks.
package func printableLines(_ text: String) -> [String] {
  text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map { line in
    var expanded = ""
    for character in line {
      if character == "\t" { expanded += "    " } else { expanded.append(character) }
    }
    return printable(expanded)
  }
}
