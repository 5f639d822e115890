import LuaBridge
import Testing

@Suite("Lua waits")
struct LuaWaitTests {
  @Test func `a wait parks its task and gives its results`() throws {
    let bridge = try Bridge()

    let results = try bridge.results("return wait('a'), wait('b')")

    #expect(results == ["a", "b"])
  }

  @Test func `others run while a task waits`() throws {
    let bridge = try Bridge()

    _ = try bridge.run(
      "spawn(function() note('other') end) note('before') wait('x') note('after')"
    )

    #expect(bridge.notes == ["before", "other", "after"])
  }

  @Test(arguments: [
    ("a task", "body()", false),
    ("pcall", "assert(pcall(body))", false),
    ("a metamethod", "local _ = setmetatable({}, { __index = body }).x", false),
    ("an iterator", "for _ in function() body() end do end", false),
    ("__close", "do local _ <close> = setmetatable({}, { __close = body }) end", false),
    ("a wrapped coroutine", "coroutine.wrap(body)()", false),
    ("a resumed coroutine", "assert(coroutine.resume(coroutine.create(body)))", false),
    (
      "sort",
      "local n = 0 table.sort({ 2, 1 }, function() n = n + 1 if n == 1 then body() end end)", true
    ),
    ("gsub", "string.gsub('x', '.', function() body() end)", true),
    (
      "tostring", "tostring(setmetatable({}, { __tostring = function() body() return '' end }))",
      true
    ),
    ("require", "package.preload.x = body require 'x'", true),
    (
      "a coroutine in sort",
      "table.sort({ 2, 1 }, function() if body then local b = body body = nil coroutine.wrap(b)() end end)",
      true
    ),
  ])
  func `a wait pumps the loop only where Lua cannot yield`(
    place: String,
    source: String,
    pumps: Bool
  ) throws {
    let bridge = try Bridge()
    let task = try bridge.start("local function body() note(wait('x')) end\n\(source)")

    // One turn starts the task; where it pumps, that turn makes the other turns as well.
    bridge.scheduler.runReady()

    #expect(task.hasEnded == pumps)
    if !pumps { bridge.turn() }
    #expect(task.status == .done, "\(task.failure?.traceback ?? "")")
    #expect(bridge.notes == ["x"])
  }

  @Test func `the main chunk of a foreign program pumps`() throws {
    let bridge = try Bridge()

    let message = try bridge.call("spawn(function() note(wait('a')) end) note(wait('b')) wait('c')")

    #expect(message == nil)
    #expect(bridge.notes == ["b", "a"])
  }

  @Test func `pumped waits nest to a limit and say so`() throws {
    let bridge = try Bridge()

    let message = try bridge.call(
      """
      local function nest()
        string.gsub("x", ".", function()
          spawn(nest)
          wait("x")
        end)
      end
      nest()
      """
    )

    #expect(message?.contains("nested too deeply") == true)
  }

  @Test func `a wait in a coroutine of a cancelled task is undone`() throws {
    let bridge = try Bridge()
    bridge.endsWaits = false
    let task = try bridge.start(
      """
      thread = coroutine.create(function()
        wait("x")
      end)
      note(select(2, coroutine.resume(thread)))
      """
    )
    bridge.turn()
    #expect(bridge.waits.count == 1)

    task.cancel()
    bridge.turn()

    #expect(bridge.notes == ["cancelled x", "cancelled"])
    #expect(bridge.waits.isEmpty)
  }

  @Test func `a coroutine that waits in another task is neither resumed nor lost`() throws {
    let bridge = try Bridge()

    let results = try bridge.results(
      """
      local thread = coroutine.create(function() return wait("x") end)
      local first
      spawn(function() first = table.pack(coroutine.resume(thread)) end)
      wait("begin")
      local fine, refused = coroutine.resume(thread)
      while not first do wait("more") end
      return fine, refused, first[1], first[2], coroutine.status(thread)
      """
    )

    #expect(
      results == [
        "false", "cannot resume a coroutine that waits in another task", "true", "x", "dead",
      ]
    )
  }

  @Test func `a task that waits is not resumed by others`() throws {
    let bridge = try Bridge()

    let results = try bridge.results(
      """
      local thread, got
      spawn(function()
        thread = coroutine.running()
        got = wait("x")
      end)
      while not thread do wait("begin") end
      local fine, refused = coroutine.resume(thread)
      while not got do wait("more") end
      return fine, refused, got
      """
    )

    #expect(results == ["false", "cannot resume a coroutine that waits in another task", "x"])
  }

  @Test func `coroutine close of a thread that waits through a task undoes the wait`() throws {
    let bridge = try Bridge()
    bridge.endsWaits = false
    _ = try bridge.start(
      """
      local thread = coroutine.create(function() wait("x") end)
      spawn(function() note(select(2, pcall(coroutine.resume, thread))) end)
      spawn(function() note(coroutine.close(thread)) end)
      """
    )

    for _ in 0..<5 { bridge.turn() }

    #expect(bridge.notes.first == "cancelled x")
    #expect(bridge.notes.contains("true"))
    #expect(bridge.waits.isEmpty)
  }

  @Test func `an error through a pumped wait undoes it`() throws {
    let bridge = try Bridge()
    bridge.endsWaits = false
    _ = try bridge.start("error('broken', 0)")

    let message = try bridge.call("wait('x')")

    #expect(message?.hasPrefix("broken") == true)
    #expect(bridge.notes == ["cancelled x"])
  }

  @Test func `a wait that ended before it is parked does not park for long`() throws {
    let bridge = try Bridge()
    bridge.define("over") { [journal = bridge.journal] call throws(LuaError) in
      let wait = NamedWait("over", in: journal)
      let answer = call.waiting(for: wait)
      wait.progress.complete()
      return answer
    }
    bridge.endsWaits = false

    #expect(try bridge.results("return over()") == ["over"])
  }

  @Test func `an error in finish is raised at the wait`() throws {
    let bridge = try Bridge()
    bridge.define("fail") { call throws(LuaError) in
      let wait = FailingWait()
      let answer = call.waiting(for: wait)
      wait.progress.complete()
      return answer
    }

    #expect(
      try bridge.results("return pcall(function() fail() end)") == ["false", "script:1: late"]
    )
    #expect(try bridge.call("fail()")?.hasPrefix("script:1: late") == true)
  }

  private final class FailingWait: LuaOperation {
    let progress = LuaProgress()
    let subject = "failing"
    func cancelled() {}
    func finish(_ call: LuaCall) throws(LuaError) -> LuaAnswer { throw .message("late") }
  }
}
