import Glibc
import TestSupport
import Testing

@testable import Scenario

@Suite("The end of processes")
struct EndOfProcessTests {
  @Test(arguments: [
    (
      "t:spawn { 'sh', '-c', 'exit 1' }:expectExit(0)",
      "expected «sh» to exit with status 0, but it exited with status 1"
    ),
    (
      "t:spawn { 'sh', '-c', 'kill -9 $$' }:expectExit(0)",
      "expected «sh» to exit with status 0, but it was ended by SIGKILL"
    ),
    (
      "t:spawn { 'true' }:expectExit('SEGV')",
      "expected «true» to be ended by SIGSEGV, but it exited with status 0"
    ),
  ])
  func `an end that is not the expected one is a mismatch`(script: String, message: String) {
    let failure = ScriptRun.failure(script)

    #expect(failure?.kind == .mismatch)
    #expect(failure?.message == message)
  }

  @Test(arguments: [
    (
      "t:spawn { 'sh', '-c', 'exit 4' }.stdout:expectEnd()", Failure.Kind.check,
      "exited with status 4"
    ),
    ("t:spawn { 'sh', '-c', 'kill -ABRT $$' }.stdout:expectEnd()", .crash, "was ended by SIGABRT"),
    (
      "t:spawn { 'sleep', '60', stop = { exit = 0 } }:stop()", .crash,
      "was ended by SIGTERM instead of with status 0"
    ),
    (
      "t:spawn { 'sh', '-c', 'trap \"\" TERM; echo go; while :; do sleep 0.01; done',\n"
        + "ready = ready.logged('go'), stop = { timeout = 50 } }\nassert(true)", .check,
      "ignored SIGTERM for 0.050 s and had to be killed"
    ),
  ])
  func `an end that nobody declared fails the scenario`(
    script: String,
    kind: Failure.Kind,
    phrase: String
  ) {
    let failure = ScriptRun.failure(script)

    #expect(failure?.kind == kind)
    #expect(failure?.message.hasSuffix(") \(phrase)") == true, "\(failure?.message ?? "")")
    #expect(failure?.location?.line == 1)
  }

  @Test(arguments: [
    ("t:spawn { 'sh', '-c', 'exit 4' }:awaitLog('up')", "end, say so: p:expectExit(4)"),
    (
      "t:spawn { 'sh', '-c', 'kill -ABRT $$' }.stdout:expectEnd()",
      "end, say so: p:expectExit(\"SIGABRT\")"
    ),
    (
      "t:spawn { 'sh', '-c', 'trap \"exit 4\" TERM; echo go; while :; do sleep 0.01; done',\n"
        + "ready = ready.logged('go') }:stop()", "stop, say so: stop = { exit = 4 }"
    ),
  ])
  func `how an end that nobody declared is declared is told`(script: String, remedy: String) {
    #expect(ScriptRun.failure(script)?.notes.last == "where this is how it should \(remedy)")
  }

  @Test func `a crash is named before the connection that it has ended`() {
    let failure = ScriptRun.failure(
      """
      local p = t:spawn { "sh", "-c", "read line; kill -SEGV $$", name = "daemon" }
      p.stdin:send("go")
      p.stdout:expect("answer")
      """
    )

    #expect(failure?.kind == .crash)
    #expect(failure?.message.hasPrefix("«daemon» (pid ") == true)
    #expect(failure?.message.contains(") was ended by SIGSEGV") == true)
    #expect(failure?.location?.line == 3)
    let consequence = failure?.notes.first { $0.contains("s later: waited for ") }
    #expect(consequence != nil)
  }

  @Test(.enabled(if: ScriptRun.has("python3")))
  func `a server that crashes is named, and not its clients' lost connection`() {
    let run = ScriptRun(
      """
      t:spawn { "python3", "-c", [[
      import os, socket, sys
      server = socket.socket(socket.AF_UNIX)
      server.bind(sys.argv[1])
      server.listen()
      client, _ = server.accept()
      client.recv(100)
      os.abort()
      ]], t:path("api"), name = "daemon", ready = ready.connectable("api") }
      local client = t:connect("api", { codec = "line" })
      client:call("crash", "answer")
      """
    )

    let failure = run.run().1.first?.failure

    #expect(failure?.kind == .crash)
    #expect(failure?.message.contains(") was ended by SIGABRT") == true)
    #expect(failure?.location?.line == 11)
    #expect(failure?.notes.contains { $0.contains("later: waited for ") } == true)
    #expect(run.output.contains("×  ended by SIGABRT"))
  }

  @Test(.enabled(if: ScriptRun.has("gcc")))
  func `a report of the address sanitizer is the failure, with its frames`() throws {
    let run = ScriptRun(
      """
      local p = t:spawn { var.program, name = "daemon" }
      p.stdin:send("AAAAAAAAAAAAAAAA")
      p.stdout:expect("answer")
      """
    )
    run.add(
      "parser.c",
      """
      #include <stdio.h>
      #include <stdlib.h>
      static char next(const char *text, int at) { return text[at]; }
      int main(void) {
        char *text = malloc(8);
        int count = 0;
        while (getchar() != 10) count++;
        return next(text, count);
      }
      """
    )
    let program = run.directory.file("parser")
    let source = run.directory.file("parser.c")
    let compiler = "gcc -g -O0 -fno-inline -fsanitize=address -o \(program) \(source)"
    try #require(unsafe system(compiler) == 0)
    run.configuration.common.variables["program"] = program

    let failure = run.run().1.first?.failure

    #expect(failure?.kind == .crash)
    #expect(failure?.message.hasSuffix(": heap-buffer-overflow at parser.c:3 in next") == true)
    #expect(failure?.notes.first == "READ of size 1")
    #expect(failure?.notes.dropFirst().first == "called from parser.c:8 in main")
  }

