import TestSupport
import Testing

@testable import Scenario

/// What one sees of a run, by what the page's own functions say where they can be asked.
@Suite("HTML page", .serialized, .enabled(if: Browser.isHere, "chromium is not here"))
struct HTMLPageTests {
  private static let labels = texts(of: "#diagram .label, #diagram .remark")
  private static let lanes = texts(of: "#diagram .name", at: "node.lastChild")
  private static let reason = #"document.querySelector(".cause").innerText"#

  /// The expression for the texts of what a selector finds, with bars between them.
  private static func texts(of selector: String, at place: String = "node") -> String {
    #"[...document.querySelectorAll("\#(selector)")].map((node) => \#(place).textContent).join("|")"#
  }

  // What was expected, and what came

  @Test func `of long messages the page shows the part in which they differ`() {
    var failure = Failure(.mismatch, "another one")
    failure.expected = Array((String(repeating: "é", count: 500) + "right").utf8)
    failure.actual = Array((String(repeating: "é", count: 500) + "wrong").utf8)
    failure.excerpt = Failure.Excerpt(start: 70_000, expectedSize: 71_005, actualSize: 71_005)

    let answer = HTMLPage(failure: failure).answer(to: Self.reason) ?? ""

    #expect(answer.contains("first difference at byte 71,000"))
    #expect(answer.contains("expected  …\"éééééééééééééééright\""))
    #expect(answer.contains("actual    …\"éééééééééééééééwrong\""))
    #expect(answer.contains("\n" + String(repeating: " ", count: 27) + "^"))
  }

  @Test func `bytes that are no text are compared in rows`() {
    var failure = Failure(.mismatch, "another one")
    failure.expected = [0, 1, 2, 0xff, 0xfd] + Array(repeating: 0x41, count: 20)
    failure.actual = [0, 1, 2, 0xff, 0xfe] + Array(repeating: 0x41, count: 20)

    let answer = HTMLPage(failure: failure).answer(to: Self.reason) ?? ""

    #expect(answer.contains("expected  00 01 02 ff fd 41"))
    #expect(answer.contains("\n" + String(repeating: " ", count: 10 + 3 * 4) + "^^"))
    #expect(!answer.contains("at 16"))
  }

  @Test func `texts that read the same, as secrets do, are not compared`() {
    var failure = Failure(.mismatch, "the secrets differ")
    failure.expected = Array("«secret»".utf8)
    failure.actual = failure.expected

    #expect(HTMLPage(failure: failure).answer(to: Self.reason) == "the secrets differ")
  }

  // What processes wrote

  @Test func `what a process writes in pieces stands as a line, where it began`() {
    let events = [
      Event.output("request "), .output("one\nand"), .by("main", on: "", .note("a note")),
      .output(" two\n"),
    ]

    #expect(
      HTMLPage(of: events).answer(to: Self.labels) == #"request one\n|and two\n|a note"#
    )
  }

  @Test func `a prompt is not joined with what is written once it is answered`() {
    let answer = Event.Kind.sent(Payload(Array("Ann".utf8)))
    let events = [
      Event.output("name? "), .by("main", on: "d.stdin", answer), .output("hello\n"),
    ]

    let seen = HTMLPage(of: events).answer(to: "\(Self.labels) + ' on ' + \(Self.lanes)")

    #expect(seen == #"name? |Ann 3 B|hello\n on main|d"#)
  }
}
