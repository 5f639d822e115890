internal import CProcess
internal import Glibc
internal import LocalSockets

/// A program that has been started.
struct StartedProcess: ~Copyable {
  let pid: CInt
  /// Becomes readable at its end, which ``end`` tells.
  let descriptor: OwnedDescriptor
  /// What ends it with this process; `nil` where it is a child of this process's own.
  let guardian: ProcessGuardian?

  /// How it has ended, which is told once; `nil` while it runs.
  var end: ProcessEnd? {
    guard let guardian else { return ProcessCalls.end(of: descriptor.number) }
    guard let end = ProcessCalls.attendedEnd(at: descriptor.number) else { return nil }
    guardian.confirmEnd()
    return end
  }

  /// Whether nothing is left of what it has started, once its end was told; without a guard nobody
  /// tells of that.
  var isForsaken: Bool {
    guardian == nil || ProcessCalls.attendedEnd(at: descriptor.number) != nil
  }
}

/// The guard of one program, which adopts the program's orphans; see `cp_spawn_attended`.
///
/// When this goes, or this process does, the guard ends the program and all that descends from it.
final class ProcessGuardian {
  let pid: CInt
  private var lifeline: OwnedDescriptor?

  fileprivate init(_ pid: CInt, lifeline: consuming OwnedDescriptor) {
    self.pid = pid
    self.lifeline = consume lifeline
  }

  /// Says that the program's end is known here: nobody signals its number any more.
  func confirmEnd() {
    if let number = lifeline?.number { _ = try? ProcessCalls.write(number, [0]) }
  }

  deinit {
    lifeline = nil
    cp_wait_for_guard(pid)
  }
}

/// A child that runs under a guard; see `cp_spawn_guarded`.
struct GuardedProcess: ~Copyable {
  /// The number of the guard, which is the child to wait for and ends as the program has ended.
  let guardNumber: CInt
  /// Readable when the guard has ended; ``ProcessCalls/end(of:)`` tells how.
  let descriptor: OwnedDescriptor
  /// The program's number.
  let pid: CInt
  /// The program and all that descends from it live no longer than this is open, in this process.
  let lifeline: OwnedDescriptor
}

extension ProcessCalls {
  /// A step of starting a program that failed.
  enum Step {
    case user
    case limits
    case directory
    case execute
    /// Something that no command is to blame for: pipes, memory, the table of processes.
    case preparation
  }

  /// Why a program was not started.
  struct StartFailure: Error {
    let step: Step
    let code: CInt

    var reason: String { SystemError.reason(of: code) }
    var isAbsence: Bool { code == ENOENT }
    var isNoProgram: Bool { code == ENOEXEC }
  }

  /// `fork(2)` and `execve(2)`; see `cp_spawn` and `cp_spawn_attended`.
  ///
  /// The owner of what the scenario has, where the program runs as another user, is learnt before.
  /// Where it is attended, a guard of its own ends it with this process.
  static func spawn(
    _ command: ProcessCommand,
    standard: [CInt],
    attended: Bool,
    ownedBy adopt: (Owner) throws(Failure) -> Void
  ) throws(StartFailure) -> StartedProcess {
    guard let made = unsafe cp_command_make(terminated(command.path)) else {
      throw StartFailure(step: .preparation, code: ENOMEM)
    }
    defer { unsafe cp_command_free(made) }
    unsafe try describe(command, standard, to: made)
    if let user = command.user {
      guard unsafe cp_command_set_user(made, user) else {
        throw StartFailure(step: .user, code: ENOENT)
      }
      let owner = Owner(user: unsafe cp_command_user(made), group: unsafe cp_command_group(made))
      do throws(Failure) { try adopt(owner) } catch {
        throw StartFailure(step: .user, code: error.code)
      }
    }
    return unsafe attended ? try startAttended(made) : try start(made)
  }

  private static func start(_ command: OpaquePointer) throws(StartFailure) -> StartedProcess {
    var process = cp_process()
    var failure = cp_failure()
    guard unsafe cp_spawn(command, &process, &failure) else {
      throw StartFailure(step: step(failure.step), code: failure.code)
    }
    return StartedProcess(
      pid: process.pid,
      descriptor: OwnedDescriptor(adopting: process.descriptor),
      guardian: nil
    )
  }

  private static func startAttended(_ command: OpaquePointer) throws(StartFailure) -> StartedProcess
  {
    var guarded = cp_guarded()
    var failure = cp_failure()
    guard unsafe cp_spawn_attended(command, &guarded, &failure) else {
      throw StartFailure(step: step(failure.step), code: failure.code)
    }
    return StartedProcess(
      pid: guarded.worker,
      descriptor: OwnedDescriptor(adopting: guarded.guard.descriptor),
      guardian: ProcessGuardian(
        guarded.guard.pid,
        lifeline: OwnedDescriptor(adopting: guarded.lifeline)
      )
    )
  }

