import Glibc
import LocalSockets
import TestSupport
import Testing

@testable import Scenario

@Suite("End of a scenario")
struct EndOfScenarioTests {
  @Test func `a scenario without an assertion fails, unless it may`() {
    let script = "scenario(\"s\", { OPTIONS }, function(t) t:note(\"n\") end)"
    let failing = ScriptRun.failure(script.replacing("OPTIONS", with: ""))

    #expect(failing?.kind == .check)
    #expect(failing?.message == "the scenario ended without a single assertion")
    let allowed = script.replacing("OPTIONS", with: "allow = { \"no-assertions\" }")
    #expect(ScriptRun.outcome(allowed) == .passed)
  }

  @Test func `of a file that may be a module it is said what keeps it from running`() {
    let remedy = "a file that returns something may be a module: require it in a script beside it, "

    let notes = ScriptRun.failure("return { greeting = \"hello\" }")?.notes

    #expect(notes?.first?.hasPrefix(remedy) == true)
    #expect(ScriptRun.failure("t:note \"n\" return")?.notes.first?.hasPrefix("send") == true)
  }

  @Test(arguments: [
    "assert(true)", "t:isTrue(1)", "t:notEqual(1, 2)", "t:match(\"a\", \"a\")", "t:raises(error)",
    "local a = t:pair()\na:quiet(1)",
    "local a, b = t:pair { codec = \"line\" }\na:send(\"x\")\nb:expect(\"x\")",
    "local a, b = t:pair()\na:close()\nb:expectEnd()",
  ])
  func `each kind of assertion counts`(assertion: String) {
    #expect(ScriptRun.outcome(assertion) == .passed)
  }

  @Test func `handlers of serve see the end, which is no failure`() {
    let outcome = ScriptRun.outcome(
      """
      t:listen("api", { codec = "line" }):serve(function(c)
        c:call("hello", "never")
      end)
      t:connect("api", { codec = "line" }):expect("hello")
      """
    )

    #expect(outcome == .passed)
  }

  @Test func `a handler of serve that fails fails the scenario`() {
    let failure = ScriptRun.failure(
      """
      t:listen("api", { codec = "line" }):serve(function(c)
        c:expect("one")
      end)
      local client = t:connect("api", { codec = "line" })
      client:send("two"):expectEnd()
      """
    )

    #expect(failure?.kind == .mismatch)
    #expect(failure?.location?.line == 2)
  }

  @Test(arguments: [
    "client:abort()", "client:reconnect():expect 'welcome'", "t:connect('api'):abort()",
    "t:connect(abstract.path):abort()",
  ])
  func `a handler of serve is not blamed for a client that the script drops`(drop: String) {
    let outcome = ScriptRun.outcome(
      """
      local function answer(c)
        c:send "welcome"
        for _ in c:messages() do end
        c:send "bye"
        c:expect "more"
      end
      local abstract = t:listen(t:abstract "other", { codec = "line" }):serve(answer)
      local listener = t:listen("api", { codec = "line" }):serve(answer)
      local client = t:connect("api", { codec = "line" })
      client:expect "welcome"
      client:send "x"
      \(drop)
      localsocket.sleep(20)
      """
    )

    #expect(outcome == .passed)
  }

  @Test(arguments: ["daemon:stop()", "daemon:signal 'KILL'"])
  func `a handler of serve is not blamed for a process that the script stops`(stop: String) {
    let outcome = ScriptRun.outcome(
      """
      --# needs: cmd:socat
      local api = t:listen("api", { codec = "line" }):serve(function(c)
        c:send "welcome"
        c:expect "more"
      end)
      local daemon = t:spawn { "socat", "UNIX-CONNECT:" .. api.path, "STDIO" }
      daemon.stdout:expect "welcome"
      \(stop)
      t:connect("api", { codec = "line" }):expect "welcome"
      """
    )

    #expect(outcome == .passed)
  }

  @Test func `a client that the script has dropped excuses no other`() {
    let failure = ScriptRun.failure(
      """
      t:listen("api", { codec = "line" }):serve(function(c)
        c:expect "one"
        c:expect "two"
      end)
      t:connect("api", { codec = "line" }):abort()
      localsocket.sleep(20)
      t:connect("api", { codec = "line" }):send("one"):close()
      localsocket.sleep(1000)
      """
    )

    #expect(failure?.kind == .closed)
    #expect(failure?.location?.line == 3)
  }

