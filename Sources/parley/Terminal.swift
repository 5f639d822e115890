internal import ArgumentParser
internal import Glibc
internal import Scenario
internal import Synchronization

/// The process's standard streams, signals and status.
enum Terminal {
  /// Why results could not be written, as `errno`; 0 while they could.
  private static let printFailure = Atomic<CInt>(0)

  /// Puts something in the place of each standard stream that is closed, so that no socket gets its
  /// number.
  ///
  /// It is `/dev/null`, opened the wrong way round: using the stream still fails with `EBADF`.
  static func occupyClosedStreams() {
    for stream in STDIN_FILENO...STDERR_FILENO where fcntl(stream, F_GETFD) < 0 {
      _ = unsafe open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  /// Writes a result; where that fails, the run is stopped.
  static func print(_ text: String) {
    clearLive()
    let code = write(text, to: STDOUT_FILENO)
    guard code != 0 else { return }
    printFailure.store(code, ordering: .relaxed)
    Interruption.request(signal: SIGPIPE)
  }

  /// Writes a diagnostic line.
  static func complain(_ message: String) {
    clearLive()
    _ = write("parley: \(message)\n", to: STDERR_FILENO)
  }

  /// Writes what went wrong, in lines of its own.
  static func printProblem(_ text: String) {
    clearLive()
    _ = write(text, to: STDERR_FILENO)
  }

  /// Whether somebody types what this process reads.
  static var isTypedTo: Bool { isatty(STDIN_FILENO) == 1 }

  /// Whether results go to a terminal.
  static var hasScreen: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Whether what went wrong goes to a terminal.
  static var complainsOnScreen: Bool { isatty(STDERR_FILENO) == 1 }

  /// Whether lines can be edited.
  static var hasEditor: Bool {
    isTypedTo && hasScreen && !["dumb", ""].contains(variable("TERM") ?? "")
  }

  /// Whether a line stands on the terminal that is not to stay there.
  private static let isLive = Atomic<Bool>(false)

  /// Whether the terminal is one on which a line may be written over.
  static var hasLiveLine: Bool {
    complainsOnScreen && variable("TERM") != "dumb" && (variable("CI") ?? "").isEmpty
  }

  /// Shows a line until something else is written.
  static func showLive(_ line: String) {
    isLive.store(true, ordering: .relaxed)
    _ = write("\(erasing)\(line)", to: STDERR_FILENO)
  }

  /// Shows lines until something else is written.
  ///
  /// The cursor stays where they begin, so that another
  /// process of the terminal, which does not know how many there are, can erase them, too.
  static func showLive(lines: [String]) {
    let back = lines.count > 1 ? "\u{1B}[\(lines.count - 1)A\r" : ""
    showLive(lines.joined(separator: "\n") + back)
  }

  /// Erases what stands from this line on.
  private static let erasing = "\r\u{1B}[J"

  private static func clearLive() {
    if isLive.exchange(false, ordering: .relaxed) { _ = write(erasing, to: STDERR_FILENO) }
  }

  /// Writes a text.
  ///
  /// - Returns: 0, or `errno`.
  private static func write(_ text: String, to descriptor: CInt) -> CInt {
    var text = text
    return text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while unsafe !rest.isEmpty {
        let count = unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return errno }
        unsafe rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      }
      return 0
    }
  }

  /// Ends the process: with the status, unless results could not be written.
  ///
  /// Where nobody reads them, it ends silently as by SIGPIPE.
  static func end(status: CInt) -> Never {
    TerminalKeys.restore()
    switch printFailure.load(ordering: .relaxed) {
    case 0: Glibc.exit(status)
    case EPIPE, EBADF: Glibc.exit(Scenario.ExitCode.signal(SIGPIPE).rawValue)
    case let code:
      complain("cannot write the results: \(unsafe String(cString: strerror(code)))")
      Glibc.exit(Scenario.ExitCode.environment.rawValue)
    }
  }

  static func exit(_ code: Scenario.ExitCode) -> ArgumentParser.ExitCode {
    ArgumentParser.ExitCode(code.rawValue)
  }

  /// How reports are laid out here: colour only on a terminal, also in CI, and not against NO_COLOR.
  static var format: ReportFormat {
    let isTerminal = hasScreen && variable("TERM") != "dumb"
    let isColored = isTerminal && (variable("NO_COLOR") ?? "").isEmpty
    return ReportFormat(columns: columns, style: isColored ? .ansi : .plain)
  }

