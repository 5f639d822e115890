import LuaBridge
import Testing

@Suite("Lua tasks")
struct LuaTaskTests {
  @Test func `a task begins at the next turn and gives its results`() throws {
    let bridge = try Bridge()
    let task = try bridge.start("note('runs') return 1, nil, 'three'")
    #expect(bridge.notes == [])
    #expect(task.status == .ready)

    bridge.turn()

    #expect(bridge.notes == ["runs"])
    #expect(task.status == .done)
    #expect(task.pushResults(on: bridge.main) == 3)
    #expect((-3 ... -1).map { bridge.main.display(at: $0) } == ["1", "nil", "three"])
  }

  @Test func `tasks run in the order in which they became ready`() throws {
    let bridge = try Bridge()

    _ = try bridge.run(
      """
      for index = 1, 4 do
        spawn(function()
          note("begin " .. index)
          wait("x")
          note("end " .. index)
        end)
      end
      wait("x") wait("x") wait("x") wait("x") wait("x")
      """
    )

    #expect(
      bridge.notes == (1...4).map { "begin \($0)" } + (1...4).map { "end \($0)" }
    )
  }

  @Test func `a failure is told before what the task has open is closed`() throws {
    let bridge = try Bridge()
    bridge.scheduler.failed = { [journal = bridge.journal] _, failure in
      journal.notes.append(failure.message)
    }

    _ = try bridge.run(
      """
      local _ <close> = setmetatable({}, { __close = function() note("closed") end })
      error("broken", 0)
      """
    )

    #expect(bridge.notes == ["broken", "closed"])
  }

  @Test func `a failed task can be cancelled where it waits while it is closed`() throws {
    let bridge = try Bridge()
    let task = try bridge.start(
      """
      local _ <close> = setmetatable({}, { __close = function()
        note(select(2, pcall(wait, "x")))
        note(select(2, pcall(wait, "y")))
      end })
      error("broken", 0)
      """
    )
    bridge.scheduler.turn = { [unowned task] () throws(LuaError) in task.cancel() }

    bridge.turn()

    #expect(bridge.notes == ["cancelled x", "cancelled", "cancelled y", "cancelled"])
    #expect(task.status == .failed)
    #expect(task.failure?.message == "broken")
  }

  @Test func `a failure has the message, the traceback and the place from before the unwinding`()
    throws
  {
    let bridge = try Bridge()

    let task = try bridge.run(
      """
      local function inner()
        error("broken")
      end
      inner()
      """
    )

    let failure = try #require(task.failure)
    #expect(task.status == .failed)
    #expect(failure.message == "script:2: broken")
    #expect(failure.traceback.contains("inner"))
    #expect(failure.traceback.contains("script:4: in "))
    #expect(failure.location?.line == 2)
    #expect(failure.location?.source == "script")
  }

  @Test func `a failure's place skips chunks that are hidden`() throws {
    let bridge = try Bridge()
    bridge.scheduler.hiddenChunkPrefix = "=[hidden]"

    let task = try bridge.run(
      """
      local fail = load("error('broken')", "=[hidden]/chunk")

      fail()
      """
    )

    #expect(task.failure?.location?.line == 3)
  }

  @Test func `a failed task closes its variables after the traceback is taken`() throws {
    let bridge = try Bridge()

    let task = try bridge.run(
      """
      local _ <close> = setmetatable({}, { __close = function(_, raised) note(raised) end })
      local function inner() error("broken", 0) end
      inner()
      """
    )

    #expect(bridge.notes == ["broken"])
    #expect(task.failure?.traceback.contains("script:2:") == true)
  }

  @Test func `a failure that nobody takes is raised by the next wait that pumps`() throws {
    let bridge = try Bridge()

    let message = try bridge.call("spawn(function() error('broken', 0) end) wait('x')")

    #expect(message?.hasPrefix("broken") == true)
  }

  @Test func `failures go to the one who asked for them`() throws {
    let bridge = try Bridge()
    var failures: [String] = []
    bridge.scheduler.failed = { _, failure in failures.append(failure.message) }

    let message = try bridge.call("spawn(function() error('broken', 0) end) wait('x') wait('y')")

    #expect(message == nil)
    #expect(failures == ["broken"])
  }

  @Test func `cancel raises at the wait and undoes it`() throws {
    let bridge = try Bridge()
    bridge.endsWaits = false
    let task = try bridge.start("note(select(2, pcall(wait, 'x')))")
    bridge.turn()
    #expect(task.operation?.subject == "x")

    task.cancel()
    bridge.turn()

    #expect(bridge.notes == ["cancelled x", "cancelled"])
    #expect(task.status == .done)
  }

  @Test func `a task that lets the cancellation pass is cancelled`() throws {
    let bridge = try Bridge()
    bridge.endsWaits = false
    let task = try bridge.start(
      """
      local _ <close> = setmetatable({}, { __close = function() note("closed") end })
      wait("x")
      """
    )
    bridge.turn()

    task.cancel()
    bridge.turn()

    #expect(task.status == .cancelled)
    #expect(task.failure == nil)
    #expect(bridge.notes == ["cancelled x", "closed"])
  }

  @Test func `a task that ends calls those who asked, once`() throws {
    let bridge = try Bridge()
    let task = try bridge.start("wait('x')")
    var count = 0
    task.ended.append { count += 1 }

    for _ in 0..<5 { bridge.turn() }

    #expect(count == 1)
  }

  @Test func `parked tasks are closed at the state's end, the youngest first`() throws {
    let bridge = try Bridge()
    bridge.endsWaits = false
    for name in ["first", "second", "third"] {
      _ = try bridge.start(
        """
        local _ <close> = setmetatable({}, { __close = function() note("\(name)") end })
        wait("\(name)")
        """
      )
      bridge.turn()
    }

    bridge.runtime.close()

    #expect(
      bridge.notes == [
        "cancelled third", "third", "cancelled second", "second", "cancelled first", "first",
      ]
    )
  }

  @Test func `a task that waits in its close handler at the state's end is not waited for`() throws
  {
    let bridge = try Bridge()
    bridge.endsWaits = false
    _ = try bridge.start(
      """
      local _ <close> = setmetatable({}, { __close = function() note(select(2, pcall(wait, "y"))) end })
      wait("x")
      """
    )
    bridge.turn()

    bridge.runtime.close()

    #expect(bridge.notes.contains("cancelled"))
  }

  @Test func `threads of tasks that Lua never saw are used again`() throws {
    let bridge = try Bridge()
    var threads: [LuaThread] = []
    bridge.define("mark") { call throws(LuaError) in
      threads.append(call.thread)
      return .nothing
    }

    for _ in 0..<10 {
      try bridge.runtime.load(Array("mark()".utf8), chunk: "=script")
      bridge.scheduler.runNow { thread in
        bridge.main.move(1, to: thread)
        return 0
      }
    }

    #expect(threads.count == 10)
    #expect(threads.allSatisfy { $0 == threads.first })
  }

  @Test func `a thread that is used again carries nothing over`() throws {
    let bridge = try Bridge()
    bridge.scheduler.failed = { _, _ in }
    for source in ["error('broken')", "wait('x')", "return 1, 2, 3", "note(select('#', ...))"] {
      try bridge.runtime.load(Array(source.utf8), chunk: "=script")
      bridge.scheduler.runNow { thread in
        bridge.main.move(1, to: thread)
        return 0
      }
      bridge.turn()
    }

    #expect(bridge.notes == ["0"])
  }

  @Test func `runNow runs to the first wait and tells when the rest has ended`() throws {
    let bridge = try Bridge()
    try bridge.runtime.load(Array("note(...) wait('x') note('end')".utf8), chunk: "=script")
    bridge.main.push("argument")
    var hasEnded = false

    let task = bridge.scheduler.runNow { thread in
      bridge.main.move(2, to: thread)
      return 1
    }
    task?.ended.append { hasEnded = true }

    #expect(task != nil && !hasEnded)
    #expect(bridge.notes == ["argument"])
    bridge.turn()
    #expect(hasEnded)
    #expect(bridge.notes == ["argument", "end"])
  }

  @Test func `a yield of a task's own is refused`() throws {
    let task = try Bridge().run("coroutine.yield(1)")

    #expect(task.failure?.message.contains("yielded outside a coroutine") == true)
  }

  @Test(arguments: [("x", false), ("each other", true)])
  func `tasks are stuck when they wait only for each other`(name: String, isStuck: Bool) throws {
    let bridge = try Bridge()
    bridge.endsWaits = false
    #expect(!bridge.scheduler.isStuck)
    let task = try bridge.start("wait('\(name)')")

    bridge.turn()

    #expect(bridge.scheduler.liveTaskCount == 1)
    #expect(bridge.scheduler.isStuck == isStuck)
    task.cancel()
    #expect(!bridge.scheduler.isStuck)
  }

  @Test func `tasks that are ready at the state's end never run`() throws {
    let bridge = try Bridge()
    bridge.endsWaits = false
    for _ in 0..<3 { _ = try bridge.start("wait('x') note('never')") }
    bridge.turn()
    for _ in 0..<3 { _ = try bridge.start("note('never')") }
    bridge.journal.waits.first?.progress.complete()

    bridge.runtime.close()

    #expect(!bridge.notes.contains("never"))
  }
}
