import Testing

@testable import Scenario

@Suite("Long bytes of a failure")
struct FailureExcerptTests {
  private static let size = 3 << 20

  private static func failure(_ change: (inout [UInt8]) -> Void) -> Failure {
    var failure = Failure(.mismatch, "they differ")
    var bytes = [UInt8](repeating: UInt8(ascii: "a"), count: size)
    failure.expected = bytes
    change(&bytes)
    failure.actual = bytes
    return failure.recorded(hiding: Secrets())
  }

  @Test func `those around the first difference are kept`() throws {
    let failure = Self.failure { $0[2_000_000] = UInt8(ascii: "b") }

    let excerpt = try #require(failure.excerpt)
    #expect(excerpt.start == 2_000_000 - 1024)
    #expect(excerpt.expectedSize == Self.size && excerpt.actualSize == Self.size)
    #expect(failure.expected == [UInt8](repeating: UInt8(ascii: "a"), count: 2048))
    #expect(failure.actual?.firstIndex(of: UInt8(ascii: "b")) == 1024)
  }

  @Test func `the report counts as if all were there`() {
    for byte in [UInt8(ascii: "b"), 0] {
      let failure = Self.failure { $0[2_000_003] = byte }
      let report = FailureReport(
        failure,
        of: ScenarioResult(file: "a.lua", duration: .zero, outcome: .failed(failure)),
        events: [],
        source: nil
      )

      #expect(
        report.text.contains(
          "got 3145728 bytes, expected 3145728; first difference at byte 2000003"
        )
      )
      #expect(report.text.contains(byte == 0 ? "at 2000000" : "aaab"))
    }
  }

  @Test func `where one side ends, the other shows what it has more`() {
    let failure = Self.failure { $0.removeLast() }

    #expect(failure.expected?.count == 1025)
    #expect(failure.actual?.count == 1024)
  }

  @Test func `no character is cut`() {
    var failure = Failure(.mismatch, "they differ")
    let text = Array(String(repeating: "日", count: 40_000).utf8)
    failure.expected = text
    failure.actual = Array(text.dropLast(30_000)) + Array("x".utf8)

    let recorded = failure.recorded(hiding: Secrets())

    for bytes in [recorded.expected, recorded.actual] {
      #expect(String(validating: bytes ?? [0xff], as: UTF8.self) != nil)
    }
  }

  @Test func `what is short stays whole`() {
    var failure = Failure(.mismatch, "they differ")
    failure.expected = Array("a".utf8)
    failure.actual = Array("b".utf8)

    #expect(failure.recorded(hiding: Secrets()) == failure)
  }

  @Test func `a secret is hidden before anything is cut`() throws {
    var failure = Failure(.mismatch, "they differ")
    let long = [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 17)
    let secret = Array("hunter2".utf8)
    failure.expected = long + secret + long[..<1020] + [1]
    failure.actual = long + secret + long[..<1020] + [2]
    var secrets = Secrets()
    secrets.insert(secret)

    let recorded = failure.recorded(hiding: secrets)

    #expect(!(recorded.expected ?? []).starts(with: Array("ter2".utf8)))
    #expect(!String(decoding: try #require(recorded.actual), as: UTF8.self).contains("2a"))
  }

  @Test func `a script that compares megabytes leaves a short log`() throws {
    let script = ScriptRun(
      """
      local a, b = t:pair { codec = "u32be" }
      local text = ("x"):rep(6000000)
      t:task("a", function() a:send(text .. "y") end)
      b:expect(text .. "z")
      """
    )
    let events = Events()

    let failure = script.run(observing: events).1.first?.failure

    #expect(failure?.expected?.count == 1025)
    #expect(failure?.excerpt?.start == 6_000_000 - 1024)
    #expect(script.output.contains("first difference at byte 6000000"))
  }
}
