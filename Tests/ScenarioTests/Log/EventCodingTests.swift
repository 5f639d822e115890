import Testing

@testable import Scenario

@Suite("Event coding")
struct EventCodingTests {
  @Test(
    arguments: [
      .sent([]), .sent(Payload(Array("PING\r\n\té😀\"\\".utf8))), .received([0, 0xff]),
      .received(Payload([0x1b])), .unread(Payload([0xc3, 0x28])),
      .sent(Payload([1, 2], size: 1 << 40, offset: 1 << 33)), .connected(name: "a\u{1}b"),
      .source(path: "a.lua", [0xff, 0x0a]),
      .connected(name: "a", Event.Peer(pid: 7, command: "redis")), .accepted(),
      .accepted(Event.Peer(pid: 1 << 22, command: "")),
      .listening(path: "/tmp/s"), .directory(path: "/tmp/parley-x"), .ended, .reset, .closed,
      .aborted(), .aborted(unsent: 3, unread: 1 << 40), .note("line\nnext"), .waiting("a message"),
      .waited(for: "x", .milliseconds(2)),
      .failed, .actorStarted,
      .actorEnded, .refused("no line"), .runEnded(status: 3),
      .runEnded(status: 130, unrun: Unrun(scenarios: 2, scripts: 1)),
      .declared(scenario), .scenarioStarted(scenario),
      .scenarioEnded(ScenarioEnd(outcome: .passed, duration: .nanoseconds(7), eventCount: 2)),
      .scenarioEnded(ScenarioEnd(outcome: .skipped(reason: "no redis"), duration: .zero)),
      .scenarioEnded(ScenarioEnd(outcome: .failed(failure), duration: .seconds(9))),
      .scenarioEnded(ScenarioEnd(outcome: .flaky(failure), duration: .seconds(9))),
      .runStarted(run),
    ] as [Event.Kind]
  )
  func `an event is read as it was written`(kind: Event.Kind) throws {
    let event = Event(
      time: .nanoseconds(Int64.max),
      scenario: 4,
      actor: "main",
      lane: "pair.a",
      kind: kind,
      location: ScriptLocation(file: "tests/ä.lua", line: 17)
    )
    var writer = JSONWriter()

    writer.line(event)

    #expect(writer.bytes.count { $0 == UInt8(ascii: "\n") } == 1)
    #expect(try Event(line: writer.bytes.dropLast()) == event)
  }

  @Test func `bytes that are text can be read in the log`() {
    #expect(line(.sent(Payload(Array("a\tb\n".utf8)))).contains(#""size":4,"text":"a\tb\n""#))
    #expect(line(.sent([0x1b, 0x41])).contains(#""size":2,"base64":"G0E=""#))
  }

  @Test func `an event that a later version adds is kept by its name`() throws {
    let line = Array(#"{"t":5,"scenario":2,"event":"teleported","lane":"redis","pid":7}"#.utf8)

    let event = try Event(line: line[...])

    #expect(event.kind == .unknown("teleported"))
    #expect(event.lane == "redis")
  }

  @Test(arguments: [
    ("", "no JSON: there is no value at byte 0"), ("[]", "no JSON object"),
    (#"{"event":"note"}"#, "an event without its time (t)"),
    (#"{"t":1}"#, "an event without its name"),
    (#"{"t":1,"event":"sent","size":1}"#, "an event without its bytes"),
    (#"{"t":1,"event":"sent","size":1,"base64":"?"}"#, "an event without its bytes"),
    (#"{"t":1,"event":"scenario-end"}"#, "a scenario's end without its outcome"),
    (
      #"{"t":1,"event":"scenario-end","outcome":"failed","failure":{"kind":"odd"}}"#,
      "a failure without its kind"
    ),
    (#"{"t":1,"event":"run"}"#, "a run without its version"),
    (#"{"t":1,"event":"run","version":9}"#, "version 9 of the log, and 1 is known here"),
  ])
  func `what is no event says why`(line: String, reason: String) {
    #expect(throws: Event.Malformed(reason)) { try Event(line: Array(line.utf8)[...]) }
  }

  private func line(_ kind: Event.Kind) -> String {
    var writer = JSONWriter()
    writer.line(Event(time: .zero, kind: kind))
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  private static var scenario: ScenarioDescription {
    var scenario = ScenarioDescription(file: "a.lua", name: "one", lines: 3...9)
    scenario.options.tags = ["smoke", "ä"]
    scenario.options.needs = [.command("redis"), .variable("HOME"), .root, .linux]
    scenario.options.allow = ["no-assertions"]
    scenario.options.skip = "broken"
    scenario.options.todo = "later"
    scenario.options.wait = .milliseconds(3)
    scenario.attempt = 2
    return scenario
  }

  private static var failure: Failure {
    var failure = Failure(.timeout, "waited", at: ScriptLocation(file: "a.lua", line: 4))
    failure.expected = [0, 1]
    failure.actual = Array("x".utf8)
    failure.excerpt = Failure.Excerpt(start: 7, expectedSize: 100_000, actualSize: 99_999)
    failure.difference = ["- a", "+ b"]
    failure.notes = ["a fact"]
    failure.traceback = ["a.lua:1: in f"]
    failure.waiters = [
      Failure.Waiter(actor: "main", location: failure.location, what: "x"),
      Failure.Waiter(actor: "task", location: nil, what: "y"),
    ]
    return failure
  }

  private static var run: RunDescription {
    var run = RunDescription()
    run.parley = "0.1.0"
    run.date = "2026-11-23T03:19:02Z"
    run.kernel = "Linux"
    run.directory = "/tmp"
    run.arguments = ["run", "a b"]
    run.seed = 71
    run.workers = 8
    run.retries = 2
    run.shard = "1/4"
    return run
  }
}
