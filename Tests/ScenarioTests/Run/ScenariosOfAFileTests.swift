import TestSupport
import Testing

@testable import Scenario

@Suite("Scenarios of a file")
struct ScenariosOfAFileTests {
  private let blocks = """
    local count = 0
    scenario("one", function(t)
      count = count + 1
      t:equal(count, 1)
    end)
    scenario("two", function(t)
      count = count + 1
      t:equal(count, 1)
      t:equal(t.name, "two")
    end)
    """

  @Test func `a file without blocks is one scenario, named by its path`() {
    let script = ScriptRun("t:equal(t.name, arg[0])")

    let (code, results) = script.run()

    #expect(code == .success)
    #expect(results.map(\.title) == [script.directory.file("script.lua")])
  }

  @Test func `each block runs in a state of its own`() {
    let (code, results) = ScriptRun(blocks).run()

    #expect(code == .success)
    #expect(results.map(\.name) == ["one", "two"])
    #expect(results.map(\.line) == [2, 6])
  }

  @Test func `a line selects the scenario that stands there`() {
    let (code, results) = ScriptRun(blocks).run(lines: [8])

    #expect(code == .success)
    #expect(results.map(\.name) == ["two"])
  }

  @Test func `what another file declares stands at the line that has called for it`() {
    let script = ScriptRun(
      """
      local count = 0
      require "shared"
      scenario("own", function(t) t:equal(count, 0) end)
      """
    )
    script.add("shared.lua", "\n\n\n\nscenario(\"shared\", function(t) t:equal(1, 1) end)\n")

    #expect(script.run().1.map(\.line) == [2, 3])
    #expect(script.run(lines: [2]).1.map(\.name) == ["shared"])
  }

  @Test func `several lines of one scenario select it once`() {
    #expect(ScriptRun(blocks).run(lines: [3, 4, 8]).1.map(\.name) == ["one", "two"])
  }

  @Test func `a line at which no scenario stands is refused`() {
    let (code, results) = ScriptRun(blocks).run(lines: [1])

    #expect(code == .nothingRan)
    #expect(results.isEmpty)
  }

