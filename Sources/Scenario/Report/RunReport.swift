internal import LocalSocketLua

/// The lines that tell how a whole run goes and how it went.
package struct RunReport {
  private let format: ReportFormat

  package init(format: ReportFormat = ReportFormat()) {
    self.format = format
  }

  /// The line for a scenario that has ended; a failed one has its own report besides.
  package func progress(_ result: ScenarioResult) -> String {
    let time = "\(DurationText.seconds(result.duration))s"
    switch result.outcome {
    case .passed:
      return format.style.paint("✓", as: .passed) + " \(result.title)  \(time)"
    case .skipped(let reason):
      let reason = printableLines(reason).joined(separator: " ")
      return format.style.paint("-", as: .skipped) + " \(result.title)  skipped: \(reason)"
    case .failed:
      return format.style.paint("✗", as: .failed) + " \(result.title)  \(time)"
    }
  }

  /// The lines that end a run: the numbers, then each failure with its reason.
  ///
  /// - Parameters:
  ///   - results: Every scenario that was selected.
  ///   - elapsed: How long the whole run took.
  /// - Returns: The lines, without their newlines.
  package func summary(_ results: [ScenarioResult], elapsed: Duration) -> [String] {
    if results.isEmpty { return ["no scenario ran"] }
    let counts = [
      (results.count { $0.outcome == .passed }, "passed"),
      (results.count { $0.outcome.failureCode != nil }, "failed"),
      (results.count { $0.outcome.isSkipped }, "skipped"),
    ]
    let parts = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    let total = counted(results.count, "scenario")
    return ["\(total) in \(DurationText.roughSeconds(elapsed))s: \(parts)"]
      + results.flatMap(reasonLines)
  }

  private func reasonLines(_ result: ScenarioResult) -> [String] {
    guard case .failed(let failure) = result.outcome else { return [] }
    let place = failure.location?.description ?? result.file
    let reason = printableLines(failure.message).joined(separator: " ")
    return TerminalText.wrapped(
      "\(failure.kind.status)  \(printable(place))  \(reason)",
      columns: format.columns,
      indent: "  ",
      hanging: "  "
    )
  }
}
