/// Text measured and laid out in the columns of a terminal.
package enum TerminalText {
  /// How many columns a text takes.
  package static func width(_ text: some StringProtocol) -> Int {
    text.unicodeScalars.reduce(0) { $0 + width($1) }
  }

  /// How many columns a character takes: two for those that East Asian fonts draw wide, none for
  /// marks that stand on the character before.
  package static func width(_ scalar: Unicode.Scalar) -> Int {
    if scalar.isASCII { return 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return 0
    default: return isWide(scalar) ? 2 : 1
    }
  }

  /// The text with blanks behind it up to a width.
  package static func padded(_ text: String, to columns: Int) -> String {
    text + String(repeating: " ", count: max(0, columns - width(text)))
  }

  /// The text with blanks before it up to a width.
  package static func rightAligned(_ text: String, to columns: Int) -> String {
    String(repeating: " ", count: max(0, columns - width(text))) + text
  }

  /// The text cut to a width; an ellipsis stands for what is missing at the end.
  package static func cut(_ text: String, to columns: Int) -> String {
    if width(text) <= columns { return text }
    return prefix(text, columns: columns - 1) + "…"
  }

  /// The text cut to a width at its start, where an ellipsis stands for what is missing.
  package static func cutStart(_ text: String, to columns: Int) -> String {
    if width(text) <= columns { return text }
    let reversed = String(String.UnicodeScalarView(text.unicodeScalars.reversed()))
    let kept = prefix(reversed, columns: columns - 1).unicodeScalars.reversed()
    return "…" + String(String.UnicodeScalarView(kept))
  }

  /// The lines of a text, broken between words, with the lines after the first indented further.
  ///
  /// What stands in double quotes is not broken where a line has room for it, and what came in place
  /// of something stands with its "got".
  package static func wrapped(
    _ text: String,
    columns: Int,
    indent: String = "",
    hanging: String = ""
  ) -> [String] {
    // No character takes more columns than bytes.
    if indent.utf8.count + text.utf8.count <= columns { return [indent + text] }
    let room = columns - indent.utf8.count - hanging.utf8.count
    let words = words(of: text, room: room)
    return wrapped(words: words, columns: columns, indent: indent, hanging: hanging)
  }

  /// The words of a text, of which those of one quotation are one if there is room.
  private static func words(of text: String, room: Int) -> [String] {
    var words: [String] = []
    var quoted: [Substring] = []
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      let isInside = quoted.isEmpty == changesQuoting(word)
      if isInside || !quoted.isEmpty { quoted.append(word) } else { words.append(String(word)) }
      if isInside || quoted.isEmpty { continue }
      words += joined(quoted, room: room)
      quoted = []
    }
    return labelled(words + quoted.map(String.init), room: room)
  }

  /// The words with each quotation joined to a "got" before it, if there is room.
  private static func labelled(_ words: [String], room: Int) -> [String] {
    words.reduce(into: []) { words, word in
      let isLabelled = words.last == "got" && word.hasPrefix("\"") && width(word) + 4 <= room
      if isLabelled { words[words.count - 1] += " \(word)" } else { words.append(word) }
    }
  }

  private static func joined(_ quoted: [Substring], room: Int) -> [String] {
    let whole = quoted.joined(separator: " ")
    return width(whole) <= room ? [whole] : quoted.map(String.init)
  }

  /// Whether a word has an odd number of double quotes, without those behind a backslash.
  private static func changesQuoting(_ word: Substring) -> Bool {
    var isQuoted = false
    var isEscaped = false
    for character in word.utf8 {
      if character == UInt8(ascii: "\""), !isEscaped { isQuoted.toggle() }
      isEscaped = character == UInt8(ascii: "\\") && !isEscaped
    }
    return isQuoted
  }

  /// The lines of words, which stay whole.
  package static func wrapped(
    words: [some StringProtocol],
    columns: Int,
    indent: String = "",
    hanging: String = ""
  ) -> [String] {
    var lines: [String] = []
    var line = indent
    var isEmpty = true
    for word in words {
      if !isEmpty, width(line) + 1 + width(word) > columns {
        while line.last == " " { line.removeLast() }
        lines.append(line)
        line = indent + hanging
        isEmpty = true
      }
      // Two blanks between words are none at the start of a line.
      if isEmpty, word.isEmpty, !lines.isEmpty { continue }
      line += isEmpty ? String(word) : " \(word)"
      isEmpty = false
    }
    return lines + [line]
  }

  /// The rows of a text that is broken wherever one is full.
  package static func rows(_ text: String, columns: Int) -> [String] {
    var rows = [""]
    var used = 0
    for scalar in text.unicodeScalars {
      used += width(scalar)
      if used > columns, used > width(scalar) {
        rows.append("")
        used = width(scalar)
      }
      rows[rows.count - 1].unicodeScalars.append(scalar)
    }
    return rows
  }

  private static func prefix(_ text: String, columns: Int) -> String {
    var kept = ""
    var used = 0
    for scalar in text.unicodeScalars {
      used += width(scalar)
      if used > columns { break }
      kept.unicodeScalars.append(scalar)
    }
    return kept
  }

  private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.properties.isEmojiPresentation { return true }
    return wideRanges.contains { $0 ~= scalar.value }
  }

  // The wide and full-width blocks of Unicode Standard Annex #11.
  private static let wideRanges: [ClosedRange<UInt32>] = [
    0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xa960...0xa97f, 0xac00...0xd7a3,
    0xf900...0xfaff, 0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1f64f,
    0x1f900...0x1f9ff, 0x20000...0x3fffd,
  ]
}
