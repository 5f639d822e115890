internal import CLocalSockets
internal import Glibc

// The processes in which scenarios run.

extension FileSystem {
  /// The first argument of a process that is a worker; the numbers of its descriptors follow.
  package static let workerArgument = "--worker"

  /// Makes two connected sockets, which the caller has to close.
  ///
  /// The corresponding C function is `socketpair`.
  static func socketPair() throws(Failure) -> (CInt, CInt) {
    var numbers: [2 of CInt] = [-1, -1]
    let type = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    var span = numbers.mutableSpan
    let result = unsafe span.withUnsafeMutableBufferPointer {
      unsafe socketpair(AF_UNIX, type, 0, $0.baseAddress)
    }
    guard result == 0 else { throw Failure(code: errno) }
    return (numbers[0], numbers[1])
  }

  /// Writes lines to the standard error at once, so that those of several processes do not mix.
  ///
  /// The corresponding C function is `write`.
  static func complain(_ text: String) {
    let bytes = Array("\(text)\n".utf8)
    _ = unsafe bytes.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }

  /// Asks a process to end.
  ///
  /// The corresponding C function is `kill` with `SIGTERM`.
  static func terminate(_ pid: CInt) {
    _ = kill(pid, SIGTERM)
  }

  /// Asks a process who waits for what in it.
  ///
  /// The corresponding C function is `kill` with `SIGUSR1`.
  static func askForWaits(_ pid: CInt) {
    _ = kill(pid, SIGUSR1)
  }

  /// Waits for the end of a process.
  ///
  /// The corresponding C function is `waitpid`.
  ///
  /// - Returns: How it ended, as what follows its name in a sentence.
  static func awaitEnd(of pid: CInt) -> String {
    var status: CInt = 0
    while unsafe waitpid(pid, &status, 0) < 0 {
      if errno != EINTR { return "is gone" }
    }
    let signal = status & 0x7f
    if signal == 0 { return "ended with status \(status >> 8 & 0xff)" }
    let name = signalNames[signal].map { " (\($0))" } ?? ""
    return "was killed by signal \(signal)\(name)"
  }

  private static let signalNames: [CInt: String] = [
    SIGABRT: "SIGABRT", SIGBUS: "SIGBUS", SIGFPE: "SIGFPE", SIGILL: "SIGILL", SIGKILL: "SIGKILL",
    SIGSEGV: "SIGSEGV", SIGTERM: "SIGTERM", SIGTRAP: "SIGTRAP", SIGXCPU: "SIGXCPU",
  ]

  /// How many processors this process may use.
  package static var processorCount: Int { max(1, Int(ls_usable_processor_count())) }

  /// The kernel's name, release and machine.
  ///
  /// The corresponding C function is `uname`.
  static var kernel: String {
    var names = utsname()
    guard unsafe uname(&names) == 0 else { return "" }
    let parts = [
      text(of: &names.sysname), text(of: &names.release), text(of: &names.machine),
    ]
    return parts.joined(separator: " ")
  }

  private static func text<Characters>(of characters: inout Characters) -> String {
    unsafe withUnsafeBytes(of: &characters) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  /// The working directory.
  ///
  /// The corresponding C function is `getcwd`.
  package static var workingDirectory: String {
    guard let path = unsafe getcwd(nil, 0) else { return "/" }
    defer { unsafe free(path) }
    return unsafe String(cString: path)
  }

  /// The wall clock's time, in the form of RFC 3339.
  ///
  /// The corresponding C functions are `time`, `gmtime_r` and `strftime`.
  static var date: String {
    var seconds = time(nil)
    var parts = unsafe tm()
    unsafe gmtime_r(&seconds, &parts)
    var text = [CChar](repeating: 0, count: 32)
    let count = unsafe strftime(&text, text.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
    return String(decoding: text[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Removes a file.
  ///
  /// The corresponding C function is `unlink`.
  static func remove(_ path: String) {
    _ = unsafe unlink(path)
  }
}
