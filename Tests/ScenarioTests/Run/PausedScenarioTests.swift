import LocalSocketLua
import LuaBridge
import Synchronization
import TestSupport
import Testing

@testable import Scenario

@Suite("Paused scenario")
struct PausedScenarioTests {
  /// Finds a local of the calls on a thread.
  private static let findsLocal = """
    local thread, wanted = ...
    for level = 0, 50 do
      if not debug.getinfo(thread, level, "l") then return end
      for index = 1, 200 do
        local name, value = debug.getlocal(thread, level, index)
        if name == wanted then return value end
        if not name then break end
      end
    end
    """

  @Test func `a failure is shown while the locals of its call are still there`() {
    let seen = pauses(
      """
      local count = 41
      local function check(expected) t:equal(count, expected) end
      check(42)
      """
    ) { paused in
      "\(paused.actor) \(paused.failure.location?.line ?? 0)"
        + " \(Self.local("count", of: paused)) \(Self.local("expected", of: paused))"
    }

    #expect(seen == ["main 2 41 42"])
  }

  @Test func `connections are open and variables not closed yet`() {
    let seen = pauses(
      """
      isClosed = false
      local guard <close> = setmetatable({}, { __close = function() isClosed = true end })
      client, server = t:pair { codec = "line" }
      client:send "still there"
      t:fail "on purpose"
      """
    ) { paused in
      Self.evaluate("return tostring(isClosed) .. ' ' .. server:receive()", in: paused)
    }

    #expect(seen == ["false still there"])
  }

  @Test func `no actor runs, and nothing that waits is a deadlock`() {
    let seen = pauses(
      """
      client, server = t:pair { codec = "line" }
      t:task("other", function() answer = server:receive() end)
      t:task("third", function() localsocket.sleep(0) answer = "third" end)
      localsocket.sleep(0)
      t:fail "on purpose"
      """
    ) { paused in
      Self.evaluate("client:send 'x' localsocket.sleep '5ms' return tostring(answer)", in: paused)
    }

    #expect(seen == ["nil"])
  }

  @Test func `a deadlock is shown at the wait of its first actor`() {
    let seen = pauses("local here = 7; local client = t:pair(); client:expect 'x'") { paused in
      "\(paused.failure.kind) \(Self.local("here", of: paused))"
    }

    #expect(seen == ["deadlock 7"])
  }

  @Test func `no deadline counts while one looks`() {
    let seen = pauses("--# timeout: 50ms\nt:fail 'on purpose'") { paused in
      Self.evaluate("localsocket.sleep '80ms' return 'slept'", in: paused)
    }

    #expect(seen == ["slept"])
  }

  @Test func `a script that is stopped at its time-out is shown where it was`() {
    let script = ScriptRun(
      "--# timeout: 1s\nlocal count = 0\nwhile true do count = count + 1 end"
    )
    let seen = Seen()
    script.configuration.pause = { seen.add(Self.local("count", of: $0)) }

    let failure = script.run().1.first?.failure

    #expect(Int(seen.texts.first ?? "") ?? 0 > 0)
    #expect(failure?.kind == .timeout)
    #expect(failure?.message.hasPrefix("the scenario's time-out") == true)
  }

  @Test func `a wait that fails is logged once, before what is done while looking`() throws {
    let script = ScriptRun(
      "client = t:pair { codec = 'line' }\nclient:expect('x', { timeout = '5ms' })"
    )
    script.configuration.pause = { _ = Self.evaluate("t:note 'while looking'", in: $0) }

    _ = script.run()

    let lines = script.output.split(separator: "\n").filter { $0.contains("  ✗ ") }
    #expect(lines.count == 1, "\(script.output)")
  }

