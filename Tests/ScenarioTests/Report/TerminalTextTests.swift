import Testing

@testable import Scenario

@Suite("Text on a terminal")
struct TerminalTextTests {
  @Test func `lines break between words, and those after the first are indented further`() {
    #expect(
      TerminalText.wrapped("one two three four", columns: 11, indent: "  ", hanging: "  ")
        == ["  one two", "    three", "    four"]
    )
  }

  @Test func `a word that is longer than a line is broken, and no character is`() {
    #expect(
      TerminalText.wrapped("a 0123456789日本 b", columns: 8, indent: "", hanging: " ")
        == ["a", " 0123456", " 789日本", " b"]
    )
  }

  @Test func `no line is wider than asked, whatever stands in it`() {
    let text = String(repeating: "x", count: 500) + " y " + String(repeating: "日", count: 300)

    for columns in [20, 80] {
      for line in TerminalText.wrapped(text, columns: columns, indent: "  ", hanging: "  ") {
        #expect(TerminalText.width(line) <= columns)
      }
    }
  }
}
