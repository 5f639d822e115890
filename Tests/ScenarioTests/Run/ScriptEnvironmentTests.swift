import Testing

@testable import Scenario

@Suite("A script's environment")
struct ScriptEnvironmentTests {
  @Test func `a bare name lies in the private directory, which only the user may enter`() {
    let outcome = ScriptRun.outcome(
      """
      local listener = t:listen("api")
      t:equal(listener.path, t:path "api")
      t:equal(t:path "api", t.directory .. "/api")
      t:equal(os.execute('test "$(stat -c %a "' .. t.directory .. '")" = 700'), true)
      """
    )

    #expect(outcome == .passed)
  }

  @Test func `what follows the script on the command line is in arg`() {
    let script = ScriptRun("t:equal(arg, { [0] = arg[0], \"one\", \"\" })")
    script.configuration.common.arguments = ["one", ""]

    #expect(script.run().0 == .success)
  }

  @Test func `definitions are in var`() {
    let script = ScriptRun("t:equal(var.host, \"h=1\")\nt:equal(var.none, nil)")
    script.configuration.common.variables = ["host": "h=1"]

    #expect(script.run().0 == .success)
  }

  @Test(arguments: ["", "#!/usr/bin/env parley\n"])
  func `a byte order mark at the start is skipped`(firstLine: String) {
    #expect(ScriptRun.outcome("\u{feff}\(firstLine)t:isTrue(true)") == .passed)
  }

  @Test func `modules are found beside the script`() {
    let script = ScriptRun("t:equal(require \"beside\", 7)")
    script.add("beside.lua", "return 7")

    #expect(script.run().0 == .success)
  }

  @Test func `require finds the localsocket that is built in`() {
    #expect(ScriptRun.outcome("t:equal(require \"localsocket\", localsocket)") == .passed)
  }

  @Test func `a first line for the shell keeps the line numbers`() {
    #expect(ScriptRun.failure("#!/usr/bin/env parley\nt:equal(1, 2)")?.location?.line == 2)
  }

  @Test func `a script cannot end the process`() {
    let failure = ScriptRun.failure("os.exit(0)")

    #expect(
      failure?.message == "os.exit would skip the clean-up; t:skip and t:fail end a scenario"
    )
    #expect(failure?.location?.line == 1)
  }

  @Test func `the seed is the run's`() {
    let script = ScriptRun("t:equal(t.seed, 42)")
    script.configuration.common.seed = 42

    #expect(script.run().0 == .success)
  }
}
