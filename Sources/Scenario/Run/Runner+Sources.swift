// The texts of scripts in the log.

extension Runner {
  /// Takes note of scripts as they are now, if the log or a report gets their texts at the end.
  ///
  /// Only then all secrets are known that stand in them.
  func keep(_ files: [String]) {
    guard configuration.logPath != nil || reports.wantsAllEvents else { return }
    for file in files { reports.scripts.keep(file) }
  }

  /// Hides a value in all texts from now on.
  func hide(_ value: [UInt8]) {
    if reports.scripts.hide(value) { failedSources?.rewrite(from: reports.scripts) }
  }

  /// Records what the report of a failure quotes, for a reader of the log of a run that is killed.
  func recordFailed(_ result: ScenarioResult) {
    guard let failedSources, let failure = result.outcome.failure else { return }
    for file in Set([result.file] + [failure.location?.file].compactMap(\.self)) {
      failedSources.record(file, of: reports.scripts)
    }
  }

  /// Records the texts of all scripts that have run.
  func recordScripts() {
    guard configuration.logPath != nil else { return }
    for path in reports.scripts.paths {
      if let text = reports.scripts.text(of: path) { log.append(.source(path: path, text)) }
    }
  }
}
