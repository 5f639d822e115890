import Scenario
import Testing

@Suite("Source excerpt")
struct SourceExcerptTests {
  private let source = """
    local c = t:connect "srv"
    c:send "PING"

    \tc:expect "PONG"  -- C:\\temp
    c:close()
    return
    """

  @Test func `a line is marked between two neighbours on each side`() {
    expectExcerpt(
      line: 4,
      """
         2 │  c:send "PING"
         3 │
       ▸ 4 │      c:expect "PONG"  -- C:\\temp
         5 │  c:close()
         6 │  return
      """
    )
  }

  @Test func `at the ends of the script there are fewer neighbours`() {
    expectExcerpt(
      line: 1,
      """
       ▸ 1 │  local c = t:connect "srv"
         2 │  c:send "PING"
         3 │
      """
    )
  }

  @Test func `line numbers of different length are aligned`() {
    let lines = SourceExcerpt(
      source: Array((1...11).map { "x\($0)\r\n" }.joined().utf8),
      line: 10,
      columns: 80
    ).lines

    #expect(lines == ["    8 │  x8", "    9 │  x9", " ▸ 10 │  x10", "   11 │  x11"])
  }

  @Test func `a long line is cut and control characters are escaped`() {
    let lines = SourceExcerpt(source: Array("a\u{1B}[2Jbcdefghijklmno".utf8), line: 1, columns: 20)
      .lines

    #expect(lines == [#" ▸ 1 │  a\x1b[2Jbcd…"#])
  }

  @Test(arguments: [0, -1, 7, Int.max])
  func `a line that is not there has no excerpt`(line: Int) {
    #expect(SourceExcerpt(source: Array(source.utf8), line: line, columns: 80).lines.isEmpty)
  }

  private func expectExcerpt(line: Int, _ text: String) {
    let lines = SourceExcerpt(source: Array(source.utf8), line: line, columns: 80).lines
    #expect(lines.joined(separator: "\n") == text)
  }
}
