import Testing

@testable import Scenario

@Suite("What is known of a peer")
struct PeerTests {
  @Test(arguments: [
    "client:expectEnd { reset = true }", "client:talk [[\n  < <reset>\n]]",
    "t:raises(function() for _ in client:messages() do end end, pattern \"reset the\")",
  ])
  func `a peer that goes without having read resets the connection`(verb: String) {
    let outcome = ScriptRun.outcome(
      """
      local server = localsocket.listen(t:path "api")
      local client = t:connect "api"
      local peer = server:accept()
      peer:setReadBufferSize(1)
      client:send "never read"
      peer:waitForReadyRead()
      peer:abort()
      \(verb)
      """
    )

    #expect(outcome == .passed)
  }

  @Test func `the log tells what an abort drops, also of what the kernel has`() throws {
    let script = ScriptRun(
      """
      --# allow: unread, unsent
      local client, server = t:pair { codec = "line" }
      server:send("one", "two")
      client:expect "one"
      server:raw "three\\n"
      server.socket:flush()
      client:send(("x"):rep(4 << 20))
      client:abort()
      """
    )
    let events = Events()

    #expect(script.run(observing: events).1.first?.outcome == .passed)

    let dropped = events.all.compactMap { event -> (unsent: Int, unread: Int)? in
      if case .aborted(let unsent, let unread) = event.kind { (unsent, unread) } else { nil }
    }
    let loss = try #require(dropped.first)
    #expect(loss.unread == "two\nthree\n".utf8.count)
    #expect(loss.unsent > 0)
    let phrase = Event.Kind.aborted(unsent: 1, unread: loss.unread).phrase
    #expect(phrase == "we aborted: 1 byte unsent, 10 bytes unread")
    let unread = events.all.compactMap {
      if case .unread(let bytes) = $0.kind { bytes } else { nil }
    }
    #expect(unread.first.map { String(decoding: $0.bytes, as: UTF8.self) } == "two\n")
  }

  @Test func `a time-out says that the peer has not read`() {
    let failure = ScriptRun.failure(
      """
      local client, server = t:pair { codec = "line" }
      t:spawn { "sleep", "60", stdin = server }
      client:send("PING")
      client:expect("PONG", { timeout = "10ms" })
      """
    )

    #expect(failure?.kind == .timeout)
    #expect(failure?.notes.contains("the peer has not read all that was sent") == true)
  }

  @Test func `a time-out does not say so of a peer that has read all`() {
    let failure = ScriptRun.failure(
      """
      local client, server = t:pair { codec = "line" }
      client:send("PING")
      server:expect("PING")
      t:task("other", function() localsocket.sleep "1h" end)
      client:expect("PONG", { timeout = "10ms" })
      """
    )

    #expect(failure?.kind == .timeout)
    #expect(failure?.notes.contains { $0.hasPrefix("the peer") } == false)
  }

  @Test(.enabled(if: ScriptRun.has("python3")))
  func `the log and the report say which process is at the other end`() throws {
    let script = ScriptRun(
      """
      local ours = t:listen("ours")
      local server = t:spawn { "python3", "-c", [[
      import socket, sys, time
      listener = socket.socket(socket.AF_UNIX)
      listener.bind(sys.argv[1])
      listener.listen()
      client = socket.socket(socket.AF_UNIX)
      client.connect(sys.argv[2])
      time.sleep(60)
      ]], t:path "theirs", ours.path, ready = ready.connectable "theirs" }
      t:connect "theirs"
      ours:accept()
      t:fail("pid " .. server.pid)
      """
    )
    let events = Events()
    script.configuration.format = ReportFormat(columns: 120)

    let failure = try #require(script.run(observing: events).1.first?.failure)

    let pid = try #require(Int(failure.message.dropFirst("pid ".count)))
    let peer = Event.Peer(pid: pid, command: "python3")
    #expect(events.all.contains { $0.kind == .connected(name: "theirs", peer) })
    #expect(events.all.contains { $0.kind == .accepted(peer) })
    #expect(script.output.contains("connected to theirs (python3, pid \(pid))"))
  }

  @Test func `a peer in the script itself is not told`() {
    let events = Events()
    let script = ScriptRun(
      "local l = t:listen(\"api\")\nlocal c = t:connect(\"api\")\nt:isTrue(l:accept())"
    )

    _ = script.run(observing: events)

    #expect(events.all.contains { $0.kind == .connected(name: "api") })
    #expect(events.all.contains { $0.kind == .accepted() })
  }
}
