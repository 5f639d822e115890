import Testing

@testable import Scenario

@Suite("What a scenario leaves behind")
struct LeftoversTests {
  @Test func `bytes that were never read fail it where they were sent`() {
    let failure = ScriptRun.failure(
      """
      t:isTrue(true)
      local a, b = t:pair { codec = "line" }
      a:send("one", "two")
      b:expect("one")
      """
    )

    #expect(failure?.kind == .check)
    #expect(failure?.message == #"4 bytes on «pair.b» were never read: "two\n""#)
    #expect(failure?.location?.line == 3)
    #expect(failure?.notes.first?.hasSuffix("script.lua:3, never read") == true)
    #expect(
      failure?.notes.last == #""--# allow: unread" in its header says that this is meant"#
    )
  }

  @Test func `a block says in its options what it allows`() {
    let failure = ScriptRun.failure(
      """
      scenario("one", function(t)
        t:isTrue(true)
        local a, b = t:pair()
        a:send("x")
        t:listen("api")
        t:connect("api")
      end)
      """
    )

    #expect(
      failure?.notes.last
        == #"allow = { "unread", "unaccepted" } in its options says that this is meant"#
    )
  }

  @Test(arguments: [
    // Read into the conversation, and not taken.
    "b:raw(\"x\\nrest\")\na:expect(\"x\")",
    // Behind an end that was seen.
    "b:raw(\"x\\nrest\"):close()\na:expect(\"x\")",
    // In the kernel.
    "b:send(\"rest\")\nb.socket:flush()\na:close()",
    "b:send(\"rest\")\nb.socket:flush()\ndo local c <close> = a end",
  ])
  func `it does not matter where they were left`(script: String) {
    let failure = ScriptRun.failure(
      "t:isTrue(true)\nlocal a, b = t:pair { codec = \"line\" }\n" + script
    )

    #expect(failure?.message.contains("on «pair.a» were never read") == true)
  }

  @Test func `each kind of socket is asked`() {
    let failure = ScriptRun.failure(
      """
      t:isTrue(true)
      t:listen("box", { kind = "datagram", name = "box" })
      t:connect("box", { kind = "datagram", name = "sender" }):send("one", "two")
      """
    )

    #expect(failure?.message == #"6 bytes on «box» were never read: "onetwo""#)
  }

  @Test(arguments: [
    "b:send(\"rest\")\na:abort()",
    "a:expectEnd(b:close() and {} or nil)",
    "local p = t:spawn { \"echo\", \"unread\" }\np:expectExit(0)",
  ])
  func `what is dropped on purpose, or a process's output, is not missed`(script: String) {
    #expect(
      ScriptRun.outcome("t:isTrue(true)\nlocal a, b = t:pair { codec = \"line\" }\n" + script)
        == .passed
    )
  }

  @Test func `what a process says when its connection ends is missed too`() {
    let failure = ScriptRun.failure(
      """
      local client, server = t:pair { codec = "line", name = "api" }
      t:spawn { "sh", "-c", "echo ok; read line; echo surplus", stdin = server }
      client:expect("ok")
      """
    )

    #expect(failure?.message == #"8 bytes on «api.a» were never read: "surplus\n""#)
    #expect(failure?.location?.line == 1)
  }

  @Test func `what a process says behind a close of the script's own is missed too`() {
    let failure = ScriptRun.failure(
      """
      local client, server = t:pair { codec = "line", name = "api" }
      t:spawn { "sh", "-c", "echo ok; read line; echo surplus", stdin = server }
      client:expect("ok")
      client:close()
      """
    )

    #expect(failure?.message == #"8 bytes on «api.a» were never read: "surplus\n""#)
  }

  @Test func `what this process has queued is missed by a close of the script's own`() {
    let failure = ScriptRun.failure(
      """
      t:isTrue(true)
      local listener = t:listen("api", { codec = "line" })
      local client = t:connect("api", { codec = "line", name = "client" })
      listener:accept():send("rest")
      client:close()
      """
    )

    #expect(failure?.message == #"5 bytes on «client» were never read: "rest\n""#)
  }

  @Test func `a process that dies of the scenario's end is not to blame`() {
    let failure = ScriptRun.failure(
      """
      local client, server = t:pair { codec = "line", name = "api" }
      t:spawn { "yes", stdin = server }
      client:expect("y")
      """
    )

    #expect(failure?.kind == .check)
    #expect(failure?.message.contains("on «api.a» were never read") == true)
    #expect(failure?.remarks == [])
  }

  @Test func `what closed a conversation before a deferred function is told`() {
    let failure = ScriptRun.failure(
      """
      local a = t:pair { codec = "line" }
      t:isTrue(true)
      t:defer(function() a:send("late") end)
      """
    )

    #expect(failure?.message == "«pair.a» cannot send: the end of the scenario closed it")
  }

  @Test func `the complaint about a process does not hide what was left`() {
    let failure = ScriptRun.failure(
      """
      local client, server = t:pair { codec = "line", name = "api" }
      client:send("never read")
      t:spawn { "sh", "-c", "echo go; read line; exit 3", ready = ready.logged("go"),
        name = "daemon", stop = { exit = 0 } }
      server:send("unread")
      t:isTrue(true)
      """
    )

    #expect(failure?.message.contains("«daemon»") == true)
    #expect(
      failure?.remarks.first?.hasPrefix("besides, 7 bytes on «api.a» were never read") == true
    )
  }

  @Test func `what a handler of serve has not read is missed too`() {
    let failure = ScriptRun.failure(
      """
      t:listen("api", { codec = "line" }):serve(function(c) c:expect("one") end)
      t:connect("api", { codec = "line" }):send("one", "two")
      """
    )

    #expect(failure?.message == #"4 bytes on «api.1» were never read: "two\n""#)
    #expect(failure?.location?.line == 2)
  }

  @Test func `connections that were never accepted fail it where it listens`() {
    let failure = ScriptRun.failure(
      """
      local listener = t:listen("api")
      t:connect("api")
      t:isTrue(t:connect("api"))
      """
    )

    #expect(failure?.message == "2 connections to «api» were never accepted")
    #expect(failure?.location?.line == 1)
  }

  @Test(arguments: [
    ("unread", "local a, b = t:pair()\na:send(\"x\")"),
    ("unaccepted", "t:listen(\"api\")\nt:connect(\"api\")"),
  ])
  func `each can be allowed`(check: String, script: String) {
    let whole = "t:isTrue(true)\n" + script
    #expect(ScriptRun.failure(whole)?.kind == .check)
    #expect(ScriptRun.outcome("--# allow: \(check)\n" + whole) == .passed)
  }

  @Test func `where two have sent the same it is where the conversation was opened`() {
    let failure = ScriptRun.failure(
      """
      local a, b = t:pair { name = "one" }
      local c, d = t:pair { name = "two" }
      a:send("x")
      c:send("x")
      d:expect("x")
      """
    )

    #expect(failure?.location?.line == 1)
    #expect(failure?.notes.count == 1)
  }

  @Test func `all that was found is told at once`() {
    let failure = ScriptRun.failure(
      """
      local a, b = t:pair()
      a:send("x")
      b:send("yz")
      t:listen("api")
      t:connect("api")
      """
    )

    #expect(failure?.message == #"2 bytes on «pair.a» were never read: "yz""#)
    #expect(failure?.remarks.count == 3)
    #expect(
      failure?.remarks.first?.hasPrefix(
        #"besides, 1 byte on «pair.b» was never read: "x", opened at"#
      )
        == true
    )
    #expect(failure?.remarks.last == "besides, the scenario ended without a single assertion")
    #expect(
      failure?.notes.last?.hasPrefix(#""--# allow: unread unaccepted no-assertions""#) == true
    )
  }

  @Test func `a scenario that has failed of something else is not told`() {
    let failure = ScriptRun.failure(
      """
      local a, b = t:pair()
      a:send("x")
      t:equal(1, 2)
      """
    )

    #expect(failure?.kind == .assertion)
    #expect(failure?.remarks == [])
  }
}
