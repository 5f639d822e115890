/// Why a scenario failed, with everything that a report shows besides the event log.
package struct Failure: Error, Hashable, Sendable {
  package var kind: Kind
  /// What broke, in one sentence.
  package var message: String
  /// Where in the script it broke; `nil` when no line can be named.
  package var location: ScriptLocation?
  /// The variables that the line names, with what they held: "name = value".
  package var values: [String] = []
  /// The bytes that were expected, where bytes were compared.
  package var expected: [UInt8]?
  /// The bytes that came, where bytes were compared.
  package var actual: [UInt8]?
  /// Which part of them this is, where they are long; `nil` for the whole.
  package var excerpt: Excerpt?
  /// The lines of a structural difference, already rendered.
  package var difference: [String] = []
  /// Facts that help, a sentence each.
  package var notes: [String] = []
  /// How it came to be there: the row, the line of a block, what failed besides; a sentence each.
  package var remarks: [String] = []
  /// Every actor that was waiting at that moment.
  package var waiters: [Waiter] = []
  /// The Lua call stack, innermost call first.
  package var traceback: [String] = []

  package init(_ kind: Kind, _ message: String, at location: ScriptLocation? = nil) {
    self.kind = kind
    self.message = message
    self.location = location
  }
}

extension Failure {
  /// The class of a failure; it decides the status word and the exit status.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// An assertion of the script did not hold.
    case assertion
    /// A message came that did not match what was expected.
    case mismatch
    /// A wait or the whole scenario took longer than its deadline.
    case timeout
    /// The peer closed or reset the connection while something was expected of it.
    case closed
    /// No actor could run and nothing was in flight.
    case deadlock
    /// A check at the scenario's end failed: unread bytes, a leak, no assertion at all.
    case check
    /// A process under test died, or a sanitizer found something in it; or the scenario's own died.
    case crash
    /// The script raised an error.
    case scriptError
    /// The script ate more memory than it may.
    case memory
    /// The user stopped the run.
    case interrupted
    /// The script could not be loaded: syntax, an unknown global.
    case loadError
    /// The environment or a fixture could not be set up.
    case environment
    /// This program is at fault.
    case internalError
  }

  /// An actor that was waiting when the scenario failed.
  package struct Waiter: Hashable, Sendable {
    package let actor: String
    package let location: ScriptLocation?
    /// What it waited for, as a phrase that completes "for …".
    package let what: String

    package init(actor: String, location: ScriptLocation?, what: String) {
      self.actor = actor
      self.location = location
      self.what = what
    }
  }
}

extension Failure.Kind {
  /// The word at the right of a report's first line.
  var status: String {
    switch self {
    case .assertion, .mismatch, .closed, .check: "FAIL"
    case .timeout: "TIMEOUT"
    case .deadlock: "DEADLOCK"
    case .crash: "CRASH"
    case .interrupted: "INTERRUPTED"
    case .scriptError, .memory, .loadError, .environment, .internalError:
      "ERROR"
    }
  }

  package var exitCode: ExitCode {
    switch self {
    case .loadError: .unloadable
    case .environment: .environment
    case .internalError: .internalError
    case .assertion, .mismatch, .timeout, .closed, .deadlock, .check, .scriptError, .memory,
      .crash, .interrupted:
      .failure
    }
  }
}
