import Testing

@testable import Scenario

@Suite("What variables held where a scenario fails")
struct ValuesTests {
  @Test(arguments: [
    // A failure of the language, an error of the script, a deadlock.
    "t:equal(n, 5)", "local sum = n .. {}", "t:pair { codec = \"line\" }:expect(pattern(n))",
  ])
  func `the failure has them`(line: String) {
    let failure = ScriptRun.failure("local n = 4\n" + line)

    #expect(failure?.location?.line == 2)
    #expect(failure?.values == ["n = 4"])
  }

  @Test func `a time-out has them`() {
    let failure = ScriptRun.failure(
      """
      t:task("other", function() localsocket.sleep "1h" end)
      local wanted = "x"
      t:pair { codec = "line" }:expect(wanted, { timeout = "1ms" })
      """
    )

    #expect(failure?.kind == .timeout)
    #expect(failure?.values == ["wanted = \"x\""])
  }

  @Test func `an error of a task has those of its own line`() {
    let failure = ScriptRun.failure(
      """
      local n = 1
      t:task("other", function()
        local n = 2
        t:equal(n, 3)
      end)
      """
    )

    #expect(failure?.values == ["n = 2"])
  }

  @Test func `an error that was caught and raised elsewhere has none of the wrong line`() {
    let failure = ScriptRun.failure(
      """
      local n, m = 1, 2
      local _, problem = pcall(function() error("at " .. n) end)
      error(problem .. ("" and m and ""), 0)
      """
    )

    #expect(failure?.location?.line == 2)
    #expect(failure?.values == [])
  }

  @Test func `secrets are hidden in them`() {
    let failure = ScriptRun.failure("local word = secret(\"hunter2\")\nt:equal(word, \"x\")")

    #expect(failure?.values == ["word = \"«secret»\""])
  }

  @Test(arguments: [
    "secret(word)", "_G.secret(word)", "for _, value in ipairs { word } do secret(value) end",
  ])
  func `what becomes a secret later is not shown`(marking: String) {
    let failure = ScriptRun.failure("local word = \"hunter2\"\nt:isTrue(#word == 1)\n\(marking)")

    #expect(failure?.location?.line == 2)
    #expect(failure?.values == ["word = …"])
  }

  @Test func `the report shows them below the line`() {
    let script = ScriptRun("local n = 4\nt:equal(n, 5)\n")
    script.configuration.format = ReportFormat(columns: 80)
    _ = script.run()

    #expect(script.output.contains(" ▸ 2 │  t:equal(n, 5)\n     │      n = 4\n"))
  }
}
