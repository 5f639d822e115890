/// Feeds reports with the scenarios of a run, and counts.
///
/// Tries of one scenario become one record: it is flaky when it failed first and passed then.
struct ReportStream {
  private var reporters: [any Reporter]
  /// What has failed, for the next run; `nil` where that is not kept.
  private var failedScenarios: FailedScenarios?
  private(set) var tally = RunTally()
  /// The run whose scenarios come; logs of several may become one report.
  private var run = RunDescription()
  /// The tries of each scenario that is tried again, by their numbers: logs have them in any order.
  private var tries: [String: [Int: ScenarioRecord]] = [:]
  /// The texts of the scripts.
  var scripts = ScriptTexts()

  init(_ reporters: [any Reporter], keeping failedScenarios: FailedScenarios? = nil) {
    self.reporters = reporters
    self.failedScenarios = failedScenarios
  }

  /// Whether a report wants the events of scenarios that have passed.
  var wantsAllEvents: Bool { reporters.contains(where: \.wantsAllEvents) }

  mutating func begin(_ run: RunDescription) {
    tally.run = run
    self.run = run
    for index in reporters.indices { reporters[index].begin(run) }
  }

  /// Goes on with the scenarios of another run.
  mutating func goOn(with run: RunDescription) {
    self.run = run
    tally.isMerged = true
  }

  /// Takes a try of a scenario.
  ///
  /// - Returns: Whether the scenario is to be tried again, before it is reported.
  mutating func add(_ record: ScenarioRecord) -> Bool {
    var record = record
    record.result.run = run
    let key = "\(record.result.file)\0\(record.result.name)"
    tries[key, default: [:]][record.result.attempts] = record
    let mayGoOn = record.isWorthRetrying && record.result.attempts <= tally.run.retries
    reportTries(of: key)
    return mayGoOn
  }

  /// Reports a scenario once its last try and all before it are there.
  private mutating func reportTries(of key: String) {
    guard let records = tries[key], let count = records.keys.max(), let last = records[count],
      !(last.isWorthRetrying && count <= tally.run.retries), records.count == count
    else { return }
    tries[key] = nil
    report(Self.joined(records[count - 1], last))
  }

  /// Ends the reports.
  ///
  /// - Parameters:
  ///   - elapsed: How long the run took.
  ///   - unrun: What had not begun when it ended.
  mutating func end(elapsed: Duration, unrun: Unrun = Unrun()) {
    // Their next tries, or earlier ones, did not come.
    let rest = tries.values.compactMap { $0.max { $0.key < $1.key }?.value }
    for record in rest.sorted(by: { $0.result.title < $1.result.title }) { report(record) }
    tries = [:]
    tally.elapsed = elapsed
    tally.unrun = unrun
    tally.hideSecrets(of: scripts)
    tally.areFailuresListed = failedScenarios?.keep() ?? false
    for index in reporters.indices { reporters[index].end(tally) }
  }

  private mutating func report(_ record: ScenarioRecord) {
    let record = record.completed(by: &scripts)
    tally.add(record.result)
    failedScenarios?.add(record.result)
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
