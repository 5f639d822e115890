import Glibc
import TestSupport
import Testing

@testable import Scenario

@Suite("Readiness of processes")
struct ReadinessTests {
  @Test(.enabled(if: ScriptRun.has("socat")))
  func `a process is ready when its socket can be connected to, and nobody connects to find out`() {
    let outcome = ScriptRun.outcome(
      """
      -- One connection is all that it takes.
      local p = t:spawn { "socat", "UNIX-LISTEN:" .. t:path("s"), "EXEC:cat",
        ready = ready.connectable("s") }
      t:connect("s", { codec = "line" }):send("x"):expect("x")
      """
    )

    #expect(outcome == .passed)
  }

  @Test(.enabled(if: ScriptRun.has("socat")))
  func `a relative path of a socket is found by trying`() {
    let outcome = ScriptRun.outcome(
      """
      t:spawn { "socat", "UNIX-LISTEN:s,fork", "EXEC:cat", directory = t.directory,
        ready = ready.connectable("s") }
      t:connect("s", { codec = "line" }):send("x"):expect("x")
      """
    )

    #expect(outcome == .passed)
  }

  @Test(.enabled(if: FileSystem.isRoot && ScriptRun.has("socat")))
  func `a process of another user makes its socket in the scenario's directory`() {
    let outcome = ScriptRun.outcome(
      """
      t:spawn { "socat", "UNIX-LISTEN:" .. t:path("s") .. ",fork", "EXEC:id -un", user = "nobody",
        ready = ready.connectable("s") }
      t:connect("s", { codec = "line" }):expect("nobody")
      """
    )

    #expect(outcome == .passed)
  }

  @Test func `a process is ready when a file is there`() {
    let outcome = ScriptRun.outcome(
      """
      t:spawn { "sh", "-c", "touch up; exec sleep 60", directory = t.directory,
        ready = ready.exists("up") }
      t:isTrue(io.open(t:path("up")))
      """
    )

    #expect(outcome == .passed)
  }

  @Test(.enabled(if: ScriptRun.has("python3")))
  func `a process may end by itself after it has notified`() {
    let outcome = ScriptRun.outcome(
      """
      t:spawn { "python3", "-c", [[
      import os, socket
      s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      s.sendto(b"READY=1", os.environ["NOTIFY_SOCKET"])
      ]], ready = ready.notify() }:expectExit(0)
      """
    )

    #expect(outcome == .passed)
  }

  @Test(.enabled(if: ScriptRun.has("python3")))
  func `notifications tell that a process is ready, and more`() {
    let outcome = ScriptRun.outcome(
      """
      local p = t:spawn { "python3", "-c", [[
      import array, os, socket, time
      s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      s.connect(os.environ["NOTIFY_SOCKET"])
      s.send(b"STATUS=loading\\nMAINPID=1")
      s.send(b"READY=1")
      s.sendmsg([b"FDSTORE=1\\nFDNAME=kept"],
          [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [1]))])
      reading, writing = os.pipe()
      s.sendmsg([b"BARRIER=1"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [writing]))])
      os.close(writing)
      os.read(reading, 1)  # ends when the other side has closed what it got
      s.send(b"STATUS=past the barrier")
      time.sleep(60)
      ]], ready = ready.notify() }
      t:equal(p:notified("STATUS=").MAINPID, "1")
      t:equal(#p:notified({ FDNAME = "kept" }).descriptors, 1)
      p:notified(pattern "past the %w+")
      """
    )

    #expect(outcome == .passed)
  }

  @Test(.enabled(if: ScriptRun.has("python3")))
  func `the socket of its notifications is not what a process leaves behind`() {
    let outcome = ScriptRun.outcome(
      """
      local p = t:spawn { "python3", "-c", [[
      import os, socket
      manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      manager.connect(os.environ["NOTIFY_SOCKET"])
      manager.send(b"READY=1")
      ]], ready = ready.notify() }
      p:expectExit(0)
      """
    )

    #expect(outcome == .passed)
  }

  @Test func `a process that dies before it is ready fails at once, with its last words`() {
    let failure = ScriptRun.failure(
      """
      t:spawn { "sh", "-c", "echo no such disk >&2; exit 3", name = "daemon",
        ready = ready.connectable("s", { timeout = "60s" }) }
      """
    )

    #expect(failure?.message.hasPrefix("«daemon» (pid ") == true)
    #expect(
      failure?.message.hasSuffix(
        ") exited with status 3 before it was ready: waited for it to listen on \"s\""
      ) == true
    )
    #expect(failure?.notes == ["its output: no such disk"])
    #expect(failure?.location?.line == 1)
  }

  @Test func `a process that never gets ready is told with what was waited for and its output`() {
    let failure = ScriptRun.failure(
      """
      t:spawn { "sh", "-c", "echo starting; exec sleep 60", ready = ready.logged("up", { timeout = 60 }) }
      """
    )

    #expect(failure?.kind == .timeout)
    #expect(
      failure?.message == "«sh» was not ready in 60 ms: waited for it to write \"up\""
    )
    #expect(failure?.notes.first == "its output: starting")
    #expect(!ScriptRun.isRunning("starting; exec sleep 60"))
  }

  @Test func `that a process which never gets ready has written nothing is told as well`() {
    let failure = ScriptRun.failure(
      """
      t:spawn { "sleep", "60", ready = ready.exists("up", { timeout = 60 }) }
      """
    )

    #expect(
      failure?.message.hasPrefix("«sleep» was not ready in 60 ms: waited for it to make ") == true
    )
    #expect(failure?.notes.first == "it has written nothing")
  }

  @Test(
    .enabled(if: ScriptRun.has("socat")),
    arguments: [("@", "unix-tightsocklen=1"), ("@@", "unix-tightsocklen=0")]
  )
  func `an abstract socket is connectable, padded or not`(prefix: String, length: String) {
    let name = "parley-\(getpid())-\(prefix.count)"
    let outcome = ScriptRun.outcome(
      """
      t:spawn { "socat", "ABSTRACT-LISTEN:\(name),\(length)", "EXEC:cat",
        ready = ready.connectable("\(prefix)\(name)") }
      t:connect("\(prefix)\(name)", { codec = "line" }):call("x", "x")
      """
    )

    #expect(outcome == .passed)
  }
}
