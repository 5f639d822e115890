import Testing

@testable import Scenario

@Suite("Barrier")
struct BarrierTests {
  @Test func `actors go on when enough of them have come, and the next ones begin anew`() {
    let outcome = ScriptRun.outcome(
      """
      local steps = {}
      local function run(name)
        for round = 1, 3 do
          steps[#steps + 1] = round
          t:barrier("round", 2)
        end
      end
      local one, two = t:task("one", run), t:task("two", run)
      one:join()
      two:join()
      t:equal(steps, { 1, 1, 2, 2, 3, 3 })
      """
    )

    #expect(outcome == .passed)
  }

  @Test func `a barrier that nobody else can come to is a deadlock`() throws {
    let failure = try #require(
      ScriptRun.failure(
        """
        t:task("other", function() t:barrier("ready", 3) end)
        t:barrier("ready", 3)
        """
      )
    )

    #expect(failure.kind == .deadlock)
    #expect(failure.waiters.map(\.actor) == ["main", "other"])
    #expect(failure.waiters.map(\.what) == Array(repeating: "barrier \"ready\" (2 of 3)", count: 2))
    #expect(failure.waiters.compactMap(\.location?.line) == [2, 1])
  }

  @Test(arguments: [
    // Its other party has ended.
    "t:task(\"other\", function() end)\nt:barrier(\"ready\", 2)",
    // It never was there, and who answers connections only waits for more of them.
    "t:listen(\"api\"):serve(function() end)\nt:barrier(\"ready\", 2)",
    // It waits for the one that is here.
    "local one = t:task(\"one\", function() t:barrier(\"ready\", 2) end)\none:join()",
  ])
  func `a barrier whose other party cannot come is a deadlock`(script: String) {
    let failure = ScriptRun.failure("--# wait: 1h; timeout: 2h\n" + script)

    #expect(failure?.kind == .deadlock)
  }

  @Test(arguments: [
    ("t:task(\"other\", function() end)", "no other actor is there"),
    (
      "t:task(\"other\", function() localsocket.sleep(\"1h\") end)",
      "script.lua:3 waits for"
    ),
  ])
  func `where a process may still do something, a time-out says who has not come`(
    other: String,
    note: String
  ) {
    let failure = ScriptRun.failure(
      """
      --# wait: 100ms
      t:spawn { "sleep", "100" }
      \(other)
      t:barrier("ready", 2)
      """
    )

    #expect(failure?.kind == .timeout)
    #expect(failure?.message == "waited 100 ms for barrier \"ready\" (1 of 2)")
    #expect(failure?.notes.first?.contains(note) == true)
  }

  @Test func `actors that join each other are a deadlock`() {
    let failure = ScriptRun.failure(
      """
      local one, two
      one = t:task("one", function() two:join() end)
      two = t:task("two", function() one:join() end)
      one:join()
      """
    )

    #expect(failure?.kind == .deadlock)
    #expect(failure?.waiters.count == 3)
  }

  @Test func `an actor that is cancelled at a barrier has left it`() {
    let outcome = ScriptRun.outcome(
      """
      local other = localsocket.spawn(function() pcall(t.barrier, t, "ready", 2) end)
      localsocket.sleep(0)
      localsocket.sleep(0)
      other:cancel()
      local third = t:task("third", function() t:barrier("ready", 2) end)
      localsocket.sleep(0)
      localsocket.sleep(0)
      t:equal(third:status(), "waiting")
      t:barrier("ready", 2)
      """
    )

    #expect(outcome == .passed)
  }
}
