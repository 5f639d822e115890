import Scenario
import Testing

@Suite("Failure report")
struct FailureReportTests {
  private let source = """
    scenario("ping is answered", function(t)
      local c = t:connect("srv")
      c:send("PING")
      c:expect("PONG")
    end)
    """

  @Test func `a mismatch is told from the cause outwards`() {
    var failure = Failure(.mismatch, "expect: the next message on «c» did not match", at: line(4))
    failure.expected = Array("PONG\n".utf8)
    failure.actual = Array("PING\n".utf8)
    failure.notes = ["the message equals the one that was sent"]

    expectReport(
      failure,
      [
        event(1, .connected(name: "srv"), 2), event(2, .sent(Payload(Array("PING\n".utf8))), 3),
        event(3, .received(Payload(Array("PING\n".utf8))), 4), event(3, .failed, 4),
      ],
      #"""
      ✗ ping.lua › ping is answered                                       FAIL  0.214s
        expect: the next message on «c» did not match

        ping.lua:4
         2 │    local c = t:connect("srv")
         3 │    c:send("PING")
       ▸ 4 │    c:expect("PONG")
         5 │  end)

        got 5 bytes, expected 5; first difference at byte 1
          expected  PONG\n
          actual    PING\n
                     ^

        the message equals the one that was sent

        conversation «c»
            0.001  +  connected to srv                                      ping.lua:2
            0.002  →  PING\n                                                ping.lua:3
        ✗   0.003  ←  PING\n                                                ping.lua:4

        again  parley run ping.lua:1

      """#
    )
  }

  @Test func `the command to run it again has what the course of the scenario depends on`() {
    var run = RunDescription()
    run.options = ["-D", "who=two  words", "--timeout", "20s"]
    run.scriptArguments = ["", "it's", "one\ntwo", "\u{7}é"]
    run.seed = 71
    var result = ScenarioResult(
      file: "a/directory/with/quite/a/long/path/ping.lua",
      line: 12,
      duration: .zero,
      outcome: .passed
    )
    result.run = run
    result.usesSeed = true

    let failure = Failure(.assertion, "no")
    let report = FailureReport(failure, of: result, events: [], source: nil)

    #expect(
      report.lines.suffix(3) == [
        #"  again  parley run a/directory/with/quite/a/long/path/ping.lua:12 -D \"#,
        #"         'who=two  words' --timeout 20s --seed 71 -- '' 'it'\''s' \"#,
        #"         $'one\x0atwo' $'\x07é'"#,
      ]
    )
  }

  @Test func `a deadlock names every actor, its line and what it waits for`() {
    var failure = Failure(.deadlock, "no actor can run and nothing is in flight", at: line(4))
    failure.waiters = [
      Failure.Waiter(
        actor: "main",
        location: line(4),
        what: "\"PONG\" on «c»"
      ),
      Failure.Waiter(
        actor: "server",
        location: ScriptLocation(file: "lib/server.lua", line: 15),
        what: "a message of «srv», which main would have to send at ping.lua:3"
      ),
    ]

    expectReport(
      failure,
      [],
      """
      ✗ ping.lua › ping is answered                                   DEADLOCK  0.214s
        no actor can run and nothing is in flight

        ping.lua:4
         2 │    local c = t:connect("srv")
         3 │    c:send("PING")
       ▸ 4 │    c:expect("PONG")
         5 │  end)

        who was waiting
          main    ping.lua:4         for "PONG" on «c»
          server  lib/server.lua:15
            for a message of «srv», which main would have to send at ping.lua:3

        again  parley run ping.lua:1

      """
    )
  }

  @Test func `a script error ends with its traceback and hides no control characters`() {
    var failure = Failure(.scriptError, "attempt to index a nil value\n(field '\u{1B}[2J')")
    failure.traceback = ["ping.lua:3: in function 'greet'", "ping.lua:4: in main chunk"]

    expectReport(
      failure,
      [],
      #"""
      ✗ ping.lua › ping is answered                                      ERROR  0.214s
        attempt to index a nil value
        (field '\x1b[2J')

        traceback
          ping.lua:3: in function 'greet'
          ping.lua:4: in main chunk

        again  parley run ping.lua:1

      """#
    )
  }

  @Test func `a structural difference is printed as it was rendered`() {
    var failure = Failure(.assertion, "the values differ")
    failure.difference = ["difference at .return", "  - {}", "  + {\"status\":\"running\"}"]

    expectReport(
      failure,
      [],
      """
      ✗ ping.lua › ping is answered                                       FAIL  0.214s
        the values differ

