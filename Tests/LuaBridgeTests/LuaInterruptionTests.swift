import LuaBridge
import TestSupport
import Testing

@Suite("Lua interruption", .serialized)
struct LuaInterruptionTests {
  /// When the watchdog is set to fire.
  private static let deadline = 50

  /// What a script may have had of the processor when it ends: all of it up to the deadline, and 200 ms.
  private static let bound = Duration.milliseconds(deadline + 200)

  private func interruptible() throws -> Bridge {
    let bridge = try Bridge()
    bridge.runtime.becomeInterruptible()
    return bridge
  }

  /// Runs a script under the watchdog, and gives the error, the time that it took, and what of it the
  /// thread had the processor.
  private func interrupted(
    _ bridge: Bridge,
    _ source: String
  ) throws -> (message: String?, time: Duration, work: Duration) {
    let clock = ContinuousClock()
    let start = clock.now
    let startOfWork = ThreadClock.now
    bridge.runtime.interrupt(afterMilliseconds: Self.deadline, message: "the time is up")
    let message = try bridge.call(source)
    bridge.runtime.calm()
    return (message, clock.now - start, ThreadClock.now - startOfWork)
  }

  @Test(arguments: [
    ("the main chunk", "while true do end"),
    ("a call", "local function f() while true do end end f()"),
    ("a coroutine", "coroutine.wrap(function() while true do end end)()"),
    (
      "a nested coroutine",
      "local w = coroutine.wrap w(function() w(function() while true do end end)() end)()"
    ),
    (
      "a resumed coroutine",
      "assert(coroutine.resume(coroutine.create(function() while true do end end)))"
    ),
    (
      "a resume loop",
      "local c = coroutine.wrap(function() while true do coroutine.yield() end end) while true do c() end"
    ),
    ("pcall", "while true do pcall(function() while true do end end) end"),
    ("errors in pcall", "while true do pcall(error) end"),
    ("xpcall", "while true do xpcall(function() while true do end end, function() end) end"),
    (
      "coroutines in pcall",
      "while true do pcall(coroutine.wrap(function() while true do end end)) end"
    ),
    (
      "__close",
      "do local _ <close> = setmetatable({}, { __close = function() while true do end end }) end"
    ),
    (
      "__close after the interruption",
      "local _ <close> = setmetatable({}, { __close = function() while true do end end }) while true do end"
    ),
    (
      "__close in a coroutine that is closed",
      """
      local c = coroutine.create(function()
        local _ <close> = setmetatable({}, { __close = function() while true do end end })
        coroutine.yield()
      end)
      coroutine.resume(c)
      assert(coroutine.close(c))
      """
    ),
    (
      "__close in a wrapped coroutine that failed",
      """
      coroutine.wrap(function()
        local _ <close> = setmetatable({}, { __close = function() while true do end end })
        error("failed")
      end)()
      """
    ),
    (
      "a metamethod",
      "local t = setmetatable({}, { __index = function() while true do end end }) return t.x"
    ),
    ("sort", "table.sort({ 2, 1 }, function() while true do end end)"),
    ("a loop over calls of natives", "while true do note = note end"),
    ("garbage", "while true do local t = {} end"),
  ])
  func `an endless loop is stopped after its deadline`(place: String, source: String) throws {
    let (message, time, work) = try interrupted(try interruptible(), source)

    #expect(message?.contains("the time is up") == true)
    #expect(time >= .milliseconds(Self.deadline))
    #expect(work < Self.bound)
  }

  @Test func `an endless loop in a task is stopped`() throws {
    let bridge = try interruptible()
    let (message, _, work) = try interrupted(
      bridge,
      "spawn(function() while true do end end) wait('x')"
    )

    #expect(message?.contains("the time is up") == true)
    #expect(work < Self.bound)
  }

  @Test func `a wait that never ends is stopped`() throws {
    let bridge = try interruptible()
    bridge.endsWaits = false

    let message = try interrupted(bridge, "wait('x')").message

    #expect(message?.contains("the time is up") == true)
    #expect(bridge.notes == ["cancelled x"])
  }

  @Test func `the message names the line that ran`() throws {
    let message = try interrupted(
      try interruptible(),
      """
      local function loop()
        while true do end
      end
      loop()
      """
    ).message

    #expect(message?.hasPrefix("script:2: the time is up\n") == true)
  }

  @Test func `close handlers and a pcall's rest run in the time of grace`() throws {
    let bridge = try interruptible()

    _ = try interrupted(
      bridge,
      """
      local _ <close> = setmetatable({}, { __close = function()
        for _ = 1, 100 do local _ = {} end
        note("closed")
      end })
      pcall(function() while true do end end)
      note("after pcall")
      """
    )

    #expect(bridge.notes == ["after pcall", "closed"])
  }

  @Test func `after the time of grace a script cannot go on`() throws {
    let bridge = try interruptible()

    let (message, _, work) = try interrupted(
      bridge,
      """
      pcall(function() while true do end end)
      note("first")
      pcall(function() while true do end end)
      note("second")
      """
    )

    #expect(message?.contains("the time is up") == true)
    #expect(bridge.notes == ["first"])
    #expect(work < Self.bound)
  }

  @Test func `scripts run again once the runtime is calm`() throws {
    let bridge = try interruptible()
    _ = try interrupted(bridge, "while true do pcall(function() while true do end end) end")

    let message = try bridge.call(
      "coroutine.wrap(function() for index = 1, 100000 do local _ = index end note('again') end)()"
    )

    #expect(message == nil)
    #expect(bridge.notes == ["again"])
  }

  @Test func `a coroutine that was interrupted leaves no hook behind`() throws {
    let bridge = try interruptible()
    _ = try interrupted(
      bridge,
      """
      thread = coroutine.wrap(function()
        pcall(function() while true do end end)
        coroutine.yield()
        for index = 1, 100000 do local _ = index end
        note("went on")
      end)
      thread()
      """
    )

    let message = try bridge.call("thread()")

    #expect(message == nil)
    #expect(bridge.notes == ["went on"])
  }

  @Test func `a watchdog that is called off does nothing`() throws {
    let bridge = try interruptible()
    bridge.runtime.interrupt(afterMilliseconds: 100, message: "the time is up")
    bridge.runtime.interrupt(afterMilliseconds: 0, message: "")

    let message = try bridge.call(
      "local clock = os.clock() while os.clock() - clock < 0.2 do end"
    )

    #expect(message == nil)
  }

  @Test func `an interruption from outside carries its own message`() throws {
    let bridge = try interruptible()
    bridge.define("interrupt") { _ throws(LuaError) in
      LuaRuntime.interrupt("stopped by hand", exitStatus: 1)
      return .nothing
    }

    let message = try bridge.call("interrupt() while true do end")
    bridge.runtime.calm()

    #expect(message?.contains("stopped by hand") == true)
  }
}
