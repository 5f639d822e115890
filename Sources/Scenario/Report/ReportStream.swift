/// Feeds reports with the scenarios of a run, and counts.
///
/// Tries of one scenario become one record: it is flaky when it failed first and passed then.
struct ReportStream {
  private var reporters: [any Reporter]
  private(set) var tally = RunTally()
  /// The last failing try of each scenario that is tried again.
  private var failing: [String: ScenarioRecord] = [:]

  init(_ reporters: [any Reporter]) {
    self.reporters = reporters
  }

  /// Whether a report wants the events of scenarios that have passed.
  var wantsAllEvents: Bool { reporters.contains(where: \.wantsAllEvents) }

  mutating func begin(_ run: RunDescription) {
    tally.run = run
    for index in reporters.indices { reporters[index].begin(run) }
  }

  /// Takes a try of a scenario.
  ///
  /// - Returns: Whether the scenario is to be tried again, before it is reported.
  mutating func add(_ record: ScenarioRecord) -> Bool {
    let key = "\(record.result.file)\0\(record.result.name)"
    if record.isWorthRetrying, record.result.attempts <= tally.run.retries {
      failing[key] = record
      return true
    }
    report(Self.joined(failing.removeValue(forKey: key), record))
    return false
  }

  /// Ends the reports.
  ///
  /// - Parameters:
  ///   - elapsed: How long the run took.
  ///   - unrun: What had not begun when it ended.
  mutating func end(elapsed: Duration, unrun: Unrun = Unrun()) {
    // Their next tries did not come.
    for record in failing.values.sorted(by: { $0.result.title < $1.result.title }) {
      report(record)
    }
    failing = [:]
    tally.elapsed = elapsed
    tally.unrun = unrun
    for index in reporters.indices { reporters[index].end(tally) }
  }

  private mutating func report(_ record: ScenarioRecord) {
    tally.add(record.result)
    for index in reporters.indices { reporters[index].add(record) }
  }

  /// What two tries come to: the events that are shown are those of the failure.
  private static func joined(_ earlier: ScenarioRecord?, _ last: ScenarioRecord) -> ScenarioRecord {
    guard var earlier, case .failed(let failure) = earlier.result.outcome,
      last.result.outcome == .passed
    else { return last }
    earlier.result.outcome = .flaky(failure)
    earlier.result.attempts = last.result.attempts
    return earlier
  }
}

extension ScenarioRecord {
  /// Whether it failed of something that may go otherwise the next time.
  fileprivate var isWorthRetrying: Bool {
    guard case .failed(let failure) = result.outcome else { return false }
    return ![.loadError, .interrupted, .internalError].contains(failure.kind)
  }
}
