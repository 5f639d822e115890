/// How one scenario went.
package enum RunOutcome: Hashable, Sendable {
  case passed
  case skipped(reason: String)
  case failed(Failure)
  /// It failed so, and passed when it was tried again.
  case flaky(Failure)

  /// The exit status that a failure asks for; `nil` without one.
  var failureCode: ExitCode? {
    switch self {
    case .passed, .skipped: nil
    case .failed(let failure): failure.kind.exitCode
    case .flaky: .failure
    }
  }

  /// What has failed, also where it passed later; `nil` where nothing has.
  var failure: Failure? {
    switch self {
    case .failed(let failure), .flaky(let failure): failure
    case .passed, .skipped: nil
    }
  }

  var isFlaky: Bool {
    if case .flaky = self { true } else { false }
  }

  var isSkipped: Bool {
    if case .skipped = self { true } else { false }
  }
}
