/// One scenario as reports get it: how it went, and its part of the log.
package struct ScenarioRecord: Hashable, Sendable {
  package var result: ScenarioResult
  /// The scenario's events in order; empty where no report asks for them.
  package let events: [Event]
  /// The texts of scripts that reports of it may quote.
  package var scripts = ScriptTexts()

  package init(_ result: ScenarioResult, events: [Event] = []) {
    self.result = result
    self.events = events
  }

  /// The text of a script, without secrets; `nil` where it is not to be had.
  package func source(of path: String) -> [UInt8]? { scripts.text(of: path) }
}

/// What a run has come to so far.
package struct RunTally: Hashable, Sendable {
  package private(set) var passed = 0
  package private(set) var failed = 0
  package private(set) var flaky = 0
  package private(set) var skipped = 0
  /// The results that a summary gives reasons for, in the order in which they came.
  package private(set) var failures: [ScenarioResult] = []
  package var elapsed = Duration.zero
  /// What had not begun when it ended.
  package var unrun = Unrun()
  package var run = RunDescription()
  /// Whether the scenarios are of several runs.
  package var isMerged = false
  /// Whether what has failed is on the list that the next run reads here.
  package var areFailuresListed = false
  private var failureCodes: Set<ExitCode> = []

  package init(_ results: [ScenarioResult] = [], elapsed: Duration = .zero) {
    self.elapsed = elapsed
    for result in results { add(result) }
  }

  /// How many scenarios there were.
  package var count: Int { passed + failed + flaky + skipped }

  /// Counts a result.
  package mutating func add(_ result: ScenarioResult) {
    switch result.outcome {
    case .passed: passed += 1
    case .skipped: skipped += 1
    case .failed: failed += 1
    case .flaky: flaky += 1
    }
    guard let code = result.outcome.failureCode else { return }
    failureCodes.insert(code)
    failures.append(result)
  }

  /// Removes from the failures what is secret by now, as it was not when the first of them came.
  mutating func hide(_ secrets: Secrets) {
    for index in failures.indices { failures[index].hide(secrets) }
  }

  /// The status with which the command ends; of several failures the most fundamental decides.
  package var exitCode: ExitCode {
    let precedence: [ExitCode] = [.internalError, .unloadable, .environment, .failure]
    if let decisive = precedence.first(where: failureCodes.contains) { return decisive }
    if passed > 0 { return .success }
    return count == 0 ? .nothingRan : .allSkipped
  }
}
