/// One scenario as reports get it: how it went, and its part of the log.
package struct ScenarioRecord: Hashable, Sendable {
  package var result: ScenarioResult
  /// The scenario's events in order; empty where no report asks for them.
  package private(set) var events: [Event]
  /// The texts of scripts that reports of it may quote.
  package var scripts = ScriptTexts()

  package init(_ result: ScenarioResult, events: [Event] = []) {
    self.result = result
    self.events = events
  }

  /// The text of a script, without secrets; `nil` where it is not to be had.
  package func source(of path: String) -> [UInt8]? { scripts.text(of: path) }

  /// Removes what is secret by now, as it may not have been when it was recorded.
  mutating func hide(_ secrets: Secrets) {
    result.hide(secrets)
    if secrets.isEmpty { return }
    for index in events.indices { events[index].redact(by: secrets) }
  }

  /// What a report keeps that is written at the end, when all secrets are known: events of failures
  /// alone, and no texts of scripts where there are others then.
  var keptForTheEnd: ScenarioRecord {
    var kept = ScenarioRecord(result, events: result.outcome.failure == nil ? [] : events)
    if scripts.areLogged { kept.scripts = scripts }
    return kept
  }

  /// The record that was kept, as it may be shown at the end.
  func completed(by scripts: inout ScriptTexts) -> ScenarioRecord {
    var record = self
    if let file = result.outcome.failure?.location?.file { scripts.prepare(file) }
    if !record.scripts.areLogged { record.scripts = scripts }
    record.hide(scripts.secrets)
    return record
  }
}

/// What a run has come to so far.
package struct RunTally: Hashable, Sendable {
  package private(set) var passed = 0
  package private(set) var failed = 0
  package private(set) var flaky = 0
  package private(set) var skipped = 0
  /// How many of those that count as skipped have failed as they were expected to.
  private(set) var todo = 0
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
  /// The texts of all scripts, as they may be shown at the end.
  package private(set) var scripts = ScriptTexts()
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
    if result.todo != nil { todo += 1 }
    guard let code = result.outcome.failureCode else { return }
    failureCodes.insert(code)
    failures.append(result)
  }

  /// Removes from the failures what is secret at the end, as it was not when the first of them came.
  mutating func hideSecrets(of scripts: ScriptTexts) {
    self.scripts = scripts
    for index in failures.indices { failures[index].hide(scripts.secrets) }
  }

  /// The status with which the command ends; of several failures the most fundamental decides.
  package var exitCode: ExitCode {
    let precedence: [ExitCode] = [.internalError, .unloadable, .environment, .failure]
    if let decisive = precedence.first(where: failureCodes.contains) { return decisive }
    if passed > 0 { return .success }
    return count == 0 ? .nothingRan : .allSkipped
  }
}