  /// The width that COLUMNS asks for, else that of the terminal, else 80.
  static var columns: Int {
    if let columns = variable("COLUMNS").flatMap({ Int($0) }), columns > 0 { return columns }
    var size = winsize()
    // SAFETY: TIOCGWINSZ writes one winsize (ioctl_tty(2)), and fails where there is no terminal.
    let isKnown = unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0
    return isKnown && size.ws_col > 0 ? Int(size.ws_col) : 80
  }

  private static func variable(_ name: String) -> String? {
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }

  /// Makes writing to a file that may not grow fail, instead of ending the process.
  static func takeFullFilesAsErrors() {
    handle(SIGXFSZ) { _ in }
  }

  /// Lets Ctrl-C, a request to end and a closed stdout tear down what runs.
  ///
  /// A second Ctrl-C ends the process at once. Programs that a script starts get the default
  /// actions, as `execve` resets handlers.
  static func tearDownOnSignals() {
    for number in [SIGINT, SIGTERM, SIGHUP] {
      handle(number) { number in
        if Interruption.isRequested { Terminal.endAtOnce(number) }
        Interruption.request(signal: number)
      }
    }
    handle(SIGUSR1) { _ in
      let code = errno
      Interruption.askForWaits()
      errno = code
    }
    // What is printed during the tear-down may meet the closed stdout again.
    handle(SIGPIPE) { number in
      let code = errno
      if Terminal.isUnread { Interruption.request(signal: number) }
      errno = code
    }
  }

  /// Ends the process without a tear-down, but with the terminal as it was.
  private static func endAtOnce(_ number: CInt) {
    TerminalKeys.restore()
    Interruption.insist(signal: number)
  }

  /// Lets Ctrl-C stop the line that runs, and nothing else; the rest as ``tearDownOnSignals()``.
  ///
  /// The third Ctrl-C for a line that does not stop ends the process at once.
  static func stopLinesOnSignals() {
    tearDownOnSignals()
    handle(SIGINT) { number in
      if Interruption.unheededStops >= 2 { Terminal.endAtOnce(number) }
      Interruption.stopScript()
    }
    handle(SIGWINCH) { _ in
      let code = errno
      Interruption.wake()
      errno = code
    }
    handle(SIGCONT) { _ in
      let code = errno
      Interruption.noteContinuation()
      errno = code
    }
  }

  /// Lets the process that has started this one tear down what runs.
  ///
  /// The keys of the terminal reach both; what they mean is for the other to say. They are not
  /// ignored, as programs that a script starts would inherit that.
  static func tearDownOnRequest() {
    tearDownOnSignals()
    for number in [SIGINT, SIGHUP] { handle(number) { _ in } }
  }

  /// The scripts that arguments select.
  ///
  /// - Throws: The status with which to end, when the reason has been told.
  static func selection(
    of paths: [String]
  ) throws(ArgumentParser.ExitCode) -> ScriptSelection {
    do {
      return try ScriptSelection(arguments: paths)
    } catch {
      complain("\(error)")
      throw exit(error.exitCode)
    }
  }

  /// The scripts that arguments select to be run: without the modules in directories, of which it
  /// tells.
  static func scenarios(
    of paths: [String]
  ) throws(ArgumentParser.ExitCode) -> ScriptSelection {
    var selection = try selection(of: paths)
    if let notice = ScriptSelection.notice(of: selection.leaveOutModules()) { complain(notice) }
    return selection
  }

  /// Makes sure that a file can be read.
  ///
  /// - Parameters:
  ///   - path: Its path.
  ///   - status: The status with which to end where it is there, and cannot be read.
  /// - Throws: The status with which to end, when the reason has been told.
  static func checkFile(
    _ path: String,
    orEndWith status: Scenario.ExitCode = .unloadable
  ) throws(ArgumentParser.ExitCode) {
    do {
      try ScriptSelection.checkFile(path, orEndWith: status)
    } catch {
      complain("\(error)")
      throw exit(error.exitCode)
    }
  }

  static func handle(_ number: CInt, _ handler: @escaping @convention(c) (CInt) -> Void) {
    var action = sigaction()
    unsafe action.__sigaction_handler.sa_handler = handler
    _ = unsafe sigaction(number, &action, nil)
  }

  /// Whether nobody reads stdout any more: another pipe of the script, of `io.popen`, may have
  /// caused the signal.
  ///
  /// May be called in a signal handler.
  private static var isUnread: Bool {
    var stream = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
    return unsafe poll(&stream, 1, 0) > 0
  }
}
