import Glibc
import TestSupport
import Testing

@testable import Scenario

@Suite("Spawned processes")
struct SpawningTests {
  @Test(arguments: [
    // Streams
    "local p = t:spawn { 'cat' }\np.stdin:send('x')\np.stdout:expect('x')",
    "local p = t:spawn { 'sh', '-c', 'echo x >&2' }\np.stderr:expect('x')\np.stderr:expectEnd()",
    "local p = t:spawn { 'wc', '-c', input = ('x'):rep(300000) }\np.stdout:expect('300000')",
    "local p = t:spawn { 'printf', 'a\\\\000b\\\\377\\\\n' }\np.stdout:expect('a\\0b\\xff')",
    "local p = t:spawn { 'cat' }\np.stdin:close()\np:expectExit()",
    "local p = t:spawn { 'cat' }\nlocal c = t:pair()\np.stdin:send('x')\nc:close()\np.stdout:expect('x')",
    // Surroundings
    "local p = t:spawn { 'sh', '-c', 'echo $A; echo ${HOME-none}', env = { A = 1, HOME = false } }\n"
      + "p.stdout:expect('1')\np.stdout:expect('none')",
    "local p = t:spawn { 'pwd', directory = '/usr' }\np.stdout:expect('/usr')",
    "local p = t:spawn { 'sh', '-c', 'ulimit -n', limits = { nofile = 41 } }\np.stdout:expect('41')",
    "local p = t:spawn { '1', wrap = { 'echo', 'x' } }\np.stdout:expect('x 1')\nt:equal(p.name, '1')",
    // Ends
    "t:spawn { 'sh', '-c', 'exit 3' }:expectExit(3)",
    "t:spawn { 'sh', '-c', 'kill -SEGV $$' }:expectExit('SIGSEGV')",
    "t:spawn { 'sleep', '60' }:signal('TERM'):expectExit('SIGTERM')",
    "t:spawn { 'sleep', '60' }:stop():expectExit('SIGTERM')",
    "t:spawn { 'sleep', '60' }:signal('STOP'):stop():expectExit('SIGTERM')",
    "t:spawn { 'true', input = ('x'):rep(300000) }:expectExit()",
    "local p = t:spawn { 'sh', '-c', 'trap \"exit 7\" TERM; echo go; while :; do sleep 0.01; done',\n"
      + "ready = ready.logged('go'), stop = { exit = 7 } }\nt:isTrue(p.pid > 1)",
    // What the process has
    "local count, targets = t:spawn { 'sleep', '60' }:openDescriptors()\nt:equal(count, 3)\n"
      + "t:match(targets[0], '^pipe:')",
  ])
  func `a script that is right about its process passes`(script: String) {
    let (outcome, output) = ScriptRun.result(script)

    #expect(outcome == .passed, "\(output)")
  }

  @Test func `a terminal is one conversation for all streams`() {
    let outcome = ScriptRun.outcome(
      """
      local p = t:spawn { "sh", "-c", "tty; read x; echo got $x; stty size >&2", pty = true }
      p.stdout:expect(pattern "^/dev/pts/")
      p.stdin:send("word")
      p.stdout:expect("got word")
      p.stderr:expect("24 80")
      p.stdout:expectEnd()
      p:expectExit()
      """
    )

    #expect(outcome == .passed)
  }

  @Test(.enabled(if: ScriptRun.has("python3")))
  func `listeners are handed over with their names`() {
    let outcome = ScriptRun.outcome(
      """
      local p = t:spawn { "python3", "-c", [[
      import os, socket
      assert os.environ["LISTEN_PID"] == str(os.getpid())
      print(os.environ["LISTEN_FDS"], os.environ["LISTEN_FDNAMES"], flush=True)
      for number in (3, 4):
          connection, _ = socket.socket(fileno=number).accept()
          connection.sendall(b"from %d\\n" % number)
      ]], sockets = { ctl = t:listen("a"), web = t:listen("b") } }
      p.stdout:expect("2 ctl:web")
      t:connect("a", { codec = "line" }):expect("from 3")
      t:connect("b", { codec = "line" }):expect("from 4")
      p:expectExit()
      """
    )

    #expect(outcome == .passed)
  }

  @Test func `a connection can be a process's standard input and output`() {
    let outcome = ScriptRun.outcome(
      """
      local listener = t:listen("service")
      local client = t:connect("service", { codec = "line" })
      local p = t:spawn { "cat", stdin = listener:accept() }
      client:send("through")
      client:expect("through")
      client:close()
      p:expectExit()
      """
    )

    #expect(outcome == .passed)
  }

  @Test func `what a process writes while nobody reads does not hold it up`() {
    let outcome = ScriptRun.outcome(
      """
      local p = t:spawn { "sh", "-c", "head -c 3000000 /dev/zero; echo done >&2" }
      p.stderr:expect("done", { timeout = "30s" })
      p:expectExit()
      """
    )

    #expect(outcome == .passed)
  }

  @Test func `awaitLog goes on behind what it has found`() {
    let failure = ScriptRun.failure(
      """
      local p = t:spawn { "sh", "-c", "echo one up; echo two up; exec sleep 60" }
      t:equal(p:awaitLog("up"), "one up")
      t:equal(p:awaitLog("up"), "two up")
      p:awaitLog("up", { timeout = 50 })
      """
    )

    #expect(failure?.kind == .timeout)
    #expect(failure?.message == "waited 50 ms for «sh» to write \"up\"")
    #expect(failure?.notes.first == "its output: one up")
  }

  @Test func `a process that waits keeps a deadlock from being found`() {
    let failure = ScriptRun.failure(
      """
      local p = t:spawn { "sleep", "60" }
      local a, b = t:pair()
      a:receive { timeout = 100 }
      """
    )

    #expect(failure?.kind == .timeout)
    #expect(failure?.notes.last?.hasPrefix("«sleep» (pid ") == true)
    #expect(failure?.notes.last?.contains(" sleeps") == true)
  }
}
