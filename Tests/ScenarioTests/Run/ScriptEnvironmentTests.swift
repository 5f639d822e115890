import TestSupport
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

  @Test func `a module that reads an unknown global is told of with its line`() {
    let script = ScriptRun("local beside = require \"beside\"\nt:equal(beside(), nil)")
    script.add("beside.lua", "return function()\n  return pritn\nend")
    let failure = script.run().1.first?.failure

    #expect(
      failure?.message.hasSuffix(
        "beside.lua:2: there is no global \"pritn\"; did you mean \"print\"?"
      ) == true
    )
    #expect(failure?.location?.line == 1)
  }

  @Test func `a text may name globals that come later`() {
    let outcome = ScriptRun.outcome(
      """
      local lazy = assert(load "return function() return later() end")
      rawset(_G, "later", function() return 5 end)
      t:equal(lazy()(), 5)
      """
    )

    #expect(outcome == .passed)
  }

  @Test func `a module may ask about globals that are not there`() {
    let script = ScriptRun("t:equal(require \"beside\", { internal = false })")
    script.add(
      "beside.lua",
      """
      local module = { internal = false }
      local now = ngx and ngx.now
      if _TEST then module.internal = true end
      if type(love) == "table" or defold ~= nil then error(love or defold) end
      return module
      """
    )

    #expect(script.run().0 == .success)
  }

  @Test func `a module that does not lie beside the script may name any global`() {
    let elsewhere = TemporaryDirectory()
    elsewhere.write("return function() return xyzzy end", to: "far.lua")
    let script = ScriptRun(
      "package.path = \"\(elsewhere.path)/?.lua\"\nt:equal(require \"far\"(), nil)"
    )

    #expect(script.run().0 == .success)
  }

  @Test func `a module may set globals, and read those that the script and other modules set`() {
    let script = ScriptRun(
      """
      local first, second = require "first", require "second"
      mine = 5
      t:equal({ first(), second() }, { 5, 1 })
      """
    )
    script.add("first.lua", "shared = 1\nlocal one = shared\nreturn function() return mine end")
    script.add("second.lua", "return function() return shared end")

    #expect(script.run().0 == .success)
  }

  @Test func `a module may look which Lua it runs in`() {
    let script = ScriptRun(
      "t:equal({ require \"beside\" (1, 2) }, { 1, 2 })"
    )
    script.add(
      "beside.lua",
      """
      local unpack = unpack or table.unpack
      if jit or _G.ngx or rawget(_G, "love") then error("not this one") end
      return function(...) return unpack { ... } end
      """
    )

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
