import Glibc
import TestSupport
import Testing

@testable import Scenario

@Suite("Commands that cannot be started")
struct UnstartableTests {
  @Test(arguments: [
    (
      "t:spawn { 'no-such-command-at-all' }", "there is no command 'no-such-command-at-all' on PATH"
    ),
    ("t:spawn { 'slep' }", "there is no command 'slep' on PATH; did you mean 'sleep'?"),
    ("t:spawn { '/nowhere/x' }", "/nowhere/x: no such file or directory"),
    ("t:spawn { '/tmp' }", "/tmp: permission denied"),
    (
      "t:spawn { 'true', directory = '/nowhere' }",
      "its directory /nowhere: no such file or directory"
    ),
    ("t:spawn { 'true', user = 'no-such-user' }", "there is no user 'no-such-user'"),
  ])
  func `the environment is at fault, and the reason is told`(script: String, reason: String) {
    let run = ScriptRun(script)
    let (code, results) = run.run()

    #expect(code == .environment)
    #expect(results.first?.failure?.message.hasSuffix(": \(reason)") == true, "\(run.output)")
    #expect(results.first?.failure?.message.hasPrefix("cannot start «") == true)
  }

  @Test func `a script whose interpreter is missing is told from one that is not there`() {
    let run = ScriptRun("local p = t:spawn { var.program }")
    run.add("program", "#!/nowhere/interpreter\n")
    run.configuration.common.variables["program"] = run.directory.file("program")
    #expect(unsafe chmod(run.directory.file("program"), 0o700) == 0)

    let failure = run.run().1.first?.failure

    #expect(failure?.message.contains("the interpreter that ") == true)
  }

  @Test(arguments: [
    ("t:spawn('true')", "t:spawn takes a table such as { \"redis-server\" }, not \"true\""),
    ("t:spawn {}", "t:spawn needs a command"),
    ("t:spawn { 'a', nil, 'b' }", "a value in the command is nil"),
    ("t:spawn { 'a', {} }", "argument 1 of a command is a text, not {}"),
    ("t:spawn { 'a\\0b' }", "an argument cannot hold a NUL byte: \"a\\x00b\""),
    ("t:spawn { 'true', nam = 'x' }", "t:spawn has no option \"nam\"; did you mean 'name'?"),
    (
      "t:spawn { 'true', limits = { nofil = 1 } }",
      "there is no limit 'nofil'; did you mean 'nofile'?"
    ),
    (
      "t:spawn { 'true', limits = { nofile = -1 } }",
      "limits: \"nofile\" is a count from 0 or \"unlimited\", not -1"
    ),
    (
      "t:spawn { 'true', stop = { signal = 'TREM' } }",
      "stop: there is no signal 'SIGTREM'; did you mean 'SIGTERM'?"
    ),
    (
      "t:spawn { 'true', ready = {} }",
      "ready is one of ready.connectable, ready.notify, ready.logged and ready.exists"
    ),
    ("t:spawn { 'true', env = { ['A=B'] = 1 } }", "env: \"A=B\" is no name of a variable"),
    ("t:spawn { 'cat' }:signal('HPU')", "there is no signal 'SIGHPU'; did you mean 'SIGHUP'?"),
    ("t:spawn { 'cat' }:awaitLog({})", "awaitLog looks for a text, not {}"),
    ("t:spawn { 'cat' }:expectExit({})", "expectExit takes a status or a signal's name, not {}"),
    ("ready.logged()", "ready.logged takes a text, not nil"),
    (
      "ready.connectable('x', { timout = 1 })",
      "ready.connectable has no option \"timout\"; did you mean 'timeout'?"
    ),
  ])
  func `what a script writes wrongly is an error with its line`(script: String, message: String) {
    let failure = ScriptRun.failure(script)

    #expect(failure?.kind == .scriptError)
    #expect(failure?.message == message)
    #expect(failure?.location?.line == 1)
  }
}