  @Test func `that nothing was selected is all that is said`() {
    let script = ScriptRun(blocks)
    _ = script.run(lines: [1])

    #expect(script.output == "")
    #expect(
      script.complaints == [
        "\(script.directory.file("script.lua")): no scenario stands at line 1, so nothing in it ran"
      ]
    )
  }

  @Test(arguments: [(1, ExitCode.success), (3, .success), (4, .nothingRan)])
  func `a line of a file without blocks selects it, and one beyond its end nothing`(
    line: Int,
    code: ExitCode
  ) {
    #expect(ScriptRun("\n\nt:equal(1, 1)\n").run(lines: [line]).0 == code)
  }

  @Test func `a line beyond the end of a file is refused before anything runs`() {
    let script = ScriptRun("error(\"ran\")")
    let (_, results) = script.run(lines: [2])

    #expect(results.isEmpty)
    #expect(script.complaints.first?.contains("line 2 is beyond its end (1 line)") == true)
  }

  @Test func `two scenarios of one name are refused where the second stands`() {
    let failure = ScriptRun.failure(
      """
      scenario("same", function() end)
      scenario("same", function() end)
      """
    )

    #expect(failure?.kind == .loadError)
    #expect(failure?.message == "there are two scenarios with the name \"same\"")
    #expect(failure?.location?.line == 2)
  }

  @Test func `a scenario inside a scenario is refused`() {
    let failure = ScriptRun.failure(
      "scenario(\"outer\", function() scenario(\"inner\", function() end) end)"
    )

    #expect(failure?.kind == .scriptError)
    #expect(failure?.message == "a scenario cannot declare another one")
  }

  @Test func `the header sets options of the whole file`() {
    #expect(ScriptRun.outcome("--# skip: not now\nt:equal(1, 2)") == .skipped(reason: "not now"))
  }

  @Test func `a wrong header is a load error at its line`() {
    let failure = ScriptRun.failure("\n--# timeout: soon\nt:equal(1, 1)")

    #expect(failure?.kind == .loadError)
    #expect(failure?.location?.line == 2)
  }

  @Test(arguments: [
    ("cmd:sh", nil), ("linux", nil), ("cmd:no-such-command", "needs the command no-such-command"),
    ("env:NO_SUCH_VARIABLE", "needs the environment variable NO_SUCH_VARIABLE"),
  ])
  func `a need that is not met skips the scenario`(need: String, reason: String?) {
    let outcome = ScriptRun.outcome(
      "scenario(\"s\", { needs = { \"\(need)\" } }, function(t) t:equal(1, 1) end)"
    )

    #expect(outcome == reason.map { .skipped(reason: $0) } ?? .passed)
  }

  @Test func `several needs and checks may stand in one text`() {
    let outcome = ScriptRun.outcome(
      "scenario('s', { needs = 'linux cmd:sh', allow = 'no-assertions leaks' }, function(t) end)"
    )

    #expect(outcome == .passed)
  }

  @Test func `a need that says nothing is a load error`() {
    let failure = ScriptRun.failure(
      "scenario(\"s\", { needs = { \"redis\" } }, function(t) end)"
    )

    #expect(failure?.kind == .loadError)
    #expect(failure?.location?.line == 1)
    #expect(failure?.message == "needs: \"redis\" is none of cmd:NAME, env:NAME, root, linux")
  }

  @Test func `a scenario can skip itself, with its clean-up`() {
    let script = ScriptRun(
      """
      local path = t:path "marker"
      t:defer(function() print("deferred") end)
      t:skip("no")
      """
    )

    #expect(script.run().1.map(\.outcome) == [.skipped(reason: "no")])
  }

  @Test func `a todo that fails is skipped, and one that passes fails`() {
    let (code, results) = ScriptRun(
      """
      scenario("fails", { todo = "bug 7" }, function(t) t:equal(1, 2) end)
      scenario("passes", { todo = "bug 8" }, function(t) t:equal(1, 1) end)
      """
    ).run()

    #expect(code == .failure)
    #expect(results.first?.outcome == .skipped(reason: "todo: bug 7"))
    #expect(
      results.last?.failure?.message == "it passes, though it is marked todo: bug 8"
    )
  }

  @Test(arguments: [
    ("timeout = \"soon\"", "timeout"), ("timeout = 0", "timeout must be above 0"),
    ("allow = { \"everything\" }", "allow: there is no check \"everything\""),
    ("tiemout = 1", "did you mean 'timeout'"),
    ("needs = 5", "the option 'needs' of scenario is a string or a list of texts, not a number"),
    ("needs = { 5 }", "the option 'needs' of scenario is a string or a list of texts, not { 5 }"),
    ("needs = \"linux redis\"", "needs: \"redis\" is none of cmd:NAME, env:NAME, root, linux"),
    ("allow = \"unraed\"", "allow: there is no check \"unraed\""),
  ])
  func `a wrong option of a block is refused`(option: String, message: String) {
    let failure = ScriptRun.failure("scenario(\"s\", { \(option) }, function(t) end)")

    #expect(failure?.kind == .loadError)
    #expect(failure?.message.contains(message) == true)
    #expect(failure?.location?.line == 1)
  }

  @Test func `a global that nobody knows is refused before anything runs`() {
    let script = ScriptRun("print(\"never\")\npritn(1)\nfoo()")

    let (code, results) = script.run()

    #expect(code == .unloadable)
    #expect(
      results.compactMap(\.failure?.message) == [
        "there is no global \"pritn\"; did you mean \"print\"?"
      ]
    )
    #expect(script.output.contains("nor is there \"foo\" (line 3)"))
  }

  @Test func `a global that the file assigns is known`() {
    #expect(ScriptRun.outcome("limit = 3\nt:equal(limit, 3)") == .passed)
  }

  @Test func `a script that does not parse is refused at its line`() {
    let failure = ScriptRun.failure("local a = 1\nt:equal(a 1)")

    #expect(failure?.kind == .loadError)
    #expect(failure?.message == "')' expected near '1'")
    #expect(failure?.location?.line == 2)
  }
}
