import Testing

@testable import Scenario

@Suite("Scenario assembly")
struct ScenarioAssemblyTests {
  private static let bytes = [UInt8](repeating: 0, count: Payload.inlineLimit)

  @Test func `of a flood the beginning and the end are kept`() throws {
    var assembly = ScenarioAssembly()
    assembly.take(event(0, .scenarioStarted(ScenarioDescription(file: "a.lua"))))
    for number in 1...1000 {
      assembly.take(event(number, .output(stream: "stdout", Payload(Self.bytes))))
    }
    assembly.take(event(1001, .failed))

    let record = try #require(
      assembly.record(keepsEvents: true, orFailedBy: Failure(.crash, "no end"))
    )

    #expect(record.events.count * Self.bytes.count <= LogStorage.bound)
    #expect(record.events.count > 100)
    #expect(record.events.prefix(100).map(\.time) == (0..<100).map { .seconds($0) })
    #expect(record.events.suffix(2).map(\.time) == [.seconds(1000), .seconds(1001)])
  }

  @Test func `texts of scripts are no events of the record`() throws {
    var assembly = ScenarioAssembly()
    assembly.take(event(0, .scenarioStarted(ScenarioDescription(file: "a.lua"))))
    assembly.take(event(1, .source(path: "a.lua", [1, 2])))

    let record = try #require(
      assembly.record(keepsEvents: true, orFailedBy: Failure(.crash, "no end"))
    )

    #expect(record.events.count == 1)
  }

  @Test func `a scenario whose end is missing has failed at the last line that is known`() throws {
    var assembly = ScenarioAssembly()
    assembly.take(event(0, .scenarioStarted(ScenarioDescription(file: "a.lua"))))
    var note = event(1, .note("here"))
    note.location = ScriptLocation(file: "a.lua", line: 3)
    assembly.take(note)
    assembly.take(event(2, .actorEnded))

    let record = try #require(
      assembly.record(keepsEvents: true, orFailedBy: Failure(.crash, "no end"))
    )

    guard case .failed(let failure) = record.result.outcome else { return #expect(Bool(false)) }
    #expect(failure.location?.line == 3)
    #expect(failure.remarks == ["a.lua:3 is the last line that the log knows"])
  }

  private func event(_ seconds: Int, _ kind: Event.Kind) -> Event {
    Event(time: .seconds(seconds), scenario: 1, kind: kind)
  }
}
