/// How one scenario went.
package enum RunOutcome: Hashable, Sendable {
  case passed
  case skipped(reason: String)
  case failed(Failure)

  /// The exit status that a failure asks for; `nil` without one.
  var failureCode: ExitCode? {
    guard case .failed(let failure) = self else { return nil }
    return failure.kind.exitCode
  }

  var isSkipped: Bool {
    if case .skipped = self { true } else { false }
  }
}
