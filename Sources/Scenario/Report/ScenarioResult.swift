extension ScenarioDescription {
  /// The file and the name as reports print them.
  var title: String { ScenarioResult.title(file: file, name: name) }
}

/// How one scenario went, and which it was.
package struct ScenarioResult: Hashable, Sendable {
  /// The script as it was named on the command line.
  package let file: String
  /// The scenario's name; empty when the whole file is one scenario.
  package let name: String
  /// The line on which the scenario's block begins; `nil` when the whole file is one scenario.
  package let line: Int?
  package let duration: Duration
  package var outcome: RunOutcome
  /// What has yet to be done about it, where it has failed as it was expected to.
  package var todo: String?
  /// How often it was tried.
  package var attempts = 1
  /// The run that it was part of.
  package var run = RunDescription()
  /// The run's options on which it depends, and the arguments of scripts; `nil` where they are as the
  /// run describes them.
  package var options: [String]?
  package var scriptArguments: [String]?
  /// Whether its script has asked for the run's seed.
  package var usesSeed = false
  /// Where its private directory is still to be found; empty when it was removed.
  package var directory = ""

  package init(
    file: String,
    name: String = "",
    line: Int? = nil,
    duration: Duration,
    outcome: RunOutcome
  ) {
    self.file = file
    self.name = name
    self.line = line
    self.duration = duration
    self.outcome = outcome
  }

  /// The file and the name as reports print them.
  var title: String { Self.title(file: file, name: name) }

  /// The title, with the beginning of the file's path left out where there is no room for all of it.
  func title(columns: Int) -> String {
    let excess = TerminalText.width(title) - columns
    if name.isEmpty || excess <= 0 { return title }
    let file = printable(file)
    let room = max(Self.leastFileWidth, TerminalText.width(file) - excess)
    return Self.title(file: TerminalText.cutStart(file, to: room), name: name)
  }

  private static let leastFileWidth = 16

  /// A file and the name of a scenario in it as reports print them.
  static func title(file: String, name: String) -> String {
    name.isEmpty || name == file ? printable(file) : "\(printable(file)) › \(printable(name))"
  }

  /// Removes what is secret by now.
  mutating func hide(_ secrets: Secrets) {
    if secrets.isEmpty { return }
    outcome = outcome.redacted(by: secrets)
    run = run.hiding(secrets)
    options = options?.map(secrets.redacted)
    scriptArguments = scriptArguments?.map(secrets.redacted)
  }

  /// What selects this scenario on the command line.
  var selection: String { line.map { "\(file):\($0)" } ?? file }
}
