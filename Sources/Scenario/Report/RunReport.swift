internal import LocalSocketLua

/// The lines that tell how a whole run goes and how it went.
package struct RunReport {
  private let format: ReportFormat

  package init(format: ReportFormat = ReportFormat()) {
    self.format = format
  }

  /// The line for a scenario that has ended; a failed one has its own report besides.
  package func progress(_ result: ScenarioResult) -> String {
    "\(mark(of: result)) \(text(of: result))"
  }

  /// The same in as many lines as the width asks for.
  func progressLines(_ result: ScenarioResult) -> [String] {
    let lines = TerminalText.wrapped(
      text(of: result),
      columns: format.columns,
      indent: "  ",
      hanging: "  "
    )
    return [mark(of: result) + lines[0].dropFirst()] + lines.dropFirst()
  }

  private func text(of result: ScenarioResult) -> String {
    let time = "\(DurationText.seconds(result.duration))s"
    switch result.outcome {
    case .passed, .failed: return "\(result.title)  \(time)"
    case .skipped(let reason): return "\(result.title)  skipped: \(oneLine(reason))"
    case .flaky: return "\(result.title)  \(time)  flaky: try \(result.attempts) passed"
    }
  }

  private func mark(of result: ScenarioResult) -> String {
    switch result.outcome {
    case .passed: format.style.paint("✓", as: .passed)
    case .skipped: format.style.paint("-", as: .skipped)
    case .flaky: format.style.paint("~", as: .skipped)
    case .failed: format.style.paint("✗", as: .failed)
    }
  }

  /// The most failures that a summary names.
  private static let failureLimit = 10

  /// The lines that end a run: the numbers, then the first failures with their reasons, and how to run
  /// again what has failed, where that is more than one.
  ///
  /// - Parameter tally: What the run has come to.
  /// - Returns: The lines, without their newlines.
  package func summary(_ tally: RunTally) -> [String] {
    let rest = tally.failures.count - Self.failureLimit
    let more = rest > 0 ? ["  and \(rest) more"] : []
    return totals(tally) + tally.failures.prefix(Self.failureLimit).flatMap(failureLines) + more
      + againLines(tally)
  }

  /// The most lines of a command that names what has failed.
  private static let againLimit = 3

  /// The lines that say how to run again what has failed; none where no short command does that.
  private func againLines(_ tally: RunTally) -> [String] {
    guard let command = RepeatCommand(failuresOf: tally) else { return [] }
    let lines = command.labelled(columns: format.columns)
    if lines.count <= Self.againLimit { return lines }
    return RepeatCommand(listedFailuresOf: tally)?.labelled(columns: format.columns) ?? []
  }

  /// The lines that name a scenario that has failed, and give its reason.
  private func failureLines(_ result: ScenarioResult) -> [String] {
    reasonLines(result, name: result.name)
  }

  /// The line with the numbers, and one that says what was not run where the run ended early.
  func totals(_ tally: RunTally) -> [String] {
    let unrun = tally.unrun.isEmpty ? [] : ["not run: \(tally.unrun.description)"]
    return TerminalText.wrapped(numbers(tally), columns: format.columns, hanging: "  ") + unrun
  }

  /// How many of the scenarios have come to what, the worst first.
  private func numbers(_ tally: RunTally) -> String {
    let seed = "seed \(tally.run.seed)"
    let counts = [
      (tally.failed, "failed"), (tally.flaky, "flaky"), (tally.passed, "passed"),
      (tally.skipped, "skipped"),
    ].filter { $0.0 > 0 }
    guard let worst = counts.first else { return "no scenario ran (\(seed))" }
    let verdict = "\(counted(worst.0, "scenario")) \(worst.1)"
    let others = counts.dropFirst().map { ", \($0.0) \($0.1)" }.joined()
    let workers = tally.run.workers > 1 ? "-j\(tally.run.workers), " : ""
    let time = DurationText.roughSeconds(tally.elapsed)
    return "\(verdict)\(others) in \(time)s (\(workers)\(seed))"
  }

  /// The lines that give the reason of a failure; none for anything else.
  ///
  /// - Parameters:
  ///   - result: How the scenario went.
  ///   - name: What stands behind the place; empty where its name was told.
  /// - Returns: The lines, without their newlines.
  func reasonLines(_ result: ScenarioResult, name: String = "") -> [String] {
    let (status, failure): (String, Failure)
    switch result.outcome {
    case .passed, .skipped: return []
    case .failed(let reason): (status, failure) = (reason.kind.status, reason)
    case .flaky(let reason): (status, failure) = ("FLAKY", reason)
    }
    let place = failure.location?.description ?? result.file
    let title = ScenarioResult.title(file: place, name: name)
    let reason = printableLines(failure.message).joined(separator: " ")
    let lines = TerminalText.wrapped(
      "\(status)  \(title)  \(reason)",
      columns: format.columns,
      indent: "  ",
      hanging: "  "
    )
    let word = format.style.paint(status, as: result.outcome.isFlaky ? .flaky : .failed)
    return ["  \(word)\(lines[0].dropFirst(2 + status.count))"] + lines.dropFirst()
  }
}
