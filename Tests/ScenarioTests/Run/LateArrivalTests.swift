import Testing

@testable import Scenario

@Suite("Late arrival")
struct LateArrivalTests {
  @Test func `what comes after a time-out is told, and shown behind the failure`() throws {
    let script = ScriptRun(
      """
      local client, server = t:pair { codec = "line" }
      t:task("server", function()
        localsocket.sleep "100ms"
        server:send "late"
      end)
      client:expect("late", { timeout = "50ms" })
      """
    )

    let failure = try #require(script.run().1.first?.failure)

    #expect(failure.kind == .timeout)
    #expect(failure.location?.line == 6)
    #expect(failure.message.hasPrefix("waited 50 ms for \"late\" on «pair.a»; it came 0.0"))
    #expect(failure.notes.isEmpty)
    #expect(script.output.contains("late: late\\n"))
  }

  @Test func `what a process does after a time-out is told as late, and shown`() throws {
    let script = ScriptRun(
      """
      local client = t:pair { codec = "line" }
      t:spawn { "sh", "-c", "sleep 0.1; echo too late; exit 3", name = "daemon" }
      client:expect("x", { timeout = "50ms" })
      """
    )

    let failure = try #require(script.run().1.first?.failure)

    #expect(failure.kind == .timeout)
    let note = try #require(failure.notes.first { $0.hasPrefix("«daemon» (pid ") })
    #expect(note.contains(") exited with status 3, 0."))
    #expect(note.hasSuffix("s after the time-out"))
    #expect(script.output.contains("late: too late"))
    #expect(script.output.contains("late: exited with status 3"))
  }

  @Test func `a process that has ended in time is told with how long before`() throws {
    let failure = ScriptRun.failure(
      """
      local client = t:pair { codec = "line" }
      t:spawn({ "true", name = "daemon" }):expectExit(0)
      client:expect("x", { timeout = "20ms" })
      """
    )

    let note = try #require(failure?.notes.first { $0.hasPrefix("«daemon» (pid ") })
    #expect(note.contains(") exited with status 0, 0."))
    #expect(note.hasSuffix("s before"))
  }

  @Test func `the values beside a time-out are those of its moment`() {
    let failure = ScriptRun.failure(
      """
      local client = t:pair { codec = "line" }
      local n = 1
      t:task("other", function()
        localsocket.sleep "40ms"
        n = 2
      end)
      client:expect("x" .. n, { timeout = "10ms" })
      """
    )

    #expect(failure?.values == ["n = 1"])
  }

  @Test func `what another actor dies of after a time-out is not what is reported`() {
    let failure = ScriptRun.failure(
      """
      local client = t:pair { codec = "line" }
      t:task("other", function()
        localsocket.sleep "60ms"
        error "a consequence"
      end)
      client:expect("x", { timeout = "30ms" })
      """
    )

    #expect(failure?.kind == .timeout)
    #expect(failure?.message.hasPrefix("waited 30 ms") == true)
  }

  @Test func `an actor that skips after a time-out does not hide it`() {
    let failure = ScriptRun.failure(
      """
      local client = t:pair { codec = "line" }
      t:task("other", function()
        localsocket.sleep "60ms"
        t:skip "no"
      end)
      client:expect("x", { timeout = "30ms" })
      """
    )

    #expect(failure?.kind == .timeout)
  }

  @Test func `the scenario's time-out ends the looking for what comes late`() throws {
    let result = try #require(
      ScriptRun(
        """
        --# timeout: 1200ms
        local client = t:pair { codec = "line" }
        t:task("other", function() localsocket.sleep "1h" end)
        client:expect("x", { timeout = "1s" })
        """
      ).run().1.first
    )

    #expect(result.failure?.message.hasPrefix("waited 1 s for \"x\"") == true)
    #expect(result.failure?.notes == [])
  }

  @Test func `where the others can do nothing any more the time-out is reported at once`() {
    let failure = ScriptRun.failure(
      """
      --# wait: 30ms
      t:task("other", function() localsocket.sleep "80ms" end)
      t:barrier("never", 2)
      """
    )

    #expect(failure?.kind == .timeout)
    #expect(failure?.message == "waited 30 ms for barrier \"never\" (1 of 2)")
    #expect(failure?.notes.count == 1)
    #expect(failure?.notes.first?.hasSuffix("script.lua:2 waits for sleep") == true)
  }

  @Test func `what failed beside a time-out that was caught is reported after all`() {
    let failure = ScriptRun.failure(
      """
      local client = t:pair { codec = "line" }
      t:task("other", function()
        localsocket.sleep "50ms"
        t:equal(1, 2)
      end)
      pcall(client.expect, client, "x", { timeout = "10ms" })
      t:isTrue(true)
      """
    )

    #expect(failure?.message == "expected 2, got 1")
    #expect(failure?.location?.line == 4)
  }
}