  @Test func `a handler of serve is blamed for a client that only closes`() {
    let failure = ScriptRun.failure(
      """
      t:listen("api", { codec = "line" }):serve(function(c)
        c:expect "one"
        c:expect "two"
      end)
      local client = t:connect("api", { codec = "line" })
      client:send "one"
      client:close()
      localsocket.sleep(1000)
      """
    )

    #expect(failure?.kind == .closed)
    #expect(failure?.location?.line == 3)
  }

  @Test func `deferred functions run in reverse order, also after a failure`() {
    let script = ScriptRun(
      """
      local file = assert(io.open(arg[1], "w"))
      file:setvbuf("no")
      t:defer(function() file:write("first ") end)
      t:defer(function() file:write("second ") end)
      t:equal(1, 2)
      """
    )
    script.configuration.common.arguments = [script.directory.file("order")]

    #expect(script.run().0 == .failure)
    #expect(script.directory.text(of: "order") == "second first ")
  }

  @Test func `a deferred function that fails is reported, and the others run`() {
    let script = ScriptRun(
      """
      t:defer(function() assert(io.open(arg[1], "w")):write("ran"):close() end)
      t:defer(function() error("broken") end)
      t:equal(1, 1)
      """
    )
    script.configuration.common.arguments = [script.directory.file("marker")]

    let results = script.run().1

    #expect(script.directory.text(of: "marker") == "ran")
    let failure = results.first?.failure
    #expect(failure?.message == "broken")
    #expect(failure?.location?.line == 2)
  }

  @Test func `deferred functions that fail behind a failure are told besides`() {
    let failure = ScriptRun.failure(
      """
      t:defer(function() error("first of all") end)
      t:defer(function() t:equal(1, 2) end)
      t:equal("a", "b")
      """
    )

    #expect(failure?.message == #"expected "b", got "a""#)
    #expect(failure?.remarks.count == 2)
    #expect(failure?.remarks.first?.hasSuffix("script.lua:2: expected 2, got 1") == true)
    #expect(failure?.remarks.last?.hasSuffix("script.lua:1: first of all") == true)
  }

  @Test func `deferred functions run after a time-out too`() {
    let script = ScriptRun(
      """
      --# timeout: 20ms
      t:defer(function() assert(io.open(arg[1], "w")):write("ran"):close() end)
      while true do end
      """
    )
    script.configuration.common.arguments = [script.directory.file("marker")]

    #expect(script.run().0 == .failure)
    #expect(script.directory.text(of: "marker") == "ran")
  }