  @Test func `children that outlive a process are named, and killed`() {
    let failure = ScriptRun.failure(
      """
      t:spawn { "sh", "-c", "setsid -f sleep 61.25; echo go", name = "parent" }:awaitLog("go")
      """
    )

    #expect(failure?.kind == .check)
    #expect(failure?.message.hasPrefix("«parent» left processes behind: sleep (pid ") == true)
    #expect(!ScriptRun.isRunning("61.25"))
  }

  @Test func `of a shell that was stopped without its children it is said what helps`() {
    let failure = ScriptRun.failure(
      """
      t:spawn { "sh", "-c", "sleep 61.75 & echo go; wait", name = "parent" }:awaitLog("go")
      """
    )

    #expect(failure?.notes.first?.hasPrefix("a shell passes no signal on; \"exec\"") == true)
  }

  @Test func `leaks can be allowed, and are cleared away all the same`() {
    let outcome = ScriptRun.outcome(
      """
      scenario("s", { allow = { "leaks" } }, function(t)
        t:spawn { "sh", "-c", "setsid -f sleep 61.5; echo go" }:awaitLog("go")
      end)
      """
    )

    #expect(outcome == .passed)
    #expect(!ScriptRun.isRunning("61.5"))
  }

  @Test(.enabled(if: ScriptRun.has("python3")))
  func `socket files that a process leaves are named`() {
    let failure = ScriptRun.failure(
      """
      t:spawn { "python3", "-c", [[
      import socket, sys
      s = socket.socket(socket.AF_UNIX)
      s.bind(sys.argv[1])
      ]], t:path("left"), name = "daemon" }:expectExit(0)
      """
    )

    #expect(failure?.kind == .check)
    #expect(failure?.message == "«daemon» left the socket file left behind")
  }

  @Test(.enabled(if: ScriptRun.has("python3")))
  func `a process that was killed is no excuse for a file that it did not have`() {
    let failure = ScriptRun.failure(
      """
      local helper = t:spawn { "sleep", "60", name = "helper" }
      t:spawn { "python3", "-c", [[
      import socket, sys
      s = socket.socket(socket.AF_UNIX)
      s.bind(sys.argv[1])
      ]], t:path("left"), name = "daemon" }:expectExit(0)
      helper:signal("KILL"):expectExit("SIGKILL")
      """
    )

    #expect(failure?.message == "«daemon» left the socket file left behind")
  }

  /// A server that serves until its input ends, at a path below the scenario's directory.
  private static let server = """
    os.execute("mkdir " .. t:path "run")
    local helper = t:spawn { "sleep", "60", name = "helper" }
    local daemon = t:spawn { "python3", "-c", [[
    import socket, sys
    s = socket.socket(socket.AF_UNIX)
    s.bind(sys.argv[1])
    s.listen()
    sys.stdin.read()
    ]], t:path("run/left"), name = "daemon", ready = ready.connectable(t:path "run/left") }

    """

  @Test(
    .enabled(if: ScriptRun.has("python3")),
    arguments: [
      "daemon.stdin:close() daemon:expectExit(0)", "daemon:stop() t:isTrue(true)",
      "helper:signal('KILL'):expectExit('SIGKILL') daemon:stop()",
    ]
  )
  func `a socket file is held against who was bound to it`(end: String) {
    let failure = ScriptRun.failure(Self.server + end)

    #expect(failure?.kind == .check)
    #expect(failure?.message == "«daemon» left the socket file run/left behind")
  }

  @Test(
    .enabled(if: ScriptRun.has("python3")),
    arguments: ["KILL", "SEGV"]
  )
  func `who is killed or crashes may leave its socket file`(signal: String) {
    let script = Self.server + "daemon:signal('\(signal)'):expectExit('SIG\(signal)')"

    #expect(ScriptRun.outcome(script) == .passed)
  }

  @Test func `processes are stopped before deferred functions, the youngest first`() {
    let (outcome, output) = ScriptRun.result(
      """
      local first = t:spawn { "sleep", "60", name = "first" }
      local second = t:spawn { "sleep", "60", name = "second" }
      local function isRunning(process) return (pcall(process.openDescriptors, process)) end
      t:isTrue(isRunning(first) and isRunning(second))
      t:defer(function() if isRunning(first) then error("it still runs") end end)
      """
    )

    #expect(outcome == .passed, "\(output)")
  }

  @Test func `nothing runs on when a scenario has failed`() {
    _ = ScriptRun.outcome(
      """
      t:spawn { "sh", "-c", "trap '' TERM; sleep 61.75; sleep 61.75", stop = { timeout = 50 } }
      t:fail("on purpose")
      """
    )

    #expect(!ScriptRun.isRunning("61.75"))
  }

  @Test func `a leftover of the group is killed with a process that ignores its stop`() {
    let failure = ScriptRun.failure(
      """
      t:spawn { "sh", "-c", "trap '' TERM; (trap '' TERM; sleep 62.25)& echo go; wait",
        ready = ready.logged("go"), stop = { timeout = 50 } }
      assert(true)
      """
    )

    #expect(failure?.message.contains("ignored SIGTERM") == true)
    #expect(!ScriptRun.isRunning("62.25"))
  }
}
