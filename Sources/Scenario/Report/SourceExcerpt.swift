/// A line of a script with two neighbours on each side, and what its variables held.
package struct SourceExcerpt: Hashable {
  /// The lines to print; empty when the source has no such line.
  package let lines: [String]

  /// Cuts the excerpt out.
  ///
  /// - Parameters:
  ///   - source: The whole script.
  ///   - line: The line to mark; the first is 1.
  ///   - values: What is shown below it, a line each.
  ///   - columns: The greatest width; longer lines are cut.
  package init(source: [UInt8], line: Int, values: [String] = [], columns: Int) {
    let all = source.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard line >= 1, line <= all.count else {
      lines = []
      return
    }
    let last = all.last?.isEmpty == true ? max(line, all.count - 1) : all.count
    let shown = max(1, line - 2)...min(last, line + 2)
    let digits = String(shown.upperBound).count
    lines = shown.flatMap { number in
      let text = Self.text(of: all[number - 1])
      let mark = number == line ? " ▸ " : "   "
      let label = TerminalText.rightAligned(String(number), to: digits)
      let row = TerminalText.cut("\(mark)\(label) │  \(text)", to: columns)
      let rows = [text.isEmpty ? "\(mark)\(label) │" : row]
      return number == line ? rows + Self.rows(for: values, digits: digits, columns) : rows
    }
  }

  private static func rows(for values: [String], digits: Int, _ columns: Int) -> [String] {
    let margin = String(repeating: " ", count: 3 + digits) + " │      "
    return values.map { TerminalText.cut(margin + printableLines($0).joined(), to: columns) }
  }

  /// The text of a script's file; `nil` where it cannot be read.
  package static func source(of path: String) -> [UInt8]? { try? Script.text(of: path) }

  private static func text(of line: ArraySlice<UInt8>) -> String {
    let endsInReturn = line.last == UInt8(ascii: "\r")
    let text = String(decoding: endsInReturn ? line.dropLast() : line, as: UTF8.self)
    return printableLines(text).joined()
  }
}