        difference at .return
          - {}
          + {"status":"running"}

        again  parley run ping.lua:1

      """
    )
  }

  @Test func `the place of a difference is told once`() {
    var failure = Failure(.mismatch, "the message differs at .id: expected 1, got 2")
    failure.difference = [".id: expected 1, got 2"]

    expectReport(
      failure,
      [],
      """
      ✗ ping.lua › ping is answered                                       FAIL  0.214s
        the message differs at .id: expected 1, got 2

        again  parley run ping.lua:1

      """
    )
  }

  @Test func `a quoted text is not broken where it fits into a line`() {
    let quoted = "\"the first and \\\" the second half of a text that is long\""
    let lines = report(Failure(.mismatch, "it was expected to match \(quoted), got \"x y\""), [])
      .lines

    #expect(lines[1...2] == ["  it was expected to match", "  \(quoted), got \"x y\""])
  }

  @Test func `what came stands in one line with its label`() {
    let expected = String(repeating: "x", count: 54)
    let sentence = "the message is \"\(expected)\", got \"two words\""

    let lines = TerminalText.wrapped(sentence, columns: 76)

    #expect(lines == ["the message is \"\(expected)\",", "got \"two words\""])
  }

  @Test func `a long line of a structural difference is broken between words`() {
    var failure = Failure(.assertion, "the values differ")
    let words = Array(repeating: "word", count: 20).joined(separator: " ")
    failure.difference = [".text: expected \"\(words)\""]

    expectReport(
      failure,
      [],
      """
      ✗ ping.lua › ping is answered                                       FAIL  0.214s
        the values differ

        .text: expected "word word word word word word word word word word word word
          word word word word word word word word"

        again  parley run ping.lua:1

      """
    )
  }

  @Test func `a scenario that is a whole file has its path alone, quoted where needed`() {
    let result = ScenarioResult(
      file: "my tests/it's.lua",
      duration: .zero,
      outcome: .failed(Failure(.timeout, "late"))
    )

    let lines = FailureReport(Failure(.timeout, "late"), of: result, events: [], source: nil).lines

    #expect(
      lines.first
        == "✗ my tests/it's.lua                                              TIMEOUT  0.000s"
    )
    #expect(lines.last == #"  again  parley run 'my tests/it'\''s.lua'"#)
  }

  @Test(arguments: [
    (Failure.Kind.mismatch, "FAIL"), (.check, "FAIL"), (.timeout, "TIMEOUT"),
    (.deadlock, "DEADLOCK"), (.environment, "ERROR"), (.memory, "ERROR"),
    (.interrupted, "INTERRUPTED"),
  ])
  func `the status word follows the kind`(kind: Failure.Kind, status: String) {
    let lines = report(Failure(kind, "broken"), []).lines

    #expect(lines.first?.hasSuffix("  \(status)  0.214s") == true)
  }

  @Test func `colour changes no text`() {
    let failure = Failure(.mismatch, "broken", at: line(4))
    let colored = report(failure, [event(1, .failed, 4)], style: .ansi).text
    let plain = report(failure, [event(1, .failed, 4)]).text

    let parts = colored.split(separator: "\u{1B}[", omittingEmptySubsequences: false)
    let stripped = parts[0] + parts.dropFirst().map { $0.drop { $0 != "m" }.dropFirst() }.joined()
    #expect(parts.count > 1)
    #expect(stripped == plain)
  }

  private func line(_ number: Int) -> ScriptLocation {
    ScriptLocation(file: "ping.lua", line: number)
  }

  private func event(_ milliseconds: Int, _ kind: Event.Kind, _ number: Int) -> Event {
    Event(
      time: .milliseconds(milliseconds),
      actor: "main",
      lane: "c",
      kind: kind,
      location: line(number)
    )
  }

  private func report(
    _ failure: Failure,
    _ events: [Event],
    style: Style = .plain
  ) -> FailureReport {
    let result = ScenarioResult(
      file: "ping.lua",
      name: "ping is answered",
      line: 1,
      duration: .milliseconds(214),
      outcome: .failed(failure)
    )
    return FailureReport(
      failure,
      of: result,
      events: events,
      source: Array(source.utf8),
      format: ReportFormat(style: style)
    )
  }

  private func expectReport(
    _ failure: Failure,
    _ events: [Event],
    _ text: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(report(failure, events).text == text, sourceLocation: sourceLocation)
  }
}
