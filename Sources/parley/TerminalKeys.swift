internal import Glibc
internal import Synchronization

/// The terminal while single keys mean something: what is typed comes at once, and is not shown.
///
/// The terminal is as it was before whenever this process does not have it: when it ends, however it
/// does short of SIGKILL, and while it is stopped or in the background.
enum TerminalKeys {
  /// How the terminal was before; `nil` while keys mean nothing.
  private static let original = Mutex<termios?>(nil)

  /// Makes keys mean something, where somebody sits at a terminal that this process has.
  ///
  /// - Returns: Whether they do.
  static func begin() -> Bool {
    var mode = termios()
    guard isForeground, unsafe tcgetattr(STDIN_FILENO, &mode) == 0 else { return false }
    // Another run of the same job has it so already, and makes it what it was.
    if mode.c_lflag & tcflag_t(ICANON) == 0 { return false }
    original.withLock { $0 = mode }
    restoreAtEnds()
    Terminal.handle(SIGCONT) { _ in TerminalKeys.enter() }
    enter()
    return true
  }

  /// Whether a prompt has the terminal, which sets the mode by itself.
  private static let hasPrompt = Atomic<Bool>(false)

  /// Lets a prompt set the terminal's mode; when the process goes on after it was stopped, the
  /// prompt has to set it again.
  static func lend() {
    var mode = termios()
    guard Terminal.hasEditor, isForeground, unsafe tcgetattr(STDIN_FILENO, &mode) == 0 else {
      return
    }
    original.withLock { $0 = mode }
    hasPrompt.store(true, ordering: .relaxed)
    restoreAtEnds()
  }

  /// Ends what ``lend()`` has begun.
  static func takeBack() {
    restore()
    guard hasPrompt.exchange(false, ordering: .relaxed) else { return }
    original.withLock { $0 = nil }
  }

  /// The keys that were pressed and not yet read.
  static func pressed() -> [UInt8] {
    var terminal = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    // Who reads from a terminal that another process has is stopped.
    guard isForeground, unsafe poll(&terminal, 1, 0) > 0 else { return [] }
    return unsafe [UInt8](unsafeUninitializedCapacity: 64) { buffer, count in
      count = max(0, unsafe read(STDIN_FILENO, buffer.baseAddress, buffer.count))
    }
  }

  /// Makes the terminal what it was.
  ///
  /// May be called in a signal handler.
  static func restore() {
    apply { $0 }
    if hasPrompt.load(ordering: .relaxed), isForeground { endPasteMarks() }
  }

  /// The prompt has asked for marks around what is pasted.
  private static func endPasteMarks() {
    let code = errno
    let request: StaticString = "\u{1B}[?2004l"
    _ = unsafe write(STDOUT_FILENO, request.utf8Start, request.utf8CodeUnitCount)
    errno = code
  }

  private static func enter() {
    apply { original in
      var mode = original
      mode.c_lflag &= ~tcflag_t(ICANON | ECHO)
      // A read gives what is there, and does not wait.
      mode.c_cc.6 = 0  // VMIN
      mode.c_cc.5 = 0  // VTIME
      return mode
    }
  }

  /// Sets the mode of a terminal that this process has; any other would stop it.
  private static func apply(_ mode: (termios) -> termios) {
    let code = errno
    // Nobody waits for the lock: it is held for a moment, at the start.
    _ = original.withLockIfAvailable { original in
      guard let original, isForeground else { return }
      var mode = mode(original)
      _ = unsafe tcsetattr(STDIN_FILENO, TCSANOW, &mode)
    }
    errno = code
  }

  private static var isForeground: Bool { tcgetpgrp(STDIN_FILENO) == getpgrp() }

  // MARK: Signals

  /// The signals that end a process and that nothing else is done about: signal(7) names no others
  /// but SIGKILL.
  private static let deadly: [CInt] = [
    SIGQUIT, SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGSYS, SIGXCPU, SIGALRM,
    SIGVTALRM, SIGPROF, SIGUSR2, SIGIO, SIGPWR, SIGSTKFLT,
  ]

  private static func restoreAtEnds() {
    for number in Self.deadly {
      Terminal.handle(number) { number in
        TerminalKeys.restore()
        signal(number, SIG_DFL)
        raise(number)
      }
    }
    Terminal.handle(SIGTSTP) { _ in
      TerminalKeys.restore()
      raise(SIGSTOP)
    }
  }
}
