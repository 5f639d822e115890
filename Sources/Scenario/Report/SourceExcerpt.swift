/// A line of a script with two neighbours on each side.
package struct SourceExcerpt: Hashable {
  /// The lines to print; empty when the source has no such line.
  package let lines: [String]

  /// Cuts the excerpt out.
  ///
  /// - Parameters:
  ///   - source: The whole script.
  ///   - line: The line to mark; the first is 1.
  ///   - columns: The greatest width; longer lines are cut.
  package init(source: [UInt8], line: Int, columns: Int) {
    let all = source.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard line >= 1, line <= all.count else {
      lines = []
      return
    }
    let last = all.last?.isEmpty == true ? max(line, all.count - 1) : all.count
    let shown = max(1, line - 2)...min(last, line + 2)
    let digits = String(shown.upperBound).count
    lines = shown.map { number in
      let text = Self.text(of: all[number - 1])
      let mark = number == line ? " ▸ " : "   "
      let label = TerminalText.rightAligned(String(number), to: digits)
      let row = TerminalText.cut("\(mark)\(label) │  \(text)", to: columns)
      return text.isEmpty ? "\(mark)\(label) │" : row
    }
  }

  private static func text(of line: ArraySlice<UInt8>) -> String {
    let endsInReturn = line.last == UInt8(ascii: "\r")
    let text = String(decoding: endsInReturn ? line.dropLast() : line, as: UTF8.self)
    return printableLines(text).joined()
  }
}
