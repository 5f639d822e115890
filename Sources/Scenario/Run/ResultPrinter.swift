/// Prints results as they come, and keeps them for the summary.
struct ResultPrinter {
  private let configuration: RunConfiguration
  private let report: RunReport
  private(set) var results: [ScenarioResult] = []
  /// What stands on the screen ends with an empty line, or nothing does.
  private var isAfterGap = true

  init(_ configuration: RunConfiguration) {
    self.configuration = configuration
    report = RunReport(format: configuration.format)
  }

  /// Prints how one scenario went: a line, or the report of its failure between empty lines.
  mutating func print(_ result: ScenarioResult, events: [Event] = []) {
    results.append(result)
    if case .failed(let failure) = result.outcome {
      printGap()
      configuration.print(failureReport(failure, of: result, events: events).text + "\n")
    } else {
      printLine(report.progress(result))
    }
  }

  /// Prints how the whole run went.
  mutating func printSummary(elapsed: Duration) {
    printGap()
    for line in report.summary(results, elapsed: elapsed) { printLine(line) }
  }

  private func failureReport(
    _ failure: Failure,
    of result: ScenarioResult,
    events: [Event]
  ) -> FailureReport {
    FailureReport(
      failure,
      of: result,
      events: events,
      source: failure.location.flatMap { try? Script.text(of: $0.file) },
      format: configuration.format
    )
  }

  private mutating func printLine(_ line: String) {
    configuration.print(line + "\n")
    isAfterGap = false
  }

  private mutating func printGap() {
    if !isAfterGap { configuration.print("\n") }
    isAfterGap = true
  }
}
