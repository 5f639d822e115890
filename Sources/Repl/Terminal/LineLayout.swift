internal import Scenario

/// An edited line as it lies on the screen: in rows, with the cursor in one of them.
struct LineLayout: Equatable {
  /// The rows that are shown: all, or those around the cursor where the screen is too low.
  private(set) var rows: [String] = [""]
  /// The cursor's place among them.
  private(set) var cursor = Cursor(row: 0, column: 0)
  private var width = 0
  private let columns: Int
  /// What stands before the line in the first row, where that is shown.
  private var lead: String

  struct Cursor: Equatable {
    var row: Int
    var column: Int
  }

  /// Lays a line out.
  ///
  /// - Parameters:
  ///   - text: The line, which may hold newlines.
  ///   - position: Before which character of it the cursor stands.
  ///   - prompt: What stands before it; of a long one only the end.
  ///   - continuation: What stands before its further lines.
  ///   - columns: The width of the screen.
  ///   - height: The rows of the screen.
  init(
    _ text: [Unicode.Scalar],
    cursor position: Int,
    prompt: String,
    continuation: String,
    columns: Int,
    height: Int
  ) {
    self.columns = max(columns, 4)
    lead = TerminalText.cutStart(prompt, to: self.columns / 2)
    append(lead)
    for (index, scalar) in text.enumerated() {
      if index == position { markCursor() }
      if scalar == "\n" {
        startRow()
        append(TerminalText.cutStart(continuation, to: self.columns / 2))
      } else {
        append(Self.shown(scalar))
      }
    }
    if position >= text.count { markCursor() }
    limit(to: max(height, 1))
  }

  /// A character as the screen can show it.
  private static func shown(_ scalar: Unicode.Scalar) -> String {
    scalar == "\t" ? "    " : printable(String(scalar))
  }

  private mutating func startRow() {
    rows.append("")
    width = 0
  }

  private mutating func append(_ text: String) {
    let added = TerminalText.width(text)
    if width + added > columns { startRow() }
    rows[rows.count - 1] += text
    width += added
  }

  /// A cursor behind the last column stands before the first one of the next row.
  private mutating func markCursor() {
    if width >= columns { startRow() }
    cursor = Cursor(row: rows.count - 1, column: width)
  }

  private mutating func limit(to height: Int) {
    guard rows.count > height else { return }
    let first = min(max(0, cursor.row - height + 1), rows.count - height)
    rows = Array(rows[first..<first + height])
    if first > 0 { lead = "" }
    cursor.row -= first
  }

  /// What draws it, from the first column of its first row.
  func drawing(_ style: Style) -> String {
    let up = rows.count - 1 - cursor.row
    let painted = lead.isEmpty ? "" : style.paint(lead, as: .marked)
    let rest = rows.joined(separator: "\r\n").unicodeScalars.dropFirst(lead.unicodeScalars.count)
    return painted + String(rest) + "\r" + (up > 0 ? "\u{1B}[\(up)A" : "")
      + (cursor.column > 0 ? "\u{1B}[\(cursor.column)C" : "")
  }

  /// What removes it from the screen, with the cursor where it was drawn.
  ///
  /// A terminal that has become narrower has broken the rows anew.
  func erasing(columns: Int) -> String {
    let above = rows[..<cursor.row].map { TerminalText.rows($0, columns: columns).count }
    let up = above.reduce(0, +) + TerminalText.rows(beforeCursor, columns: columns).count - 1
    return "\r" + (up > 0 ? "\u{1B}[\(up)A" : "") + "\u{1B}[J"
  }

  /// What stands in the cursor's row before it.
  private var beforeCursor: String {
    guard cursor.column > 0 else { return "" }
    return TerminalText.rows(rows[cursor.row], columns: cursor.column)[0]
  }
}
