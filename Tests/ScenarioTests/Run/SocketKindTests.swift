import Testing

@testable import Scenario

/// Conversations over real sockets that keep the boundaries of packets.
@Suite("Kinds of sockets")
struct SocketKindTests {
  @Test(arguments: ["seqpacket", "datagram"])
  func `a pair of which both ends wait is a deadlock`(kind: String) {
    let failure = ScriptRun.failure(
      """
      local left, right = t:pair { kind = "\(kind)" }
      t:task("other", function() right:expect("never") end)
      left:expect("never")
      """
    )

    #expect(failure?.kind == .deadlock)
    #expect(failure?.waiters.count == 2)
  }

  @Test func `who receives datagrams waits for the outside, until the deadline`() {
    let failure = ScriptRun.failure(
      """
      local receiver = t:listen("r", { kind = "datagram" })
      receiver:expect("never", { timeout = "20ms" })
      """
    )

    #expect(failure?.kind == .timeout)
    let wait = #""never" on «r»"#
    #expect(failure?.message == "waited 20 ms for \(wait); nothing came")
  }

  @Test(arguments: ["seqpacket", "datagram"])
  func `a packet that is too long fails the send, and the next one is sent`(kind: String) {
    let script = """
      local left, right = t:pair { kind = "\(kind)" }
      local send = function() left:send(("x"):rep(10000000)) end
      t:raises(send, "«pair.a» cannot send: .*the message has 10000000 bytes")
      left:send("short")
      right:expect("short")
      """
    let run = ScriptRun(script)

    #expect(run.run().0 == .success, "\(run.output)")
  }

  @Test func `packets for which the kernel has no room come later, in order`() {
    let run = ScriptRun(
      """
      local left, right = t:pair { kind = "datagram" }
      for index = 1, 2000 do left:send(index) end
      for index = 1, 2000 do right:expect(tostring(index)) end
      right:quiet(1)
      """
    )

    #expect(run.run().0 == .success, "\(run.output)")
  }

  @Test func `the end of a seqpacket connection is seen behind its last packet`() {
    let run = ScriptRun(
      """
      t:listen("s", { kind = "seqpacket" }):serve(function(c)
        for message in c:messages() do c:send(message .. "!") end
      end)
      local client = t:connect("s", { kind = "seqpacket" })
      client:call("one", "one!")
      client:call("", "!")
      local left, right = t:pair { kind = "seqpacket" }
      left:send("", "last")
      left:close()
      right:expect("")
      right:expect("last")
      right:expectEnd()
      """
    )

    #expect(run.run().0 == .success, "\(run.output)")
  }

  @Test func `a sender that is gone cannot be answered`() {
    let failure = ScriptRun.failure(
      """
      local receiver = t:listen("r", { kind = "datagram" })
      local client = t:connect("r", { kind = "datagram" })
      client:send("ping"):close()
      receiver:expect("ping")
      localsocket.sleep(20)
      receiver:send("pong")
      """
    )

    #expect(failure?.kind == .closed)
    #expect(failure?.location?.line == 6)
    #expect(failure?.message.hasPrefix("«r» cannot send: ") == true)
  }
}
