/// What the first event of a log says about its run.
package struct RunDescription: Hashable, Sendable {
  /// parley's version.
  package var parley = ""
  /// When it began, by the wall clock: "2026-11-23T03:19:02Z".
  package var date = ""
  /// The kernel: "Linux 6.12.0 x86_64".
  package var kernel = ""
  package var directory = ""
  /// The command line after the program's name, without the values that scripts get.
  package var arguments: [String] = []
  /// The scripts and directories among them.
  package var paths: [String] = []
  /// The options among them on which the course of a scenario depends, but for the seed; no log has
  /// them.
  package var options: [String] = []
  /// The options among them that select scenarios; no log has them.
  package var filters: [String] = []
  /// What scripts got of the command line; no log has it.
  package var scriptArguments: [String] = []
  package var seed = 0
  package var workers = 1
  /// How often a scenario that failed was tried again.
  package var retries = 0
  /// Which part of the scenarios this run had: "2/4"; empty when it had all.
  package var shard = ""

  package init() {}

  /// The description without what is secret by now.
  func hiding(_ secrets: Secrets) -> RunDescription {
    var hiding = self
    hiding.options = options.map(secrets.redacted)
    hiding.scriptArguments = scriptArguments.map(secrets.redacted)
    return hiding
  }
}

/// What is known of a scenario before it runs.
package struct ScenarioDescription: Hashable, Sendable {
  /// The script as it was named on the command line.
  package var file: String
  /// The scenario's name; empty when the whole file is one scenario.
  package var name = ""
  /// From the call of `scenario` to the last line of its function; `nil` when the whole file is one
  /// scenario.
  package var lines: ClosedRange<Int>?
  package var options = ScenarioOptions()
  /// Which try of the scenario it is, from 1.
  package var attempt = 1

  package init(file: String, name: String = "", lines: ClosedRange<Int>? = nil) {
    self.file = file
    self.name = name
    self.lines = lines
  }
}

/// How a scenario came to its end.
package struct ScenarioEnd: Hashable, Sendable {
  package let outcome: RunOutcome
  package let duration: Duration
  /// How many events the scenario has in the log, as some of them may be left out there.
  package let eventCount: Int

  package init(outcome: RunOutcome, duration: Duration, eventCount: Int = 0) {
    self.outcome = outcome
    self.duration = duration
    self.eventCount = eventCount
  }
}
