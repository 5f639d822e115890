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
    report(last.joined(with: (1..<count).compactMap { records[$0] }))
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
}

extension ScenarioRecord {
  /// Whether it failed of something that may go otherwise the next time.
  fileprivate var isWorthRetrying: Bool {
    guard case .failed(let failure) = result.outcome else { return false }
    return ![.loadError, .interrupted, .internalError].contains(failure.kind)
  }

  /// What tries come to, of which this is the last: what is shown is the last failure, and in which
  /// other tries it has failed, and how.
  fileprivate func joined(with earlier: [ScenarioRecord]) -> ScenarioRecord {
    let isPassed = result.outcome == .passed
    var joined = isPassed ? earlier.last ?? self : self
    guard case .failed(var failure) = joined.result.outcome else { return self }
    let others = isPassed ? earlier.dropLast() : earlier[...]
    failure.remarks += others.compactMap { $0.remark(beside: failure) }
    if isPassed {
      let shown = joined.result.attempts
      failure.remarks.append("try \(shown) failed so, try \(result.attempts) passed")
    }
    joined.result.outcome = isPassed ? .flaky(failure) : .failed(failure)
    joined.result.attempts = result.attempts
    return joined
  }

  /// What a try has failed of, in one sentence.
  private func remark(beside shown: Failure) -> String? {
    guard let failure = result.outcome.failure else { return nil }
    let number = result.attempts
    if failure.message == shown.message, failure.location == shown.location {
      return "try \(number) failed likewise"
    }
    let place = failure.location.map { " (\($0.description))" } ?? ""
    return "try \(number) failed: \(failure.message)\(place)"
  }
}
