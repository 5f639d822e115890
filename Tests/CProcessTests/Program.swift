import CProcess
import Glibc
import TestSupport

/// A command of a test, which writes to a file.
@safe final class Program {
  let directory = TemporaryDirectory()
  let command: OpaquePointer

  /// What the program has written so far.
  var output: String { Self.text(of: directory.file("output")) }

  init(_ path: String, _ arguments: String..., variables: [String] = []) {
    unsafe command = cp_command_make(path)
    for argument in [path] + arguments { unsafe cp_command_add_argument(command, argument) }
    for variable in ["PATH=/usr/bin:/bin"] + variables {
      unsafe cp_command_add_variable(command, variable)
    }
    let output = unsafe open(directory.file("output"), O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    let nothing = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
    unsafe cp_command_set_standard(command, 0, nothing)
    unsafe cp_command_set_standard(command, 1, output)
    unsafe cp_command_set_standard(command, 2, output)
  }

  deinit {
    unsafe cp_command_free(command)
  }

  /// A command for the shell.
  static func shell(_ script: String) -> Program { Program("/bin/sh", "-c", script) }

  /// Starts the program.
  func start() -> (process: cp_process, failure: cp_failure) {
    var process = cp_process()
    var failure = cp_failure()
    _ = unsafe cp_spawn(command, &process, &failure)
    return (process, failure)
  }

  /// Starts the program under a guard, with a note for it or without.
  func startGuarded(note: CInt = -1) -> cp_guarded {
    var guarded = cp_guarded()
    var failure = cp_failure()
    let isStarted = unsafe cp_spawn_guarded(command, note, &guarded, &failure)
    precondition(isStarted, "the guard did not start: \(failure)")
    return guarded
  }

  /// Starts the program under a guard that lets live what it leaves behind.
  func startAttended() -> cp_guarded {
    var guarded = cp_guarded()
    var failure = cp_failure()
    let isStarted = unsafe cp_spawn_attended(command, &guarded, &failure)
    precondition(isStarted, "the guard did not start: \(failure)")
    return guarded
  }

  /// Runs the program to its end.
  func run() -> cp_end { Self.end(of: start().process) }

  /// Waits for a child's end, and reaps it.
  static func end(of process: cp_process) -> cp_end {
    var end = cp_end()
    var entry = pollfd(fd: process.descriptor, events: Int16(POLLIN), revents: 0)
    _ = unsafe poll(&entry, 1, 20_000)
    _ = unsafe cp_wait(process.descriptor, true, &end)
    close(process.descriptor)
    return end
  }

  /// Waits for the end of a program that was started with ``startAttended()``.
  static func end(of guarded: cp_guarded) -> cp_end {
    var end = cp_end()
    var entry = pollfd(fd: guarded.guard.descriptor, events: Int16(POLLIN), revents: 0)
    _ = unsafe poll(&entry, 1, 20_000)
    _ = unsafe cp_read_end(guarded.guard.descriptor, &end)
    close(guarded.guard.descriptor)
    return end
  }

  /// Says that the end of a program that was started with ``startAttended()`` is known.
  static func confirmEnd(to guarded: cp_guarded) {
    _ = unsafe write(guarded.lifeline, "\0", 1)
  }

  /// Waits until a process is no more.
  ///
  /// One that this process has adopted is reaped: a zombie of ours that nobody waits for would keep
  /// exit tests from hearing of their own children.
  static func isGone(_ pid: pid_t) -> Bool {
    waits {
      var status = cp_status()
      guard unsafe cp_status_of(pid, &status) else { return true }
      _ = cp_reap_orphans()
      // Somebody else's zombie is somebody else's to reap.
      return status.parent != getpid() && status.is_ending
    }
  }

  /// Waits for numbers that a program writes, one a line.
  static func numbers(_ count: Int, in file: String) -> [pid_t] {
    var numbers: [pid_t] = []
    _ = waits {
      numbers = text(of: file).split(separator: "\n").compactMap { pid_t($0) }
      return numbers.count >= count
    }
    return numbers
  }

  /// Looks again and again until a condition holds; the limit is only used up when a test fails.
  static func waits(until condition: () -> Bool) -> Bool {
    for _ in 0..<20_000 {
      if condition() { return true }
      usleep(1000)
    }
    return false
  }

  /// The text of a file; empty when there is none.
  private static func text(of path: String) -> String {
    guard let file = unsafe fopen(path, "r") else { return "" }
    defer { unsafe fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = unsafe fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}
