import LuaBridge
import Testing

@Suite("Frozen Lua tasks")
struct LuaFreezingTests {
  @Test func `a task that is about to run does so when it is thawed`() throws {
    let bridge = try Bridge()
    _ = try bridge.start("note('runs')")

    let frozen = bridge.scheduler.freeze()
    bridge.turn()
    #expect(bridge.notes == [])

    bridge.scheduler.thaw(frozen)
    bridge.turn()
    #expect(bridge.notes == ["runs"])
  }

  @Test func `what a task waits for may come meanwhile`() throws {
    let bridge = try Bridge()
    let task = try bridge.start("note(wait('x'))")
    bridge.scheduler.runReady()

    let frozen = bridge.scheduler.freeze()
    bridge.turn()
    #expect(bridge.waits.isEmpty)
    #expect(bridge.notes == [])

    bridge.scheduler.thaw(frozen)
    bridge.turn()
    #expect(bridge.notes == ["x"])
    #expect(task.status == .done)
  }

  @Test func `a task whose wait is not over goes on waiting`() throws {
    let bridge = try Bridge()
    let task = try bridge.start("note(wait('x'))")
    bridge.scheduler.runReady()
    bridge.endsWaits = false

    bridge.scheduler.thaw(bridge.scheduler.freeze())
    bridge.turn()
    #expect(task.status == .waiting)

    bridge.endsWaits = true
    bridge.turn()
    #expect(bridge.notes == ["x"])
  }

  @Test func `tasks that begin while others are frozen run`() throws {
    let bridge = try Bridge()
    _ = try bridge.start("note('frozen')")
    let frozen = bridge.scheduler.freeze()

    _ = try bridge.run("spawn(function() note('inner') end) note('later')")
    bridge.turn()
    #expect(bridge.notes == ["later", "inner"])

    bridge.scheduler.thaw(frozen)
    bridge.turn()
    #expect(bridge.notes == ["later", "inner", "frozen"])
  }

  @Test func `a task that is cancelled meanwhile ends when it is thawed, and leaves nothing`()
    throws
  {
    let bridge = try Bridge()
    let waiting = try bridge.start("wait('x') note('goes on')")
    bridge.scheduler.runReady()
    bridge.endsWaits = false

    let frozen = bridge.scheduler.freeze()
    waiting.cancel()
    #expect(bridge.scheduler.liveTaskCount == 1)
    bridge.scheduler.thaw(frozen)
    for _ in 0..<3 { bridge.turn() }

    #expect(waiting.hasEnded)
    #expect(bridge.notes == ["cancelled x"])
    #expect(bridge.scheduler.liveTaskCount == 0)
  }
}
