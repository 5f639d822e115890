internal import Glibc

/// A signal by its number, and by the name that scripts and reports use.
package struct ProcessSignal: Hashable, Sendable {
  let number: CInt

  static let interrupt = ProcessSignal(number: SIGINT)
  static let terminate = ProcessSignal(number: SIGTERM)
  static let kill = ProcessSignal(number: SIGKILL)
  static let brokenPipe = ProcessSignal(number: SIGPIPE)
  static let resume = ProcessSignal(number: SIGCONT)

  init(number: CInt) {
    self.number = number
  }

  /// Whether no daemon can be asked to clear up at it: what kills, what tells of a crash, and what a
  /// reader's end sends.
  var isFinal: Bool {
    [
      SIGKILL, SIGPIPE, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGQUIT, SIGSEGV, SIGSYS, SIGTRAP, SIGXCPU,
      SIGXFSZ,
    ].contains(number)
  }

  /// Finds a signal by its name, with or without "SIG".
  init(name: String) throws(Unknown) {
    let name = name.hasPrefix("SIG") ? name : "SIG\(name)"
    guard let number = Self.numbers[name] else { throw Unknown(name: name) }
    self.number = number
  }

  /// A name that no signal has.
  struct Unknown: Error, CustomStringConvertible {
    let name: String

    var description: String {
      let nearest = NearestName.suggestion(for: name, among: ProcessSignal.numbers.keys)
      return "there is no signal '\(name)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
    }
  }

  /// The name as `SIGTERM`; a number for a real-time signal.
  var name: String {
    Self.numbers.first { $0.value == number }?.key ?? "signal \(number)"
  }

  private static let numbers: [String: CInt] = [
    "SIGHUP": SIGHUP, "SIGINT": SIGINT, "SIGQUIT": SIGQUIT, "SIGILL": SIGILL, "SIGTRAP": SIGTRAP,
    "SIGABRT": SIGABRT, "SIGBUS": SIGBUS, "SIGFPE": SIGFPE, "SIGKILL": SIGKILL, "SIGUSR1": SIGUSR1,
    "SIGSEGV": SIGSEGV, "SIGUSR2": SIGUSR2, "SIGPIPE": SIGPIPE, "SIGALRM": SIGALRM,
    "SIGTERM": SIGTERM, "SIGSTKFLT": SIGSTKFLT, "SIGCHLD": SIGCHLD, "SIGCONT": SIGCONT,
    "SIGSTOP": SIGSTOP, "SIGTSTP": SIGTSTP, "SIGTTIN": SIGTTIN, "SIGTTOU": SIGTTOU,
    "SIGURG": SIGURG, "SIGXCPU": SIGXCPU, "SIGXFSZ": SIGXFSZ, "SIGVTALRM": SIGVTALRM,
    "SIGPROF": SIGPROF, "SIGWINCH": SIGWINCH, "SIGIO": SIGIO, "SIGPWR": SIGPWR, "SIGSYS": SIGSYS,
  ]
}
