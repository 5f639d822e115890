import CProcess
import Glibc
import TestSupport
import Testing

@Suite("Guarded programs")
struct GuardTests {
  @Test func `nothing survives a parent that is killed`() async {
    let directory = TemporaryDirectory()
    await #expect(processExitsWith: .signal(SIGKILL)) { [pids = directory.file("pids") as String] in
      let script = """
        (setsid sh -c '(sh -c "echo \\$\\$; exec sleep 600" >> \(pids) &)' &)
        echo $$ >> \(pids); exec sleep 600
        """
      let program = Program.shell(script)
      let guarded = program.startGuarded()
      _ = Program.numbers(2, in: pids)
      let file = unsafe fopen(pids, "a")
      unsafe fputs("\(guarded.guard.pid)\n", file)
      unsafe fclose(file)
      program.directory.remove()
      kill(getpid(), SIGKILL)
    }

    let pids = Program.numbers(3, in: directory.file("pids"))
    #expect(pids.count == 3)
    #expect(pids.allSatisfy(Program.isGone))
  }

  @Test func `what a program leaves behind ends with it`() {
    let directory = TemporaryDirectory()
    let file = directory.file("pids")
    let guarded = Program.shell(
      """
      (setsid sh -c 'echo $$; exec sleep 600' >> \(file) &)
      until test -s \(file); do sleep 0.01; done
      exit 5
      """
    ).startGuarded()

    let end = Program.end(of: guarded.guard)
    close(guarded.lifeline)

    #expect(!end.was_signalled && end.number == 5)
    let pids = Program.numbers(1, in: file)
    #expect(pids.count == 1)
    #expect(pids.allSatisfy(Program.isGone))
  }

  @Test func `a guard ends by the signal that has ended its program`() {
    let guarded = Program.shell("kill -SEGV $$").startGuarded()

    let end = Program.end(of: guarded.guard)
    close(guarded.lifeline)

    #expect(end.was_signalled && end.number == SIGSEGV)
  }

  @Test func `a closed lifeline ends its own program alone`() {
    let first = Program.shell("exec sleep 600").startGuarded()
    let second = Program.shell("exec sleep 600").startGuarded()

    close(first.lifeline)
    let end = Program.end(of: first.guard)
    var status = cp_status()

    #expect(end.number == 1)
    #expect(Program.isGone(first.worker))
    #expect(unsafe cp_status_of(second.worker, &status))
    close(second.lifeline)
    #expect(Program.end(of: second.guard).number == 1)
  }

  @Test func `a program dies with its guard`() {
    let guarded = Program.shell("exec sleep 600").startGuarded()

    kill(guarded.guard.pid, SIGKILL)

    #expect(Program.isGone(guarded.worker))
    _ = Program.end(of: guarded.guard)
    close(guarded.lifeline)
  }

  @Test func `a program that cannot be started leaves no guard`() {
    var guarded = cp_guarded()
    var failure = cp_failure()
    let program = Program("/nowhere/program")

    #expect(unsafe !cp_spawn_guarded(program.command, -1, &guarded, &failure))
    #expect(failure.step == CP_STEP_EXECUTE)
    #expect(Program.isGone(guarded.guard.pid))
  }

  @Test(arguments: ["exec sleep 600", "kill -KILL $$"])
  func `a noted directory goes with its program, and nothing that links lead to`(
    script: String
  ) throws {
    let directory = TemporaryDirectory()
    try #require(
      Program.shell(
        """
        cd '\(directory.path)'; mkdir -p noted/a/b/c kept; touch noted/x noted/a/b/y kept/z
        ln -s ../kept noted/link; ln -s "$PWD/kept" noted/a/link; mkfifo noted/a/pipe
        """
      ).run().number == 0
    )
    let note = cp_make_note()
    unsafe cp_write_note(note, "/nowhere/else/that/is/longer/than/the/other/path/may/be")
    unsafe cp_write_note(note, directory.file("noted"))

    let guarded = Program.shell(script).startGuarded(note: note)
    if script.hasPrefix("exec") { close(guarded.lifeline) }
    _ = Program.end(of: guarded.guard)

    #expect(unsafe access(directory.file("noted"), F_OK) != 0)
    #expect(unsafe access(directory.file("kept/z"), F_OK) == 0)
    if !script.hasPrefix("exec") { close(guarded.lifeline) }
    close(note)
  }

  @Test func `a directory that is no longer noted stays`() {
    let directory = TemporaryDirectory()
    let note = cp_make_note()
    unsafe cp_write_note(note, directory.path)
    unsafe cp_write_note(note, "")

    let guarded = Program.shell("exit 0").startGuarded(note: note)
    _ = Program.end(of: guarded.guard)

    #expect(unsafe access(directory.path, F_OK) == 0)
    close(guarded.lifeline)
    close(note)
  }

  @Test func `what a program leaves behind may live as long as the lifeline`() {
    let directory = TemporaryDirectory()
    let file = directory.file("pids")
    let guarded = Program.shell(
      """
      (setsid sh -c 'echo $$; exec sleep 600' >> \(file) &)
      until test -s \(file); do sleep 0.01; done
      exit 5
      """
    ).startAttended()

    let end = Program.end(of: guarded)
    let pids = Program.numbers(1, in: file)
    var status = cp_status()

    #expect(!end.was_signalled && end.number == 5)
    #expect(pids.count == 1)
    #expect(pids.allSatisfy { unsafe cp_status_of($0, &status) && !status.is_ending })
    #expect(status.parent == guarded.guard.pid)
    close(guarded.lifeline)
    cp_wait_for_guard(guarded.guard.pid)
    #expect(pids.allSatisfy(Program.isGone))
  }

  @Test(arguments: [SIGSEGV, SIGKILL])
  func `a guard tells of the signal that has ended its program`(signal: CInt) {
    let guarded = Program.shell("kill -\(signal) $$").startAttended()

    let end = Program.end(of: guarded)

    #expect(end.was_signalled && end.number == signal)
    Program.confirmEnd(to: guarded)
    // Nothing is left for it to guard.
    cp_wait_for_guard(guarded.guard.pid)
    close(guarded.lifeline)
  }

  @Test func `the number of a program stays its own until its end is known`() {
    let guarded = Program.shell("exit 3").startAttended()

    #expect(Program.end(of: guarded).number == 3)

    var status = cp_status()
    #expect(unsafe cp_status_of(guarded.worker, &status))
    #expect(status.state == CChar(UInt8(ascii: "Z")))
    Program.confirmEnd(to: guarded)
    cp_wait_for_guard(guarded.guard.pid)
    #expect(Program.isGone(guarded.worker))
    close(guarded.lifeline)
  }

  @Test func `who was started at another time is not killed for having the number`() {
    let started = Program.shell("exec sleep 600").start()
    var status = cp_status()
    #expect(unsafe cp_status_of(started.process.pid, &status))

    #expect(!cp_kill_seen(status.pid, status.start + 1))
    #expect(cp_kill_seen(status.pid, status.start))
    #expect(Program.end(of: started.process).number == SIGKILL)
  }

  @Test func `a program whose guard is killed has been killed`() {
    let guarded = Program.shell("exec sleep 600").startAttended()

    kill(guarded.guard.pid, SIGKILL)
    let end = Program.end(of: guarded)

    #expect(end.was_signalled && end.number == SIGKILL)
    #expect(Program.isGone(guarded.worker))
    cp_wait_for_guard(guarded.guard.pid)
    close(guarded.lifeline)
  }

  @Test func `signals of a terminal pass a guard by`() {
    let guarded = Program.shell("exec sleep 600").startGuarded()

    for signal in [SIGINT, SIGTERM, SIGHUP] { kill(guarded.guard.pid, signal) }
    var status = cp_status()

    #expect(unsafe cp_status_of(guarded.guard.pid, &status))
    #expect(status.group == guarded.guard.pid)
    close(guarded.lifeline)
    #expect(Program.end(of: guarded.guard).number == 1)
  }
}
