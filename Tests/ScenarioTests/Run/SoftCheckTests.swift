import Testing

@testable import Scenario

@Suite("Soft checks")
struct SoftCheckTests {
  @Test func `checks fail the scenario at its end, the first one as its place and message`() throws
  {
    let script = ScriptRun(
      """
      t.check:equal(1, 2, "first")
      t.check:isTrue(false)
      t:note "went on"
      """
    )

    let failure = try #require(script.run().1.first?.failure)

    #expect(failure.kind == .assertion)
    #expect(failure.message == "first: expected 2, got 1")
    #expect(failure.location?.line == 1)
    #expect(failure.remarks.count == 1)
    #expect(failure.remarks[0].hasPrefix("a check failed at "))
    #expect(failure.remarks[0].hasSuffix("script.lua:2: expected a true value, got false"))
    #expect(script.output.contains("#  went on"))
  }

  @Test func `what ends the scenario goes before the checks, and tells of them`() throws {
    let failure = try #require(ScriptRun.failure("t.check:equal(1, 2)\nt:equal(3, 4)"))

    #expect(failure.message == "expected 4, got 3")
    #expect(failure.location?.line == 2)
    #expect(failure.remarks.first?.hasSuffix("script.lua:1: expected 2, got 1") == true)
  }

  @Test func `a scenario that is skipped after a check has failed has failed`() {
    #expect(ScriptRun.failure("t.check:equal(1, 2)\nt:skip \"no\"")?.message == "expected 2, got 1")
  }

  @Test func `checks that hold are assertions`() {
    #expect(ScriptRun.outcome("t.check:equal(1, 1)") == .passed)
  }

  @Test func `a soft check in what is tried again counts as the assertion`() {
    let outcome = ScriptRun.outcome(
      """
      local n = 0
      t:eventually("5s", function()
        n = n + 1
        t.check:equal(n, 3)
      end)
      """
    )

    #expect(outcome == .passed)
  }
}
