import LocalSockets
import Testing

@testable import Scenario

@Suite("Log reader")
struct LogReaderTests {
  @Test(arguments: 1...40)
  func `it makes no difference in which pieces a log comes`(size: Int) {
    let log = line(1) + line(2) + line(3)

    var reader = LogReader()
    var times: [Duration] = []
    for start in stride(from: 0, to: log.count, by: size) {
      reader.read(log[start..<min(log.count, start + size)]) { times.append($0.time) }
    }
    reader.finish()

    #expect(times == [.nanoseconds(1), .nanoseconds(2), .nanoseconds(3)])
    #expect(reader.problems.isEmpty)
  }

  @Test func `what a killed process leaves behind its last event is nothing`() {
    let (times, problems) = read(line(1) + [UInt8](repeating: 0, count: 5000))

    #expect(times == [1])
    #expect(problems.isEmpty)
  }

  @Test func `an unfinished line does not hurt the events before and behind it`() {
    let cut = Array(#"{"t":2,"ev"#.utf8)

    #expect(read(line(1) + cut + [0, 0, 0] + line(3)).times == [1, 3])
    let (times, problems) = read(line(1) + cut)
    #expect(times == [1])
    #expect(problems == [.init(line: 2, reason: "the line is not finished")])
  }

  @Test func `a foreign line is named, and those around it are read`() {
    let (times, problems) = read(line(1) + Array("hello\n".utf8) + line(3))

    #expect(times == [1, 3])
    #expect(problems == [.init(line: 2, reason: "no JSON: there is no value at byte 0")])
  }

  @Test func `of many foreign lines the first are named`() {
    let (_, problems) = read(Array(String(repeating: "x\n", count: 5000).utf8))

    #expect(problems.count == 20)
  }

  private func line(_ time: Int) -> [UInt8] {
    var writer = JSONWriter()
    writer.line(Event(time: .nanoseconds(time), kind: .accepted()))
    return writer.bytes
  }

  private func read(_ log: [UInt8]) -> (times: [Int], problems: [LogReader.Problem]) {
    var reader = LogReader()
    var times: [Int] = []
    reader.read(log[...]) { times.append(Int($0.time.nanoseconds)) }
    reader.finish()
    return (times, reader.problems)
  }
}
