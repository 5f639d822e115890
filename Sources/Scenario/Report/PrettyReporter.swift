/// The report for people: a line a scenario, a failure as the conversation around it, a summary.
struct PrettyReporter: Reporter {
  private let format: ReportFormat
  private let write: (String) -> Void
  private let report: RunReport
  /// What stands on the screen ends with an empty line, or nothing does.
  private var isAfterGap = true

  init(format: ReportFormat, write: @escaping (String) -> Void) {
    self.format = format
    self.write = write
    report = RunReport(format: format)
  }

  mutating func add(_ record: ScenarioRecord) {
    switch record.result.outcome {
    case .passed, .skipped:
      for line in report.progressLines(record.result) { writeLine(line) }
    case .failed, .flaky:
      writeGap()
      if let report = FailureReport(record, format: format) { write(report.text + "\n") }
    }
  }

  mutating func end(_ tally: RunTally) {
    writeGap()
    for line in report.summary(tally) { writeLine(line) }
  }

  private mutating func writeLine(_ line: String) {
    write(line + "\n")
    isAfterGap = false
  }

  private mutating func writeGap() {
    if !isAfterGap { write("\n") }
    isAfterGap = true
  }
}

/// A line a scenario, and one more for a failure's reason; then the summary.
struct LineReporter: Reporter {
  private let write: (String) -> Void
  private let report: RunReport

  init(format: ReportFormat, write: @escaping (String) -> Void) {
    self.write = write
    report = RunReport(format: format)
  }

  mutating func add(_ record: ScenarioRecord) {
    write(report.progress(record.result) + "\n")
    for line in report.reasonLines(record.result) { write(line + "\n") }
  }

  mutating func end(_ tally: RunTally) {
    for line in report.summary(tally) { write(line + "\n") }
  }
}
