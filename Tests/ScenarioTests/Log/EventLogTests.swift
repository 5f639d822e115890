import Glibc
import LocalSockets
import TestSupport
import Testing

@testable import Scenario

@Suite("Event log")
struct EventLogTests {
  @Test func `events keep their order and the time of the clock`() throws {
    var times: [Duration] = [.milliseconds(7), .milliseconds(2), .milliseconds(1)]
    let storage = try LogStorage()
    let log = EventLog(to: storage) { times.popLast() ?? .zero }
    let location = ScriptLocation(file: "a.lua", line: 3)

    log.begin(scenario: 5)
    log.append(.sent([1, 2]), actor: "main", lane: "c", at: location)
    log.append(.ended, actor: "main", lane: "c")

    #expect(
      log.events == [
        Event(
          time: .milliseconds(2),
          scenario: 5,
          actor: "main",
          lane: "c",
          kind: .sent([1, 2]),
          location: location
        ),
        Event(time: .milliseconds(7), scenario: 5, actor: "main", lane: "c", kind: .ended),
      ]
    )
  }

  @Test func `the time of a scenario counts from its beginning`() throws {
    let log = EventLog(to: try LogStorage(), since: .now)

    log.begin(scenario: 1)
    let first = log.now
    let second = log.now

    #expect(first >= .zero)
    #expect(second >= first)
    #expect(second < .seconds(60))
  }

  @Test func `a file holds every event, also across the parts that are mapped`() throws {
    let directory = TemporaryDirectory()
    let log = try fileLog(in: directory)
    let text = String(repeating: "x", count: 50_000)

    for _ in 0..<100 { log.append(.note(text)) }

    let range = 0..<log.endOffset
    #expect(range.count > 4 * LogFile.step)
    #expect(LogReader.events(in: log.storage.file.number, range).count == 100)
    #expect(FileSystem.size(of: log.storage.file.number) > log.endOffset)
    log.close()
    #expect(FileSystem.size(of: log.storage.file.number) == log.endOffset)
  }

  @Test func `a long payload goes to a file of its own`() throws {
    let directory = TemporaryDirectory()
    let log = try fileLog(in: directory)
    let bytes = [UInt8](repeating: 7, count: Payload.inlineLimit + 1)

    for _ in 0..<2 { log.append(Event.Kind.sent, bytes, actor: "", lane: "c", at: nil) }

    let kept = Payload(Array(bytes.prefix(1024)), size: bytes.count, offset: bytes.count)
    #expect(log.events.last?.kind == .sent(kept))
    #expect(try FileSystem.contents(of: directory.file("log.payloads")) == bytes + bytes)
  }

  @Test func `a log in memory keeps the beginning and the end of a long scenario`() throws {
    let storage = try LogStorage()
    let log = EventLog(to: storage, since: .now)
    let text = String(repeating: "x", count: 60_000)

    log.begin(scenario: 1)
    for number in 0..<1000 { log.append(.note("\(number) \(text)")) }

    let events = LogReader.events(in: storage.file.number, 0..<log.endOffset)
    #expect(events.first?.kind == .note("0 \(text)"))
    #expect(events.last?.kind == .note("999 \(text)"))
    var status = stat()
    unsafe fstat(storage.file.number, &status)
    #expect(Int(status.st_blocks) * 512 < LogStorage.bound + 4 * LogFile.step)
    #expect(log.endOffset > 3 * LogStorage.bound)
  }

  @Test func `where the file cannot be written the log goes on in memory`() throws {
    let directory = TemporaryDirectory()
    directory.write("", to: "log")
    let storage = LogStorage(
      file: try FileSystem.openForReading(directory.file("log")),
      spare: try FileSystem.memoryFile(),
      payloads: nil,
      isBounded: false
    )
    let log = EventLog(to: storage, since: .now)
    log.begin(scenario: 1)

    for number in 0..<3 { log.append(.note("\(number)")) }

    #expect(log.isSpare)
    #expect(log.problem == "the system refused it (errno \(EBADF))")
    #expect(log.events.map(\.kind) == [.note("0"), .note("1"), .note("2")])
  }

  @Test func `a location is written as editors read it`() {
    let location = ScriptLocation(file: "tests/qmp/cont.lua", line: 17)

    #expect(location.description == "tests/qmp/cont.lua:17")
    #expect(location.shortDescription == "cont.lua:17")
  }

  private func fileLog(in directory: borrowing TemporaryDirectory) throws -> EventLog {
    let storage = try LogStorage(
      path: directory.file("log"),
      payloads: directory.file("log.payloads")
    )
    return EventLog(to: storage, since: .now)
  }

  @Test func `time that is left out is no part of a scenario's duration`() throws {
    var elapsed = Duration.zero
    let log = EventLog(to: try LogStorage()) { elapsed }
    log.begin(scenario: 1)

    elapsed = .seconds(10)
    log.leaveOut(.seconds(8))

    #expect(log.now == .seconds(2))
  }
}