  /// Starts a program that leaves nothing behind, also when this process is killed.
  ///
  /// - Parameters:
  ///   - command: What is started, resolved.
  ///   - standard: What becomes the descriptors 0 to 2.
  ///   - passed: What becomes the descriptors from 3 on, beside the command's listeners.
  ///   - note: The file in which the program notes the directory that goes with it, which is one of
  ///     `passed`; -1 for none.
  /// - Returns: The guard and the program.
  /// - Throws: ``StartFailure`` with the step that could not be done; then no process is left.
  static func spawnGuarded(
    _ command: ProcessCommand,
    standard: [CInt],
    passed: [CInt],
    note: CInt = -1
  ) throws(StartFailure) -> GuardedProcess {
    guard let made = unsafe cp_command_make(terminated(command.path)) else {
      throw StartFailure(step: .preparation, code: ENOMEM)
    }
    defer { unsafe cp_command_free(made) }
    unsafe try describe(command, standard, to: made)
    for descriptor in passed { unsafe cp_command_add_descriptor(made, descriptor) }
    var guarded = cp_guarded()
    var failure = cp_failure()
    guard unsafe cp_spawn_guarded(made, note, &guarded, &failure) else {
      throw StartFailure(step: step(failure.step), code: failure.code)
    }
    return GuardedProcess(
      guardNumber: guarded.guard.pid,
      descriptor: OwnedDescriptor(adopting: guarded.guard.descriptor),
      pid: guarded.worker,
      lifeline: OwnedDescriptor(adopting: guarded.lifeline)
    )
  }

  /// `open(2)` of what gives nothing to read: `/dev/null`.
  ///
  /// - Throws: ``StartFailure`` when it cannot be opened.
  static func openEmptyInput() throws(StartFailure) -> OwnedDescriptor {
    let number = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
    guard number >= 0 else { throw StartFailure(step: .preparation, code: errno) }
    return OwnedDescriptor(adopting: number)
  }

  /// `memfd_create(2)` of the file in which a program that runs under a guard notes a directory.
  ///
  /// - Throws: ``StartFailure`` when it cannot be made.
  static func makeNote() throws(StartFailure) -> OwnedDescriptor {
    let number = cp_make_note()
    guard number >= 0 else { throw StartFailure(step: .preparation, code: errno) }
    return OwnedDescriptor(adopting: number)
  }

  /// Notes for this process's guard which directory is to go with it; an empty path is none.
  static func writeNote(_ path: String, to note: CInt) { unsafe cp_write_note(note, path) }

  private static func describe(
    _ command: ProcessCommand,
    _ standard: [CInt],
    to made: OpaquePointer
  ) throws(StartFailure) {
    for argument in command.arguments {
      unsafe cp_command_add_argument(made, terminated(argument))
    }
    for variable in command.environment {
      unsafe cp_command_add_variable(made, terminated(variable))
    }
    if let directory = command.directory {
      unsafe cp_command_set_directory(made, terminated(directory))
    }
    for (target, descriptor) in standard.enumerated() {
      unsafe cp_command_set_standard(made, CInt(target), descriptor)
    }
    for listener in command.listeners { unsafe cp_command_add_listener(made, listener) }
    if command.hasTerminal { unsafe cp_command_set_terminal(made) }
    for limit in command.limits {
      guard unsafe cp_command_add_limit(made, limit.name, limit.soft, limit.hard) else {
        throw StartFailure(step: .limits, code: EINVAL)
      }
    }
  }

  private static func terminated(_ bytes: [UInt8]) -> [CChar] {
    bytes.map { CChar(bitPattern: $0) } + [0]
  }

  private static func step(_ step: cp_step) -> Step {
    switch step {
    case CP_STEP_EXECUTE: .execute
    case CP_STEP_DIRECTORY: .directory
    case CP_STEP_USER: .user
    case CP_STEP_LIMITS: .limits
    default: .preparation
    }
  }

  /// The names of limits, as in `limits = { nofile = 64 }`.
  static var limitNames: [String] {
    var names: [String] = []
    while let name = unsafe cp_limit_name(names.count) {
      names.append(unsafe String(cString: name))
    }
    return names
  }

  /// `prctl(2)` with PR_SET_CHILD_SUBREAPER.
  static func adoptOrphans() { _ = cp_adopt_orphans() }
}
