/// What failed when it was last run in this working directory, kept from run to run.
///
/// A scenario leaves the list when it passes, not when it is not run.
package struct FailedScenarios: Reporter {
  private let before: Set<String>
  private var now: Set<String>
  /// What has failed in this run, in any of its rounds.
  private var failed: Set<String> = []

  package init() {
    before = Self.load()
    now = before
  }

  package mutating func add(_ record: ScenarioRecord) {
    let scenario = ScenarioDescription(file: record.result.file, name: record.result.name)
    if record.result.outcome.failureCode != nil {
      failed.insert(scenario.key)
      now.insert(scenario.key)
    } else if !record.result.outcome.isSkipped, !failed.contains(scenario.key) {
      // One that is skipped has not shown that it works.
      now.remove(scenario.key)
    }
  }

  /// Keeps what has failed for the next run.
  package mutating func end(_ tally: RunTally) {
    if now != before { FailureList()?.replace(by: now) }
  }

  /// The scenarios, as ``ScenarioFilter/keys``.
  package static func load() -> Set<String> { FailureList()?.keys ?? [] }
}
