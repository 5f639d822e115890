import TestSupport
import Testing

@testable import Scenario

@Suite("Runaway script")
struct RunawayScriptTests {
  private static let loops = [
    "while true do end",
    "coroutine.wrap(function() while true do end end)()",
    "while true do pcall(function() while true do end end) end",
    "local x <close> = setmetatable({}, { __close = function() while true do end end })",
    "table.sort({ 1, 2, 3 }, function() while true do end end)",
    "t:listen(\"s\"):serve(function() while true do end end)\nt:connect(\"s\"):receive()",
    "t:task(\"loop\", function() while true do end end)\nlocalsocket.sleep(\"1h\")",
    "localsocket.after(1, function() while true do end end)\nlocalsocket.sleep(\"1h\")",
  ]

  @Test(arguments: loops)
  func `an endless loop ends with the scenario's time-out`(loop: String) throws {
    let result = try #require(ScriptRun("--# timeout: 500ms\n" + loop).run().1.first)

    let failure = try #require(result.failure)
    #expect(failure.kind == .timeout)
    #expect(failure.message == "the scenario's time-out of 0.5 s is over")
    #expect(failure.location?.line == 2)
  }

  @Test(arguments: loops)
  func `an endless loop ends within 200 ms of the scenario's time-out`(loop: String) {
    let failing = Self.work { ScriptRun("t:fail 'at once'") }
    let looping = Self.work { ScriptRun("--# timeout: 500ms\n" + loop) }

    #expect(looping < failing + .milliseconds(500 + 200))
  }

  /// What a run has of the processor, which is no more than the time that passes.
  private static func work(_ script: () -> ScriptRun) -> Duration {
    let script = script()
    let start = ThreadClock.now
    _ = script.run()
    return ThreadClock.now - start
  }

  @Test func `an endless loop in a deferred function ends with the clean-up's time`() {
    let failure = ScriptRun.failure("t:equal(1, 1)\nt:defer(function() while true do end end)")

    #expect(failure?.kind == .timeout)
    #expect(failure?.message == "the clean-up took longer than a second")
    #expect(failure?.location?.line == 2)
  }

  @Test func `what is parked for ever ends with the time-out, and is named`() {
    let failure = ScriptRun.failure(
      """
      --# timeout: 200ms
      local server = assert(localsocket.listen(t:path "s"))
      server:accept(-1)
      """
    )

    #expect(failure?.kind == .timeout)
    #expect(failure?.location?.line == 3)
    #expect(failure?.waiters.map(\.actor) == ["main"])
  }

  @Test func `a recursion without end is an error with few lines`() throws {
    let script = ScriptRun("local function f() return 1 + f() end\nf()")
    let (code, results) = script.run()

    #expect(code == .failure)
    #expect(results.count == 1)
    #expect(script.output.split(separator: "\n").count < 30)
  }

  @Test(arguments: [
    ("local function f() return 1 + f() end\nf()", "(stack overflow)"),
    ("local function f(s) return (s:gsub(\".\", f)) end\nf(\"x\")", "(C stack overflow)"),
    (
      "local function f() local x = coroutine.wrap(f)() return x end\nf()",
      "(C stack overflow)"
    ),
  ])
  func `a recursion without end is one sentence, its line and a few calls`(
    source: String,
    cause: String
  ) throws {
    let failure = try #require(ScriptRun.failure(source))

    #expect(failure.message.hasPrefix("the script recurses too deeply"))
    #expect(failure.message.hasSuffix(cause))
    #expect(failure.message.count < 80)
    #expect(failure.location?.line == 1)
    #expect(failure.traceback.count <= 9)
    #expect(failure.traceback.last?.hasSuffix("in main chunk") == true)
  }

  @Test func `an error that only mentions an overflow keeps its words`() {
    #expect(
      ScriptRun.failure("error(\"parsing: stack overflow\")")?.message == "parsing: stack overflow"
    )
  }

  @Test func `a script that nests too deeply is a load error`() {
    let failure = ScriptRun.failure("local x = " + String(repeating: "(", count: 300))

    #expect(failure?.kind == .loadError)
    #expect(failure?.message == "the script is nested too deeply to be read (C stack overflow)")
  }
}