  @Test func `a deferred function may wait`() {
    #expect(
      ScriptRun.outcome("t:isTrue(1)\nt:defer(function() localsocket.sleep(1) end)") == .passed
    )
  }

  @Test func `a deferred function that waits for longer than its time fails the scenario`() {
    let failure = ScriptRun.failure(
      """
      t:defer(function()
        localsocket.sleep "1500ms"
        t:fail "not come to"
      end)
      t:isTrue(true)
      """
    )

    #expect(failure?.kind == .timeout)
    #expect(failure?.message == "the clean-up took longer than a second")
    #expect(failure?.location?.line == 2)
  }

  @Test(.enabled(if: ScriptRun.has("python3")))
  func `a handler that hears from a process ends with it`() {
    let outcome = ScriptRun.outcome(
      """
      local api = t:listen("api", { codec = "line" })
      api:serve(function(c) for message in c:messages() do c:send(message) end end)
      local client = t:spawn { "python3", "-c", [[
      import socket, sys, time
      s = socket.socket(socket.AF_UNIX)
      s.connect(sys.argv[1])
      s.send(b"hello\\n")
      print(s.recv(100).decode(), end="", flush=True)
      time.sleep(60)]], api.path }
      client.stdout:expect "hello"
      """
    )

    #expect(outcome == .passed)
  }

  @Test func `a handler that goes on for longer than the wait fails the scenario`() {
    let failure = ScriptRun.failure(
      """
      --# wait: 50ms
      t:listen("api"):serve(function()
        localsocket.sleep "10s"
      end)
      local client = t:connect "api"
      t:isTrue(client)
      localsocket.sleep "5ms"
      """
    )

    #expect(failure?.kind == .timeout)
    #expect(failure?.message == "a handler of serve has not ended 0.050 s after the scenario")
    #expect(failure?.location?.line == 3)
  }

  @Test(arguments: [
    "pcall(task.join, task)", "t:eventually(\"50ms\", function() task:join() end)",
  ])
  func `a task that fails fails the scenario, though its error is caught`(joining: String) {
    let failure = ScriptRun.failure(
      "local task = t:task(\"k\", function() t:equal(1, 2) end)\n\(joining)\nt:isTrue(true)"
    )

    #expect(failure?.message == "expected 2, got 1")
    #expect(failure?.location?.line == 1)
  }

  @Test func `a task that has not ended is joined`() {
    let failure = ScriptRun.failure(
      """
      t:task("slow", function()
        localsocket.sleep(5)
        t:equal(1, 2)
      end)
      """
    )

    #expect(failure?.location?.line == 3)
  }

  @Test(arguments: ["t:equal(1, 1)", "t:equal(1, 2)", "error(\"x\")", "t:skip(\"x\")"])
  func `the private directory and its sockets are gone afterwards`(ending: String) {
    let script = ScriptRun(
      """
      t:listen("api")
      assert(io.open(t:path "left", "w")):close()
      assert(io.open(arg[1], "w")):write(t.directory):close()
      """ + "\n" + ending
    )
    script.configuration.common.arguments = [script.directory.file("where")]
    _ = script.run()

    let directory = script.directory.text(of: "where")
    #expect(directory.contains("/parley-"))
    #expect(unsafe access(directory, F_OK) != 0)
  }

  @Test func `a name that is not UTF-8 does not keep the private directory`() {
    let script = ScriptRun(
      """
      os.execute("mkdir '" .. t:path "d\\xff" .. "'")
      assert(io.open(t:path "d\\xff/f\\xfe", "w")):close()
      assert(io.open(arg[1], "w")):write(t.directory):close()
      """
    )
    script.configuration.common.arguments = [script.directory.file("where")]
    _ = script.run()

    let directory = script.directory.text(of: "where")
    #expect(directory.contains("/parley-"))
    #expect(unsafe access(directory, F_OK) != 0)
  }

  @Test(arguments: [
    "t:connect(arg[1]):send(\"last words\")",
    "localsocket.connect(arg[1]):write(\"last words\")",
    "t:defer(function() localsocket.connect(arg[1]):write(\"last words\") end)",
    "t:defer(function()\nlocal c = t:connect(arg[1])\nc:send(\"last words\"):close()\nend)",
  ])
  func `what was sent last reaches the peer`(sending: String) throws {
    let script = ScriptRun("t:isTrue(true)\n" + sending)
    let name = script.directory.file("s")
    let server = LocalServer(loop: try EventLoop())
    #expect(server.listen(SocketName(name)))
    script.configuration.common.arguments = [name]

    #expect(script.run().0 == .success)

    #expect(server.waitForNewConnection(timeout: .seconds(20)).isPending)
    let peer = try #require(server.nextPendingConnection())
    #expect(peer.waitForDisconnected())
    #expect(peer.readAll() == Array("last words".utf8))
  }

  @Test func `each block's directory is gone before the next block runs`() {
    let outcomes = ScriptRun(
      """
      local marker = arg[0] .. ".directory"
      scenario("one", function(t)
        assert(io.open(marker, "w")):write(t:path "file"):close()
        assert(io.open(t:path "file", "w")):close()
      end)
      scenario("two", function(t)
        local first = assert(io.open(marker)):read("a")
        t:equal(io.open(first), nil)
      end)
      """
    ).run().1.map(\.outcome)

    #expect(outcomes == [.passed, .passed])
  }

  @Test func `a hundred runs leave no descriptor open`() async {
    await #expect(processExitsWith: .success) {
      let source = """
        local api = t:listen("api", { codec = "line" })
        api:serve(function(c) for m in c:messages() do c:send(m) end end)
        t:connect("api", { codec = "line" }):call("x", "x")
        localsocket.connect(t:path "api")
        """
      guard ScriptRun.outcome(source) == .passed else { exit(1) }
      let before = openDescriptors()
      for _ in 0..<100 { _ = ScriptRun.outcome(source) }
      // The runtime opens one of its own now and then.
      exit(openDescriptors() - before < 50 ? 0 : 2)
    }
  }
}

/// How many descriptors of this process are open.
private func openDescriptors() -> Int {
  (0..<CInt(1024)).count { fcntl($0, F_GETFD) >= 0 }
}
