import Scenario
import Testing

@testable import Repl

@Suite("Layout of the edited line")
struct LineLayoutTests {
  private func layout(
    _ text: String,
    cursor: Int? = nil,
    prompt: String = "> ",
    columns: Int = 20,
    height: Int = 24
  ) -> LineLayout {
    LineLayout(
      Array(text.unicodeScalars),
      cursor: cursor ?? text.unicodeScalars.count,
      prompt: prompt,
      continuation: "… ",
      columns: columns,
      height: height
    )
  }

  @Test func `a short line stands behind its prompt`() {
    let layout = layout("abc", cursor: 1)
    #expect(layout.rows == ["> abc"])
    #expect(layout.cursor == LineLayout.Cursor(row: 0, column: 3))
  }

  @Test func `the prompt is painted where there are colours, and nothing else`() {
    let layout = layout("\u{301}abc")
    #expect(layout.drawing(.ansi).hasPrefix("\u{1B}[1m> \u{1B}[0m\u{301}abc\r"))
    #expect(layout.drawing(.plain).hasPrefix("> \u{301}abc\r"))
  }

  @Test func `a long line goes on in the next row`() {
    let layout = layout(String(repeating: "x", count: 20))
    #expect(layout.rows == ["> " + String(repeating: "x", count: 18), "xx"])
    #expect(layout.cursor == LineLayout.Cursor(row: 1, column: 2))
  }

  @Test func `a cursor behind the last column stands in a row of its own`() {
    let layout = layout(String(repeating: "x", count: 18))
    #expect(layout.rows.count == 2)
    #expect(layout.cursor == LineLayout.Cursor(row: 1, column: 0))
  }

  @Test func `a wide character is not cut in two`() {
    let layout = layout(String(repeating: "x", count: 17) + "漢")
    #expect(layout.rows == ["> " + String(repeating: "x", count: 17), "漢"])
  }

  @Test func `further lines have a prompt of their own`() {
    #expect(layout("if x\nend").rows == ["> if x", "… end"])
  }

  @Test func `control characters are shown and not sent`() {
    #expect(layout("a\u{1B}[31m\t|").rows == ["> a\\x1b[31m    |"])
  }

  @Test func `a prompt that is wider than the screen leaves half of it`() {
    let layout = layout("abc", prompt: String(repeating: "p", count: 50) + "> ")
    #expect(layout.rows == ["…ppppppp> abc"])
  }

  @Test func `of more rows than the screen has those around the cursor are shown`() {
    let text = (1...10).map { "\($0)" }.joined(separator: "\n")
    #expect(layout(text, height: 3).rows == ["… 8", "… 9", "… 10"])
    #expect(layout(text, cursor: 0, height: 3).rows == ["> 1", "… 2", "… 3"])
  }

  @Test func `what is drawn can be erased from where its cursor stands`() {
    let layout = layout("a\nb\nc", cursor: 3)
    #expect(layout.drawing(.plain).hasSuffix("\r\u{1B}[1A\u{1B}[3C"))
    #expect(layout.erasing(columns: 20) == "\r\u{1B}[1A\u{1B}[J")
  }

  @Test func `what a narrower window has broken anew is erased as a whole`() {
    let layout = layout(String(repeating: "x", count: 20))
    #expect(layout.erasing(columns: 10) == "\r\u{1B}[2A\u{1B}[J")
  }

  @Test func `wide characters that a narrower window has broken anew leave no row behind`() {
    let layout = layout(String(repeating: "漢", count: 9))
    // Of five columns the last stays empty: a row of "> 漢", and four rows of two characters.
    #expect(layout.cursor == LineLayout.Cursor(row: 1, column: 0))
    #expect(layout.erasing(columns: 5) == "\r\u{1B}[5A\u{1B}[J")
  }
}
