import Scenario
import Testing

@testable import Repl

@Suite("Lines of output")
struct OutputLinesTests {
  private static func event(_ second: Int, _ lane: String = "server") -> Event {
    Event(time: .seconds(second), lane: lane, kind: .output(stream: "stdout", Payload([])))
  }

  private static func texts(_ events: [Event]) -> [String] {
    events.map {
      if case .output(_, let payload, _) = $0.kind {
        String(decoding: payload.bytes, as: UTF8.self)
      } else {
        ""
      }
    }
  }

  @Test func `a piece of several lines is several lines`() {
    var lines = OutputLines()
    let whole = lines.take(Array("one\ntwo\r\n\nthree".utf8), of: "stdout", Self.event(1))
    #expect(Self.texts(whole) == ["one", "two", ""])
    #expect(lines.hasUnfinished)
  }

  @Test func `a line that comes in pieces is one, of when it has begun`() {
    var lines = OutputLines()
    #expect(lines.take(Array("o".utf8), of: "stdout", Self.event(1)) == [])
    #expect(lines.take(Array("n".utf8), of: "stdout", Self.event(2)) == [])
    let whole = lines.take(Array("e\ntwo\n".utf8), of: "stdout", Self.event(3))
    #expect(Self.texts(whole) == ["one", "two"])
    #expect(whole.map(\.time) == [.seconds(1), .seconds(3)])
    #expect(!lines.hasUnfinished)
  }

  @Test func `the streams of processes do not mix`() {
    var lines = OutputLines()
    _ = lines.take(Array("out".utf8), of: "stdout", Self.event(1))
    _ = lines.take(Array("err".utf8), of: "stderr", Self.event(2))
    _ = lines.take(Array("other".utf8), of: "stdout", Self.event(3, "other"))
    #expect(Self.texts(lines.takeUnfinished(of: "server")) == ["out", "err"])
    #expect(Self.texts(lines.takeUnfinished()) == ["other"])
    #expect(!lines.hasUnfinished)
  }

  @Test func `a line without an end is shown in parts`() {
    var lines = OutputLines()
    let whole = lines.take([UInt8](repeating: 0x78, count: 1 << 17), of: "stdout", Self.event(1))
    #expect(whole.count == 1)
    #expect(!lines.hasUnfinished)
  }
}
