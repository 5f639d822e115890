/// The difference between the bytes that were expected and those that came.
package struct ByteDifference {
  private let expected: [UInt8]
  private let actual: [UInt8]
  private let columns: Int
  /// The first byte that differs, of those that are here.
  private let offset: Int
  private let excerpt: Failure.Excerpt

  /// Compares bytes.
  ///
  /// - Parameters:
  ///   - expected: The bytes that should have come.
  ///   - actual: The bytes that came.
  ///   - excerpt: Which part of them these are; `nil` for the whole.
  ///   - columns: The greatest width for text; rows of hexadecimal numbers take 77.
  package init(
    expected: [UInt8],
    actual: [UInt8],
    excerpt: Failure.Excerpt? = nil,
    columns: Int
  ) {
    self.expected = expected
    self.actual = actual
    self.columns = columns
    offset = expected.firstDifference(from: actual)
    self.excerpt =
      excerpt
      ?? Failure.Excerpt(start: 0, expectedSize: expected.count, actualSize: actual.count)
  }

  /// The lines to print, without indentation; empty when there is no difference.
  ///
  /// Text is shown as two lines with a mark below the first difference, everything else as rows of
  /// hexadecimal numbers.
  package var lines: [String] {
    if expected == actual { return [] }
    let isText = expected.isPlainText && actual.isPlainText
    return [sizes] + (isText ? textLines : hexadecimalLines)
  }

  /// The line that says so where nothing but line ends, case, blanks or the last newline differs;
  /// empty elsewhere.
  package var nature: [String] {
    DifferenceNature(expected: expected, actual: actual).map { [$0.description] } ?? []
  }

  private static let labelWidth = 12
  private static let expectedLabel = "  expected  "
  private static let actualLabel = "  actual    "

  private var sizes: String {
    "got \(counted(excerpt.actualSize, "byte")), expected \(excerpt.expectedSize); "
      + "first difference at byte \(excerpt.start + offset)"
  }

  private var textLines: [String] {
    let room = max(20, columns - Self.labelWidth)
    let start = windowStart(room: room)
    let mark = start == 0 ? "" : "…"
    let caret = EscapedBytes(Array(actual[min(start, actual.count)...])).column(of: offset - start)
    return [
      Self.expectedLabel + mark + window(of: expected, from: start, room: room - mark.count),
      Self.actualLabel + mark + window(of: actual, from: start, room: room - mark.count),
      String(repeating: " ", count: Self.labelWidth + mark.count + caret.column) + "^",
    ]
  }

  /// The first byte to show, so that the difference stands in the middle of a long line at most.
  private func windowStart(room: Int) -> Int {
    let isNear = offset < room && EscapedBytes(actual).column(of: offset).column < room * 3 / 4
    if isNear { return 0 }
    var start = offset - room / 4
    while start > 0, start < expected.count, expected[start] & 0xc0 == 0x80 { start -= 1 }
    return max(0, start)
  }

  private func window(of bytes: [UInt8], from start: Int, room: Int) -> String {
    guard start < bytes.count else { return "(nothing)" }
    return TerminalText.cut(
      EscapedBytes(Array(bytes[start...].prefix(4 * room))).description,
      to: room
    )
  }

  /// The row with the first difference and the one after it.
  private var hexadecimalLines: [String] {
    // Rows begin at multiples of their length, also where the bytes here do not.
    let first = offset - (excerpt.start + offset) % HexRow.length
    return [first, first + HexRow.length].flatMap { start -> [String] in
      let rows = (HexRow(expected, at: start), HexRow(actual, at: start))
      if start > first, rows.0.isEmpty, rows.1.isEmpty { return [] }
      let marks = HexRow.marks(rows.0, rows.1)
      let label = TerminalText.padded("  at \(excerpt.start + start)", to: Self.labelWidth)
      return [
        label + HexRow.ruler,
        Self.expectedLabel + rows.0.description,
        Self.actualLabel + rows.1.description,
      ] + (marks.isEmpty ? [] : [String(repeating: " ", count: Self.labelWidth) + marks])
    }
  }
}

extension [UInt8] {
  /// Whether the bytes are UTF-8 without controls other than tabs, line ends and escapes.
  fileprivate var isPlainText: Bool {
    let allowed: [UInt8] = [0x09, 0x0a, 0x0d, 0x1b]
    let hasControl = contains { ($0 < 0x20 || $0 == 0x7f) && !allowed.contains($0) }
    return !hasControl && String(validating: self, as: UTF8.self) != nil
  }
}
