import Testing

@testable import Scenario

@Suite("Scaled deadlines")
struct ScaledDeadlineTests {
  @Test(arguments: [
    "a:expect(\"x\", { timeout = 10 })", "a:expectEnd { timeout = 10 }",
    "a:await(\"x\", { timeout = \"10ms\" })", "t:listen(\"api\"):accept { timeout = 10 }",
    "t:eventually(10, function() t:isTrue(false) end)",
    "t:spawn { \"sleep\", 5 }:expectExit(0, { timeout = 10 })",
    "t:spawn { \"sleep\", 5, ready = ready.connectable(\"s\", { timeout = 10 }) }",
    "t:spawn({ \"cat\" }).stdout:expect(\"x\", { timeout = 10 })",
  ])
  func `the scale moves the deadline of each verb`(verb: String) {
    // The other actor keeps it from being a deadlock.
    let script = ScriptRun(
      """
      local a, b = t:pair { codec = "line" }
      t:task("other", function() localsocket.sleep "1s" end)
      \(verb)
      """
    )
    script.configuration.common.scale = 3

    let failure = script.run().1.first?.failure

    #expect(failure?.kind == .timeout)
    #expect(failure?.message.contains(" 30 ms") == true)
  }
}
