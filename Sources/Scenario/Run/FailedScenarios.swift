/// What failed when it was last run in this working directory, kept from run to run.
///
/// A scenario leaves the list when it passes, not when it is not run.
package struct FailedScenarios: Sendable {
  private let before: Set<String>
  private var now: Set<String>
  /// What has failed in this run, in any of its rounds.
  private var failed: Set<String> = []

  package init() {
    before = Self.load()
    now = before
  }

  /// Takes note of how a scenario went.
  mutating func add(_ result: ScenarioResult) {
    let scenario = ScenarioDescription(file: result.file, name: result.name)
    if result.outcome.failureCode != nil {
      failed.insert(scenario.key)
      now.insert(scenario.key)
    } else if !result.outcome.isSkipped, !failed.contains(scenario.key) {
      // One that is skipped has not shown that it works.
      now.remove(scenario.key)
    }
  }

  /// Keeps what has failed for the next run.
  ///
  /// - Returns: Whether the next run will find it.
  func keep() -> Bool {
    now == before || FailureList()?.replace(by: now) ?? false
  }

  /// The scenarios, as ``ScenarioFilter/keys``.
  package static func load() -> Set<String> { FailureList()?.keys ?? [] }
}