  @Test func `the time that one looks is not between a cause and what followed`() {
    let script = ScriptRun(
      """
      local p = t:spawn { "sh", "-c", "exit 3", name = "daemon" }
      pcall(p.awaitLog, p, "anything")
      t:equal(1, 2)
      """
    )
    let seen = Seen()
    script.configuration.pause = { paused in
      _ = Self.evaluate("localsocket.sleep '50ms'", in: paused)
      seen.add(paused.failure.notes.first ?? "")
    }

    let failure = script.run().1.first?.failure

    #expect(seen.texts.first?.hasSuffix("later: expected 2, got 1") == true)
    #expect(failure?.notes.first == seen.texts.first)
  }

  @Test func `what ends while one looks is not the cause`() {
    let script = ScriptRun(
      """
      p = t:spawn { "sh", "-c", "read x; exit 3", name = "daemon" }
      t:equal(1, 2)
      """
    )
    script.configuration.pause = {
      _ = Self.evaluate("p.stdin:send 'x' p:awaitLog 'anything'", in: $0)
    }

    let failure = script.run().1.first?.failure

    #expect(failure?.message == "expected 2, got 1")
  }

  @Test func `after it everything is taken down, and the first failure is the one reported`() {
    let script = ScriptRun()
    script.add(
      "script.lua",
      """
      t:defer(function() io.open("\(script.directory.path)/cleaned", "w"):close() end)
      t:task("other", function() localsocket.sleep "1h" end)
      localsocket.sleep(0)
      t:fail "on purpose"
      """
    )
    script.configuration.pause = { _ = Self.evaluate("t:fail 'while looking'", in: $0) }

    let failure = script.run().1.first?.failure

    #expect(failure?.message == "on purpose")
    #expect(script.directory.contents == ["cleaned", "script.lua"])
  }

  @Test func `what passes, is skipped or expected to fail is not shown`() {
    #expect(pauses("t:isTrue(true)") { _ in "shown" } == [])
    #expect(pauses("t:skip 'no'") { _ in "shown" } == [])
    #expect(pauses("--# todo: later\nt:fail 'on purpose'") { _ in "shown" } == [])
  }

  @Test func `everything runs in this process`() {
    let script = ScriptRun("t:fail 'on purpose'")
    script.configuration.workers = 2
    let seen = Seen()
    script.configuration.pause = { _ in seen.add("shown") }

    _ = script.run()

    #expect(seen.texts == ["shown"])
  }

  // MARK: Looking

  /// Runs a script, and gives what the closure makes of each failure.
  private func pauses(
    _ source: String,
    _ look: @escaping @Sendable (PausedScenario) -> String
  ) -> [String] {
    let seen = Seen()
    let script = ScriptRun(source)
    script.configuration.pause = { seen.add(look($0)) }
    _ = script.run()
    return seen.texts
  }

  private final class Seen: Sendable {
    private let all = Mutex<[String]>([])
    var texts: [String] { all.withLock { $0 } }

    func add(_ text: String) { all.withLock { $0.append(text) } }
  }

  private static func local(_ name: String, of paused: PausedScenario) -> String {
    let main = paused.runtime.main
    guard (try? paused.runtime.load(Array(findsLocal.utf8), chunk: "=look")) != nil
    else { return "not loaded" }
    paused.thread.pushItself(on: main)
    main.push(name)
    if let message = paused.runtime.callTop(argumentCount: 2, resultCount: 1) { return message }
    defer { main.pop() }
    return main.display(at: -1)
  }

  private static func evaluate(_ code: String, in paused: PausedScenario) -> String {
    let main = paused.runtime.main
    guard (try? paused.runtime.load(Array(code.utf8), chunk: "=look")) != nil,
      let task = paused.runtime.scheduler.spawn(from: main, argumentCount: 0)
    else { return "not loaded" }
    task.isShared = true
    while !task.hasEnded {
      guard (try? paused.library.turn()) != nil else { return "no turn" }
    }
    guard task.status == .done, task.pushResults(on: main) == 1 else { return "\(task.status)" }
    defer { main.pop() }
    return main.display(at: -1)
  }
}
