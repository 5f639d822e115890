import Scenario
import Testing

@Suite("Event log")
struct EventLogTests {
  @Test func `events keep their order and the time of the clock`() {
    var times: [Duration] = [.milliseconds(7), .milliseconds(2)]
    let log = EventLog { times.popLast() ?? .zero }
    let location = ScriptLocation(file: "a.lua", line: 3)

    log.append(.sent([1, 2]), actor: "main", lane: "c", at: location)
    log.append(.ended, actor: "main", lane: "c")

    #expect(
      log.events == [
        Event(
          time: .milliseconds(2),
          actor: "main",
          lane: "c",
          kind: .sent([1, 2]),
          location: location
        ),
        Event(time: .milliseconds(7), actor: "main", lane: "c", kind: .ended),
      ]
    )
  }

  @Test func `a log's own clock starts at nothing and never goes back`() {
    let before = SuspendingClock.now
    let log = EventLog()

    let first = log.now
    let second = log.now

    #expect(first >= .zero)
    #expect(second >= first)
    #expect(second <= before.duration(to: .now))
  }

  @Test func `a location is written as editors read it`() {
    let location = ScriptLocation(file: "tests/qmp/cont.lua", line: 17)

    #expect(location.description == "tests/qmp/cont.lua:17")
    #expect(location.shortDescription == "cont.lua:17")
  }
}
