import Testing

@testable import Scenario

@Suite("Transcript")
struct TranscriptTests {
  @Test func `each event has its time, direction, text and script line`() {
    expectTranscript(
      [
        event(1, .listening(path: "/tmp/s"), line: 2), event(2, .accepted(), line: 4),
        event(4, .sent(Payload(Array("PING\n".utf8))), line: 5),
        event(5, .received([0, 0xff]), line: 6),
        event(1250, .note("half way"), line: 7), event(1300, .unread(Payload(Array("more".utf8)))),
        event(1301, .ended), event(1302, .closed, line: 9),
      ],
      #"""
      conversation «c»
            0.001  +  listening on /tmp/s                                   talk.lua:2
            0.002  +  accepted a connection                                 talk.lua:4
            0.004  →  PING\n                                                talk.lua:5
            0.005  ←  \x00\xff                                              talk.lua:6
            1.250  #  half way                                              talk.lua:7
            1.300  ←  unread: more
            1.301  ■  the peer closed
            1.302  ■  we closed                                             talk.lua:9
      """#
    )
  }

  @Test func `the message that broke the scenario is marked`() {
    expectTranscript(
      [
        event(1, .sent(Payload(Array("PING".utf8))), line: 5),
        event(2, .received(Payload(Array("OK".utf8))), line: 6),
        event(3, .failed, line: 6), event(4, .closed),
      ],
      """
      conversation «c»
            0.001  →  PING                                                  talk.lua:5
        ✗   0.002  ←  OK                                                    talk.lua:6
      """
    )
  }

  @Test func `what processes did while the wait read on is late, what their end brings is not`() {
    expectTranscript(
      [
        event(1, .waiting("\"PONG\""), line: 6), event(251, .failed, line: 6),
        Event(
          time: .milliseconds(260),
          lane: "d",
          kind: .output(stream: "stdout", Payload(Array("busy\n".utf8)))
        ),
        Event(time: .milliseconds(270), lane: "d", kind: .exited(status: 3)),
        event(501, .waited(for: "\"PONG\"", .milliseconds(250))),
        Event(time: .milliseconds(502), lane: "e", kind: .exited(status: 143)),
      ],
      """
      conversation
        ✗   0.251  c  …  waited for "PONG"                                  talk.lua:6
            0.260  d  │  late: busy
            0.270  d  ■  late: exited with status 3
      """
    )
  }

  @Test func `a wait that ran out is shown with what came late`() {
    expectTranscript(
      [
        event(1, .sent(Payload(Array("PING".utf8))), line: 5),
        event(1, .waiting("\"PONG\""), line: 6),
        event(251, .failed, line: 6), event(300, .received(Payload(Array("PONG".utf8)))),
        event(301, .closed),
      ],
      """
      conversation «c»
            0.001  →  PING                                                  talk.lua:5
        ✗   0.251  …  waited for "PONG"                                     talk.lua:6
            0.300  ←  late: PONG
      """
    )
  }

  @Test func `what somebody takes who looks at the failed scenario is no part of it`() {
    let typed = Event(
      time: .milliseconds(900),
      actor: "repl",
      lane: "c",
      kind: .received(Payload(Array("typed".utf8))),
      location: ScriptLocation(file: "repl", line: 1)
    )
    let lines = Transcript(
      [event(1, .sent(Payload(Array("a".utf8))), line: 1), event(2, .failed, line: 2), typed],
      format: ReportFormat()
    ).lines

    #expect(!lines.contains { $0.contains("typed") })
  }

  @Test func `what a wait has skipped is not what failed when it times out`() {
    expectTranscript(
      [
        event(1, .received(Payload(Array("skipped".utf8))), line: 5),
        event(9, .waiting("\"x\" on «c»"), line: 5),
        event(9, .failed, line: 5),
      ],
      """
      conversation «c»
            0.001  ←  skipped                                               talk.lua:5
        ✗   0.009  …  waited for "x" on «c»                                 talk.lua:5
      """
    )
  }

  @Test func `of many events the first and the last six are shown`() {
    let messages = (1...20).map { event($0, .received(Payload(Array("m\($0)".utf8))), line: $0) }

    expectTranscript(
      messages + [event(21, .failed, line: 20)],
      """
      conversation «c», 7 of 20 events
            0.001  ←  m1                                                    talk.lua:1
                   … 13 events are not shown (--report html=FILE has them) …
            0.015  ←  m15                                                  talk.lua:15
            0.016  ←  m16                                                  talk.lua:16
            0.017  ←  m17                                                  talk.lua:17
            0.018  ←  m18                                                  talk.lua:18
            0.019  ←  m19                                                  talk.lua:19
        ✗   0.020  ←  m20                                                  talk.lua:20
      """
    )
  }

  @Test func `what a process writes at a stretch is shown by its first lines and its last`() {
    let written = ["one\ntwo\nthree\n", "  four\n", "five\nsix\n"].map { text in
      event(4, .output(stream: "stderr", Payload(Array(text.utf8))), lane: "daemon")
    }
    let messages = (1...6).map { event($0, .received(Payload(Array("m\($0)".utf8))), line: $0) }

    expectTranscript(
      Array(messages[...3]) + written + messages[4...],
      """
      conversation
            0.001  c       ←  m1                                            talk.lua:1
            0.002  c       ←  m2                                            talk.lua:2
            0.003  c       ←  m3                                            talk.lua:3
            0.004  c       ←  m4                                            talk.lua:4
            0.004  daemon  │  one
            0.004  daemon  │  two
            0.004  daemon  │  … 3 lines …
            0.004  daemon  │  six
            0.005  c       ←  m5                                            talk.lua:5
            0.006  c       ←  m6                                            talk.lua:6
      """
    )
  }

  @Test func `lines are not left out where that would save a single one`() {
    let payload = Payload(Array("one\ntwo\nthree\nfour\nfive\n".utf8))

    expectTranscript(
      [event(4, .output(stream: "stderr", payload), lane: "daemon")],
      """
      conversation «daemon»
            0.004  │  one
            0.004  │  two
            0.004  │  three
            0.004  │  four
            0.004  │  five
      """
    )
  }

  @Test func `the lines of a flood are counted also where its events are not all here`() {
    let written = [("one\ntwo\n", 0), ("x\n", 2), ("last\n", 70_000)].map { text, before in
      let payload = Payload(Array(text.utf8))
      return event(4, .output(stream: "stdout", payload, linesBefore: before), lane: "daemon")
    }
    let rest = Payload(Array("behind".utf8))

    expectTranscript(
      written + [event(5, .output(stream: "stdout", rest, linesBefore: 70_001), lane: "daemon")],
      """
      conversation «daemon»
            0.004  │  one
            0.004  │  two
            0.004  │  … 69999 lines …
            0.005  │  behind
      """
    )
  }

  @Test func `a line that a process writes in pieces is one line`() {
    let pieces = ["request ", "hello ", "Ann\nand", " Bob\n"].enumerated().map { index, text in
      event(index, .output(stream: "stdout", Payload(Array(text.utf8))), lane: "daemon")
    }
    let received = event(1, .received(Payload(Array("x".utf8))), line: 5)

    expectTranscript(
      pieces[...1] + [received] + pieces[2...],
      """
      conversation
            0.000  daemon  │  request hello Ann
            0.001  c       ←  x                                             talk.lua:5
            0.002  daemon  │  and Bob
      """
    )
  }

  @Test func `a prompt stands before what it is answered with`() {
    let pieces = ["name? ", "hello\n"].map { text in
      event(1, .output(stream: "stdout", Payload(Array(text.utf8))), lane: "d")
    }
    let answer = event(1, .sent(Payload(Array("Ann\n".utf8))), lane: "d.stdin", line: 5)

    expectTranscript(
      [pieces[0], answer, pieces[1]],
      #"""
      conversation
            0.001  d        │  name?\x20
            0.001  d.stdin  →  Ann\n                                        talk.lua:5
            0.001  d        │  hello
      """#
    )
  }

  @Test func `the pieces of a line that is longer than a message are not counted as lines`() {
    let written = (1...6).map { number in
      let payload = Payload(Array("piece \(number)".utf8), size: 100_000)
      return event(4, .output(stream: "stdout", payload, linesBefore: 0), lane: "daemon")
    }

    expectTranscript(
      written,
      """
      conversation «daemon»
            0.004  │  piece 1
            0.004  │  piece 2
            0.004  │  …
            0.004  │  piece 6
      """
    )
  }

  @Test func `what has no line of the script has the room of its number`() {
    let text = String(repeating: "0123456789", count: 6)

    expectTranscript(
      [
        event(1, .sent(Payload(Array("x".utf8))), line: 5),
        event(2, .output(stream: "stderr", Payload(Array(text.utf8)))),
      ],
      """
      conversation «c»
            0.001  →  x                                                     talk.lua:5
            0.002  │  \(text)
      """
    )
  }

  @Test func `the last of the conversation that failed are shown, however much came on others`() {
    let messages = (1...20).map { number in
      let lane = number < 8 ? "bob" : "ann"
      return event(
        number,
        .received(Payload(Array("m\(number)".utf8))),
        lane: lane,
        line: number
      )
    }

    expectTranscript(
      messages + [event(21, .failed, lane: "bob", line: 21)],
      """
      conversation, 11 of 21 events
            0.001  bob  ←  m1                                               talk.lua:1
                   … 3 events are not shown (--report html=FILE has them) …
            0.005  bob  ←  m5                                               talk.lua:5
            0.006  bob  ←  m6                                               talk.lua:6
            0.007  bob  ←  m7                                               talk.lua:7
                   … 7 events are not shown …
            0.015  ann  ←  m15                                             talk.lua:15
            0.016  ann  ←  m16                                             talk.lua:16
            0.017  ann  ←  m17                                             talk.lua:17
            0.018  ann  ←  m18                                             talk.lua:18
            0.019  ann  ←  m19                                             talk.lua:19
            0.020  ann  ←  m20                                             talk.lua:20
        ✗   0.021  bob  …  failed here                                     talk.lua:21
      """
    )
  }

  @Test func `of a crash the end of the process is marked`() {
    let events = [
      event(1, .sent(Payload(Array("x".utf8))), line: 5),
      event(2, .signalled("SIGSEGV", dumpedCore: false)), event(3, .failed, line: 6),
    ]

    let lines = Transcript(events, failure: .crash, format: ReportFormat()).lines

    #expect(lines.count == 3)
    #expect(lines.last == "  ✗   0.002  ×  ended by SIGSEGV")
  }

  @Test func `what lies in the scenario's directory is shown by its name`() {
    let lines = Transcript(
      [
        event(0, .directory(path: "/tmp/parley-x"), lane: ""),
        event(1, .connected(name: "/tmp/parley-x/api"), line: 5),
        event(2, .connected(name: "/tmp/parley-xy/api"), line: 6),
      ],
      format: ReportFormat()
    ).lines

    #expect(lines[1].contains("connected to api  "))
    #expect(lines[2].contains("connected to /tmp/parley-xy/api  "))
  }

  @Test(arguments: [12, 13])
  func `no event is hidden for the sake of a few lines`(count: Int) {
    let messages = (1...count).map { event($0, .received(Payload(Array("m\($0)".utf8))), line: $0) }

    let lines = Transcript(messages, format: ReportFormat()).lines.count
    #expect(lines == (count == 12 ? 13 : 9))
  }

  @Test func `several conversations stand in lanes on one clock`() {
    expectTranscript(
      [
        event(1, .sent(Payload(Array("hello".utf8))), lane: "client", line: 5),
        event(2, .received(Payload(Array("hello".utf8))), lane: "a very long server name", line: 9),
        event(3, .note("between"), lane: "", line: 10),
      ],
      """
      conversation
            0.001  client          →  hello                                 talk.lua:5
            0.002  a very long s…  ←  hello                                 talk.lua:9
            0.003                  #  between                              talk.lua:10
      """
    )
  }

  @Test func `a long message is cut with its size and no line is wider than asked`() {
    let bytes = [UInt8](repeating: 0x41, count: 1_048_576)

    for columns in [60, 72, 80, 120] {
      let lines = Transcript(
        [event(1, .sent(Payload(bytes)), line: 5)],
        format: ReportFormat(columns: columns)
      )
      .lines
      #expect(TerminalText.width(lines[1]) == columns)
      #expect(lines[1].contains("A … 1048576 bytes … A"))
    }
  }

  @Test func `an empty log has no transcript`() {
    #expect(Transcript([], format: ReportFormat()).lines.isEmpty)
  }

  private func event(
    _ milliseconds: Int,
    _ kind: Event.Kind,
    lane: String = "c",
    line: Int? = nil
  ) -> Event {
    Event(
      time: .milliseconds(milliseconds),
      actor: "main",
      lane: lane,
      kind: kind,
      location: line.map { ScriptLocation(file: "tests/talk.lua", line: $0) }
    )
  }

  private func expectTranscript(
    _ events: [Event],
    _ text: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let lines = Transcript(events, format: ReportFormat()).lines
    #expect(lines.joined(separator: "\n") == text, sourceLocation: sourceLocation)
  }
}
