import CProcess
import Glibc
import TestSupport
import Testing

@Suite("Starting programs")
struct SpawnTests {
  @Test func `a program exits with its status`() {
    let end = Program.shell("exit 3").run()

    #expect(end.has_ended && !end.was_signalled)
    #expect(end.number == 3)
  }

  @Test func `a signal that ends a program is told from a status`() {
    let end = Program.shell("kill -TERM $$").run()

    #expect(end.was_signalled)
    #expect(end.number == SIGTERM)
  }

  @Test func `a program that is not there fails at the last step`() {
    let (_, failure) = Program("/nowhere/program").start()

    #expect(failure.step == CP_STEP_EXECUTE)
    #expect(failure.code == ENOENT)
  }

  @Test func `a directory that is not there is named by its step`() {
    let program = Program.shell("exit 0")
    unsafe cp_command_set_directory(program.command, "/nowhere")

    let (_, failure) = program.start()

    #expect(failure.step == CP_STEP_DIRECTORY)
    #expect(failure.code == ENOENT)
  }

  @Test func `a program starts in its directory`() {
    let program = Program.shell("pwd")
    unsafe cp_command_set_directory(program.command, "/usr")

    _ = program.run()

    #expect(program.output == "/usr\n")
  }

  @Test func `a program has no descriptors but its own`() {
    let other = unsafe open("/dev/null", O_RDONLY)  // would be inherited
    defer { close(other) }
    let program = Program("/bin/sh", "-c", "echo /proc/self/fd/*")

    _ = program.run()

    // The shell expands the names while it has the directory itself open.
    #expect(program.output == "/proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2 /proc/self/fd/3\n")
  }

  @Test func `listeners arrive from 3 on, with the number of the program itself`() {
    var pipes: [CInt] = [-1, -1]
    _ = unsafe cp_pipe(&pipes)
    defer { for end in pipes { close(end) } }
    let program = Program.shell("test \"$LISTEN_PID\" = $$ && echo through >&4; cat <&3 >&1 & wait")
    unsafe cp_command_add_listener(program.command, pipes[0])
    unsafe cp_command_add_listener(program.command, pipes[1])
    let (process, _) = program.start()

    close(pipes[1])
    pipes[1] = dup(pipes[0])
    #expect(Program.waits { program.output == "through\n" })
    kill(-process.pid, SIGKILL)
    _ = Program.end(of: process)
  }

  @Test func `descriptors that stand in each other's places arrive where they belong`() {
    let program = Program.shell("cat <&3; cat <&4")
    let files = ["first", "second"].map { name -> CInt in
      let path = program.directory.file(name)
      let file = unsafe fopen(path, "w")
      unsafe fputs("\(name)\n", file)
      unsafe fclose(file)
      return unsafe open(path, O_RDONLY | O_CLOEXEC)
    }
    defer { for file in files { close(file) } }
    // In the child both targets hold other descriptors of this process.
    unsafe cp_command_add_listener(program.command, files[0])
    unsafe cp_command_add_listener(program.command, files[1])

    _ = program.run()

    #expect(program.output == "first\nsecond\n")
  }

  @Test func `no signal is blocked or ignored in a program`() {
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGUSR1)
    unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    defer { unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil) }
    let program = Program("/bin/grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status")

    _ = program.run()

    #expect(program.output == "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n")
  }

  @Test func `a program leads a group of its own`() {
    let program = Program.shell("sleep 60")
    let (process, _) = program.start()
    var status = cp_status()

    #expect(unsafe cp_status_of(process.pid, &status))
    #expect(status.group == process.pid)
    kill(-process.pid, SIGKILL)
    #expect(Program.end(of: process).number == SIGKILL)
  }

  @Test func `a limit holds for the program`() {
    let program = Program.shell("ulimit -n")
    #expect(unsafe cp_command_add_limit(program.command, "nofile", 37, 37))
    #expect(unsafe !cp_command_add_limit(program.command, "nofiles", 37, 37))

    _ = program.run()

    #expect(program.output == "37\n")
  }

  @Test(.enabled(if: geteuid() == 0)) func `a program runs as another user with his groups`() {
    let program = Program.shell("id -u; id -G")
    #expect(unsafe cp_command_set_user(program.command, "nobody"))

    _ = program.run()

    #expect(program.output == "65534\n65534\n")
  }

  @Test func `a user that is not there is refused before anything starts`() {
    #expect(unsafe !cp_command_set_user(Program.shell("exit 0").command, "no-such-user"))
  }

  @Test func `a terminal is the controlling one of its program`() {
    var leader: CInt = -1
    var follower: CInt = -1
    #expect(unsafe cp_open_terminal(&leader, &follower) == 0)
    let program = Program.shell("stty size; echo spoken >/dev/tty")
    unsafe cp_command_set_standard(program.command, 0, follower)
    unsafe cp_command_set_terminal(program.command)

    let end = program.run()
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = unsafe read(leader, &bytes, bytes.count)
    close(leader)
    close(follower)

    #expect(end.number == 0)
    #expect(program.output == "24 80\n")
    #expect(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self) == "spoken\n")
  }

  @Test func `writing to a pipe without a reader is an error and no signal`() {
    var pipes: [CInt] = [-1, -1]
    _ = unsafe cp_pipe(&pipes)
    close(pipes[0])
    defer { close(pipes[1]) }
    var code: CInt = 0

    #expect(unsafe cp_write(pipes[1], "x", 1, &code) == -1)
    #expect(code == EPIPE)
  }

  @Test func `a walk comes by this process, and tells of its parent`() {
    var walk = cp_walk()
    var status = cp_status()
    var found: pid_t?
    #expect(unsafe cp_walk_begin(&walk))

    while unsafe cp_walk_next(&walk, &status) {
      if status.pid == getpid() { found = status.parent }
    }

    #expect(found == getppid())
  }
}
