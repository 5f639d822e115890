/// Turns the log of a run into a report, scenario by scenario.
///
/// Whether the run is under way or its log is read later makes no difference.
package protocol Reporter {
  /// Whether events are wanted of scenarios that have passed too.
  var wantsAllEvents: Bool { get }

  /// Starts the report.
  mutating func begin(_ run: RunDescription)

  /// Takes a scenario that is over.
  mutating func add(_ record: ScenarioRecord)

  /// Ends the report.
  mutating func end(_ tally: RunTally)
}

extension Reporter {
  package var wantsAllEvents: Bool { false }

  package mutating func begin(_ run: RunDescription) {}
}

/// The forms of reports.
package enum ReportKind: String, CaseIterable, Hashable, Sendable {
  case pretty
  case line
  case tap
  case junit
  case json
  case github
  case html

  /// Makes the report's writer.
  ///
  /// - Parameters:
  ///   - format: The width and the style, for what is read on a terminal.
  ///   - write: Takes what the report consists of, in order.
  /// - Returns: The writer.
  package func reporter(
    format: ReportFormat,
    write: @escaping (String) -> Void
  ) -> any Reporter {
    switch self {
    case .pretty: PrettyReporter(format: format, write: write)
    case .line: LineReporter(format: format, write: write)
    case .tap: TAPReporter(write: write)
    case .junit: JUnitReporter(write: write)
    case .json: JSONReporter(write: write)
    case .github: GitHubReporter(write: write)
    case .html: HTMLReporter(write: write)
    }
  }
}
