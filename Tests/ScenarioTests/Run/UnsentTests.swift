import Testing

@testable import Scenario

@Suite("What a scenario has sent and nobody got")
struct UnsentTests {
  private static func run(_ script: String, allowing allowed: String = "") -> Failure? {
    ScriptRun.failure(
      """
      \(allowed)
      t:isTrue(true)
      local a, b = t:pair { codec = "line" }
      \(script)
      """
    )
  }

  /// The failure of a script that loses something.
  ///
  /// Other tests of this process start programs, and until a forked child has become its program it
  /// holds a copy of what the script closes: the kernel then takes what would be lost. So it is tried
  /// again.
  private static func loss(_ script: String) -> Failure? {
    for _ in 0..<20 {
      if let failure = run(script) { return failure }
    }
    return nil
  }

  @Test func `a message to a peer that has just closed fails it where it was sent`() {
    let failure = Self.loss("b:close()\na:send(\"hello\")")

    #expect(failure?.kind == .check)
    #expect(
      failure?.message
        == #"6 bytes sent on «pair.a» were never delivered: "hello\n"; the peer closed the connection"#
    )
    #expect(failure?.location?.line == 5)
    #expect(
      failure?.notes == [#""--# allow: unsent" in its header says that this is meant"#]
    )
  }

  @Test(arguments: [
    "b:close()\na:send(\"hello\")\na:close()",
    "b:close()\na:send(\"hello\")\na:expectEnd()",
    "b:close()\na:send(\"hello\")\nlocalsocket.sleep(5)",
    "b:close()\na:raw(\"hello\\n\")",
    "a:abort()\nlocal listener = t:listen(\"api\")\nlistener:serve(function(c) c:close() end)\n"
      + "local c = t:connect(\"api\")\nc:expectEnd()\nc:close()\n"
      + "a, b = t:pair { codec = \"line\", name = \"pair\" }\nb:close()\na:send(\"hello\")",
  ])
  func `it does not matter when the loss was noticed`(script: String) {
    #expect(Self.loss(script)?.message.contains("were never delivered") == true)
  }

  @Test func `several messages are counted, with the first`() {
    let failure = Self.loss("b:close()\na:send(\"one\")\na:send(\"two\")")

    #expect(
      failure?.message
        == #"8 bytes sent on «pair.a» were never delivered: 2 messages, the first "one\n"; "#
        + "the peer closed the connection"
    )
    #expect(failure?.location?.line == 5)
  }

  @Test func `so does what a peer has made no room for`() {
    let failure = Self.run(
      "a:send((\"x\"):rep(1 << 24))\nt:task(\"reader\", function() b:receive() end):cancel()"
    )

    let message = failure.map { ([$0.message] + $0.remarks).joined(separator: "\n") }
    #expect(
      message?.contains("sent on «pair.a» were never delivered: the last of 16777217") == true
    )
    #expect(message?.contains("the peer has not made room for them") == true)
  }

  @Test(arguments: [
    // The script was told.
    "b:close()\nt:raises(function() a:send(\"one\"); a:receive() end, \"closed\")",
    "b:close()\na:expectEnd()\nt:raises(function() a:send(\"one\") end, \"cannot send\")",
    // An end that was dropped on purpose, its own or the reader's.
    "b:close()\na:send(\"hello\")\na:abort()",
    "a:send(\"hello\")\nb:abort()",
    // Nothing was queued when the peer left.
    "a:send(\"hello\")\nb:expect(\"hello\")\nb:close()\na:close()",
    "a:send((\"x\"):rep(1 << 20))\nb:expect(any)",
    // What a handler says into the end of the scenario.
    "t:listen(\"api\", { codec = \"line\" }):serve(function(c)\n"
      + "  c:expectEnd()\n  c:send(\"bye\")\nend)\nt:connect(\"api\")",
  ])
  func `what was told, dropped or read is not missed`(script: String) {
    #expect(Self.run(script) == nil)
  }

  @Test(arguments: ["unsent", "unread"])
  func `it can be allowed, and is where the reader need not read`(check: String) {
    #expect(Self.run("b:close()\na:send(\"x\")", allowing: "--# allow: \(check)") == nil)
  }

  @Test func `a peer that still reads at the end gets all`() {
    #expect(
      Self.run(
        """
        a:close()
        local total = 0
        t:listen("api"):serve(function(c)
          for bytes in c:messages() do
            total = total + #bytes
            localsocket.sleep(1)
          end
        end)
        t:connect("api"):send(("x"):rep(1 << 20))
        t:defer(function() t:equal(total, 1 << 20) end)
        """
      ) == nil
    )
  }
}
