/// The status with which the command ends.
package struct ExitCode: RawRepresentable, Hashable, Sendable {
  package let rawValue: Int32

  package init(rawValue: Int32) {
    self.rawValue = rawValue
  }

  /// All selected scenarios passed, and at least one ran.
  package static let success = ExitCode(rawValue: 0)
  /// A scenario failed, crashed, timed out or deadlocked.
  package static let failure = ExitCode(rawValue: 1)
  /// A bad flag, filter or configuration.
  package static let usage = ExitCode(rawValue: 2)
  /// A script could not be loaded.
  package static let unloadable = ExitCode(rawValue: 3)
  /// Nothing that was selected ran, or a line was selected at which no scenario stands.
  package static let nothingRan = ExitCode(rawValue: 4)
  /// An error inside this program.
  package static let internalError = ExitCode(rawValue: 70)
  /// Every selected scenario was skipped.
  package static let allSkipped = ExitCode(rawValue: 77)
  /// The environment or a fixture could not be set up.
  package static let environment = ExitCode(rawValue: 99)

  /// The status of a run that a signal ended, as shells write it.
  package static func signal(_ number: Int32) -> ExitCode {
    ExitCode(rawValue: 128 + number)
  }
}
