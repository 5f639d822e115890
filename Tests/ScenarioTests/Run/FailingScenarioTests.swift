import Testing

@testable import Scenario

@Suite("Failing scenario")
struct FailingScenarioTests {
  @Test func `the first failure cancels the other actors at once`() throws {
    let script = ScriptRun(
      """
      local ears, mouth = t:pair { codec = "line" }
      t:task("listener", function()
        local closing <close> = setmetatable({}, { __close = function() t:note("cancelled") end })
        ears:receive { timeout = "1h" }
      end)
      t:task("failing", function() t:equal(1, 2) end)
      localsocket.sleep("1h")
      """
    )

    let result = try #require(script.run().1.first)

    #expect(result.duration < .seconds(60))
    #expect(result.failure?.message == "expected 2, got 1")
    #expect(result.failure?.location?.line == 6)
  }

  @Test(arguments: [
    ("error('second')", "second"), ("while true do end", "the clean-up took longer than a second"),
  ])
  func `a close that fails behind the failure is told besides`(code: String, problem: String) {
    let failure = ScriptRun.failure(
      """
      local first <close> = setmetatable({}, { __close = function() end })
      local closing <close> = setmetatable({}, { __close = function() \(code) end })
      t:equal(1, 2)
      """
    )

    #expect(failure?.message == "expected 2, got 1")
    #expect(failure?.remarks.count == 1)
    #expect(
      failure?.remarks.first?.hasPrefix("besides, closing what «main» had open failed: ") == true
    )
    #expect(failure?.remarks.first?.hasSuffix(":2: \(problem)") == true)
  }

  @Test(arguments: [
    ("localsocket.pair():wirte('x')", "; did you mean 'write' of localsocket.Socket?"),
    ("({}):frobnicate()", ""),
  ])
  func `a misspelt method of the module's objects is named`(code: String, suggestion: String) {
    let failure = ScriptRun.failure("localsocket.pair();\n" + code)

    #expect(failure?.kind == .scriptError)
    #expect(failure?.message.hasPrefix("attempt to call a nil value (method '") == true)
    #expect(failure?.message.hasSuffix("')" + suggestion) == true)
  }

  @Test func `a deadlock is reported at once, with every actor and its line`() throws {
    // No deadline of its waits comes into reach, whatever the machine has to do besides.
    let source = """
      --# wait: 1h; timeout: 2h
      local client, server = t:pair { codec = "line" }
      t:task("server", function()
        server:expect "hello"
      end)
      client:expect "welcome"
      """

    let failure = try #require(ScriptRun.failure(source))

    #expect(failure.kind == .deadlock)
    #expect(failure.message == "deadlock: main waits on «pair.a», server on «pair.b»")
    #expect(failure.waiters.map(\.actor) == ["main", "server"])
    #expect(failure.waiters.compactMap(\.location?.line) == [6, 4])
    #expect(
      failure.waiters.map(\.what) == [
        "\"welcome\" on «pair.a»", "\"hello\" on «pair.b»",
      ]
    )
  }

  @Test(arguments: [
    ("local source = t:pair()", "source:expect('b')", "waits for \"a\" in what comes on «pair.a»"),
    ("local source = t:listen('api')", "source:accept()", "waits for a connection to «api»"),
  ])
  func `who waits where another actor does is told who that is`(
    source: String,
    wait: String,
    rival: String
  ) {
    let isPair = wait.contains("expect")
    let failure = ScriptRun.failure(
      """
      \(source)
      t:task("reader", function()
        \(isPair ? "source:expect('a')" : wait)
      end)
      localsocket.sleep(1)
      \(wait)
      """
    )

    let name = isPair ? "pair.a" : "api"
    #expect(failure?.location?.line == 6)
    #expect(
      failure?.message.hasPrefix("two actors cannot wait on «\(name)» at once: reader \(rival) at ")
        == true
    )
    #expect(failure?.message.hasSuffix("script.lua:3") == true)
  }

  @Test func `a message that was taken before is told with its line and time`() throws {
    let failure = ScriptRun.failure(
      """
      local client, server = t:pair { codec = "line" }
      server:send("PONG", "PANG")
      client:expect "PONG"
      client:expect "PONG"
      """
    )

    let note = try #require(failure?.notes.last)
    #expect(note.hasPrefix("\"PONG\" had come before: taken at "))
    #expect(note.contains("script.lua:3 after 0."))
  }

  @Test func `a deadlock is reported within 50 ms`() {
    // Who else has the processor makes some runs slower, but never one faster.
    let isFast = (0..<20).contains { _ in
      Self.timeToDeadlock.map { $0 < .milliseconds(50) } ?? false
    }

    #expect(isFast)
  }

  /// The time from where the last actor begins to wait to the failure; `nil` if there was none.
  private static var timeToDeadlock: Duration? {
    let script = ScriptRun(
      """
      --# wait: 1h; timeout: 2h
      local client, server = t:pair { codec = "line" }
      t:task("server", function()
        t:note "waits"
        server:expect "hello"
      end)
      client:expect "welcome"
      """
    )
    let events = Events()
    _ = script.run(observing: events)
    let note = events.all.last { if case .note = $0.kind { true } else { false } }
    let failure = events.all.last { $0.kind == .failed }
    guard let note, let failure else { return nil }
    return failure.time - note.time
  }

  @Test func `the log of a deadlock says of every actor what it waited for`() {
    let script = ScriptRun(
      """
      local client, server = t:pair { codec = "line" }
      t:task("server", function() server:expect "go" end)
      client:expect "ready"
      """
    )
    let events = Events()

    _ = script.run(observing: events)

    let waits = events.all.compactMap { event -> String? in
      if case .waiting(let subject) = event.kind { "\(event.actor): \(subject)" } else { nil }
    }
    #expect(
      waits.sorted() == [
        "main: \"ready\" on «pair.a»",
        "server: \"go\" on «pair.b»",
      ]
    )
  }

  @Test func `of a deadlock of many actors a few are named`() {
    let failure = ScriptRun.failure(
      """
      for index = 1, 6 do t:task("t" .. index, function() t:barrier("never", 9) end) end
      t:barrier("never", 9)
      """
    )

    let wait = "for barrier \"never\" (7 of 9)"
    #expect(
      failure?.message
        == "deadlock: main waits \(wait), t1 \(wait), t2 \(wait), t3 \(wait) and 3 more"
    )
  }

  @Test func `a wait for silence is no deadlock`() {
    let source = "local client = t:pair { codec = \"line\" }\nclient:quiet(\"5ms\")"

    #expect(ScriptRun.outcome(source) == .passed)
  }

  @Test func `a pending timer is no deadlock`() {
    let source = """
      local left, right = t:pair { codec = "line" }
      localsocket.after("5ms", function() right:send "late" end)
      left:expect "late"
      """

    #expect(ScriptRun.outcome(source) == .passed)
  }

  @Test func `a sleep where Lua cannot yield is no deadlock`() {
    let source = """
      local a, b = t:pair { codec = "line" }
      t:task("reader", function() b:expect "late" end)
      local hasSlept = false
      table.sort({ 2, 1 }, function(x, y)
        if not hasSlept then
          hasSlept = true
          localsocket.sleep(10)
        end
        return x < y
      end)
      a:send "late"
      """

    #expect(ScriptRun.outcome(source) == .passed)
  }

  @Test func `an accept is no deadlock, for somebody outside may connect`() {
    let failure = ScriptRun.failure("t:listen(\"api\"):accept { timeout = \"5ms\" }")

    #expect(failure?.kind == .timeout)
    #expect(failure?.message == "waited 5 ms for a connection to «api»; nobody connected")
  }

  @Test func `a wait has one deadline, which what arrives does not move`() throws {
    let failure = ScriptRun.failure(
      """
      local drip, reader = t:pair { codec = "line" }
      t:task("drip", function()
        while true do
          drip:raw "x"
          localsocket.sleep("1ms")
        end
      end)
      reader:expect("never", { timeout = "30ms" })
      """
    )

    let message = try #require(failure?.message)
    #expect(failure?.kind == .timeout)
    #expect(failure?.location?.line == 8)
    #expect(message.hasPrefix("waited 30 ms for \"never\" on «pair.b»; "))
    #expect(message.hasSuffix(" for a line end"))
  }

  @Test func `a scenario's own wait is the deadline of each wait`() {
    let failure = ScriptRun.failure(
      """
      scenario("s", { wait = "5ms" }, function(t)
        local left, right = t:pair { codec = "line" }
        t:task("idle", function() localsocket.sleep("1m") end)
        left:receive()
      end)
      """
    )

    #expect(failure?.message == "waited 5 ms for a message on «pair.a»; nothing came")
    #expect(failure?.location?.line == 4)
  }

  @Test func `the row of a failed wait says what was awaited`() {
    let script = ScriptRun(
      """
      local left = t:pair { codec = "line" }
      t:task("idle", function() localsocket.sleep("1m") end)
      left:expect("PONG", { timeout = "5ms" })
      """
    )
    _ = script.run()

    #expect(script.output.contains("…  waited for \"PONG\" on «pair.a»"))
  }

  @Test func `an error of the script is shown with its line and the calls that led to it`() throws {
    let result = try #require(
      ScriptRun(
        """
        local function inner() error("oops") end
        local function outer() inner() return 1 end
        outer()
        """
      ).run().1.first
    )
    let failure = try #require(result.failure)

    #expect(failure.message == "oops")
    #expect(result.failure?.location?.line == 1)
    #expect(failure.traceback.count == 3)
    #expect(failure.traceback.allSatisfy { !$0.contains("[C]") && !$0.contains("[parley]") })
  }

  @Test func `an error at the top needs no list of calls`() {
    #expect(ScriptRun.failure("t:connect(17)")?.traceback == [])
  }

  @Test func `calls of a recursion are folded`() {
    let trace = ScriptTraceback(
      message: "m",
      traceback: "m\nstack traceback:\n\t[C]: in function 'error'\n\ta.lua:1: in f\n"
        + "\ta.lua:1: in f\n\t[parley]/x:3: in g\n\ta.lua:2: in main chunk\n\t[C]: in ?"
    )

    #expect(trace.lines == ["a.lua:1: in f (2 times)", "a.lua:2: in main chunk"])
  }

  @Test func `where Lua leaves out calls, a few on each side are enough`() {
    let calls = (1...10).map { "\ta.lua:\($0): in f\n" }.joined()
    let trace = ScriptTraceback(
      message: "m",
      traceback: "m\nstack traceback:\n\(calls)\t...\t(skipping 180 levels)\n\(calls)\t[C]: in ?"
    )

    #expect(
      trace.lines.map { $0.prefix(8) } == [
        "a.lua:1:", "a.lua:2:", "a.lua:3:", "a.lua:4:", "… 192 mo",
        "a.lua:7:", "a.lua:8:", "a.lua:9:", "a.lua:10",
      ]
    )
  }

  @Test func `a script that eats memory fails at its line`() {
    let script = ScriptRun("local all = {}\nwhile true do all[#all + 1] = (\"x\"):rep(1e5) end")
    script.configuration.common.memoryLimit = 16 << 20

    let results = script.run().1

    #expect(results.first?.failure?.kind == .memory)
    #expect(results.first?.failure?.location?.line == 2)
  }

  @Test(arguments: [
    "local c = t:pair()\nwhile true do c.socket:write((\"x\"):rep(65536)) end",
    "local c = t:pair()\nlocal b = (\"x\"):rep(1000)\nwhile true do c.socket:write(b) end",
    "local all = {}\nwhile true do all[#all + 1] = localsocket.Socket() end",
  ])
  func `what a script leaves in sockets counts as its memory`(source: String) {
    let script = ScriptRun(source)
    script.configuration.common.memoryLimit = 16 << 20

    let failure = script.run().1.first?.failure

    #expect(failure?.kind == .memory)
    #expect(failure?.location?.line == source.split(separator: "\n").count)
  }

  @Test(arguments: [
    "for _ = 1, 40000 do localsocket.Socket() end",
    "local c = t:pair()\nfor _ = 1, 100 do c.socket:write((\"x\"):rep(1 << 20)) c.socket:abort()\n"
      + "c = t:pair() end",
  ])
  func `what nobody uses any more goes before a script is out of memory`(source: String) {
    let script = ScriptRun(source + "\nt:isTrue(true)")
    script.configuration.common.memoryLimit = 16 << 20

    #expect(script.run().1.first?.outcome == .passed)
  }

  @Test func `what comes for a script that does not read counts as its memory`() {
    let script = ScriptRun(
      """
      local server, client = localsocket.pair()
      t:task("flood", function()
        local block = ("x"):rep(65536)
        while true do server:write(block) server:waitForBytesWritten() end
      end)
      while client:isValid() do client:waitForReadyRead() end
      """
    )
    script.configuration.common.memoryLimit = 16 << 20

    let failure = script.run().1.first?.failure

    #expect(failure?.kind == .memory)
  }

  @Test func `a name that no file can have is the script's error`() {
    let failure = ScriptRun.failure("t:listen(\"a\\0b\")")

    #expect(failure?.kind == .scriptError)
    #expect(failure?.message == "the name of a socket cannot hold a NUL byte: \"a\\x00b\"")
  }

  @Test(arguments: ["0/0", "1/0", "-5"])
  func `a deadline that is no time is the script's error`(timeout: String) {
    let failure = ScriptRun.failure(
      "local c = t:pair()\nc:receive { timeout = \(timeout) }"
    )

    #expect(failure?.message == "timeout is a number of milliseconds from 0, or -1 for ever")
    #expect(failure?.location?.line == 2)
  }

  @Test func `a table that was raised is shown as what it holds`() {
    #expect(ScriptRun.failure("error({ code = 5 })")?.message == "{ code = 5 }")
  }

  @Test func `a table that was raised and cannot be shown is still a failure`() {
    let failure = ScriptRun.failure(
      "error(setmetatable({ 1 }, { __pairs = function() error(\"no\") end }))"
    )

    #expect(failure?.message.hasPrefix("table: ") == true)
  }

  @Test func `an address that cannot be listened on is the environment's failure`() {
    #expect(ScriptRun.failure("t:listen(\"/nonexistent/s\")")?.kind == .environment)
  }
}
