import Scenario
import Testing

@testable import Repl

@Suite("Failures at the prompt")
struct FailureTextTests {
  private func lines(_ message: String, typing text: String) -> [String] {
    var sources = TypedSources()
    _ = sources.add(Array(text.utf8))
    return FailureText(Failure(.scriptError, message), sources, format: ReportFormat()).lines
  }

  @Test func `a sentence of the compiler's is shown at its line, with a mark below the culprit`() {
    #expect(
      lines("repl:1:2: unexpected symbol near '*'", typing: "x =\n1 + * 2") == [
        "✗ unexpected symbol near '*'", "  repl:1:2", "   1 │  x =", " ▸ 2 │  1 + * 2",
        "            ^",
      ]
    )
  }

  @Test func `of the calls that led to it the line itself is one without a name`() {
    var failure = Failure(.scriptError, "boom")
    failure.traceback = ["repl:1:1: in upvalue 'f'", "repl:2:1: in upvalue 'chunk'"]
    let text = FailureText(failure, TypedSources(), format: ReportFormat())
    #expect(text.lines.suffix(2) == ["    repl:1:1: in upvalue 'f'", "    repl:2:1: in the line"])
  }

  @Test func `where nothing is named there is no mark`() {
    #expect(lines("repl:1:1: boom", typing: "error 'boom'").last == " ▸ 1 │  error 'boom'")
  }

  @Test func `an error without a place is its sentence`() {
    #expect(lines("boom", typing: "error('boom', 0)") == ["✗ boom"])
  }

  @Test func `control characters of an error are escaped`() {
    #expect(lines("a\u{1B}[31m", typing: "") == ["✗ a\\x1b[31m"])
  }

  @Test func `the mark stands in its place also where there are colours`() {
    var sources = TypedSources()
    _ = sources.add(Array("x.y.z".utf8))
    let failure = Failure(.scriptError, "repl:1:1: attempt to index a nil value (global 'x')")
    let carets = [Style.plain, .ansi].map { style in
      let text = FailureText(failure, sources, format: ReportFormat(style: style))
      return text.lines.filter { $0.hasSuffix("^") }
    }
    #expect(carets == [["        ^"], ["        ^"]])
  }
}
