import Testing

@testable import Scenario

struct TerminalTextTests {
  @Test func `a text is broken where a row is full`() {
    #expect(TerminalText.rows("abcdefg", columns: 3) == ["abc", "def", "g"])
  }

  @Test func `a text that fits is one row`() {
    #expect(TerminalText.rows("abc", columns: 3) == ["abc"])
    #expect(TerminalText.rows("", columns: 3) == [""])
  }

  @Test func `a wide character stands on the next row where one column is left`() {
    #expect(TerminalText.rows("ab日本", columns: 3) == ["ab", "日", "本"])
  }

  @Test func `a row that is too narrow for any character has one`() {
    #expect(TerminalText.rows("日本", columns: 1) == ["日", "本"])
  }
}
