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

  /// Turns round how a scenario went that is expected to fail.
  ///
  /// - Parameter todo: What has yet to be done about it; `nil` where it is to pass.
  /// - Returns: The outcome, as it was without that.
  func turned(by todo: String?) -> RunOutcome {
    guard let todo else { return self }
    switch self {
    case .failed, .flaky: return .failedAsExpected(todo)
    case .skipped: return self
    case .passed:
      return .failed(Failure(.check, "it passes, though it is marked todo: \(todo)"))
    }
  }

  /// How a scenario went that has failed, as it was to.
  static func failedAsExpected(_ todo: String) -> RunOutcome { .skipped(reason: "todo: \(todo)") }
}
