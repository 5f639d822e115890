internal import LocalSocketLua

/// How a process may end: as declared, and as what was done to it explains.
struct EndExpectation {
  let stopRule: StopRule
  /// Whether it may leave memory that was not freed.
  let allowsLeaks: Bool
  let isShell: Bool
  /// The script has said how it ends, and was right or has been told.
  var isAccounted = false
  var isStopping = false
  /// It was killed, as the time for its stop was up.
  var ignoredStop = false
  /// What it was sent, and what it may take from us besides.
  var sentSignals: Set<ProcessSignal> = []

  /// How a process is stopped, as its `stop` declares.
  struct StopRule {
    var signal = ProcessSignal.terminate
    var timeout = Duration.seconds(3)
    /// The status with which it exits then; without one also 0, and the end by the signal itself.
    var exitStatus: CInt?
  }

  /// What is wrong with an end.
  struct Complaint {
    /// A predicate: `exited with status 1`.
    let phrase: String
    /// What tells more.
    let lines: [String]
    let isCrash: Bool
    /// What the script can do about it, a sentence.
    var remedy: String?
  }

  init(_ stopRule: StopRule, allowsLeaks: Bool, isShell: Bool) {
    self.stopRule = stopRule
    self.allowsLeaks = allowsLeaks
    self.isShell = isShell
  }

  /// Whether it was to be stopped, or to be ended by a signal.
  var wasStopped: Bool { isStopping || !sentSignals.isDisjoint(with: Self.endingSignals) }
  private static let endingSignals: Set = [ProcessSignal.interrupt, .terminate, .kill]

  /// What is wrong with how a process has ended; `nil` where nothing is.
  ///
  /// - Parameters:
  ///   - end: How it has ended.
  ///   - reports: What the sanitizers and valgrind have found in it.
  ///   - lastLines: What it has written last.
  /// - Returns: The complaint: of a report first, as that explains the end.
  func complaint(
    about end: ProcessEnd,
    reports: [DiagnosticReport],
    lastLines: @autoclosure () -> [String]
  ) -> Complaint? {
    let reports = reports.filter { !(allowsLeaks && $0.isLeak) }
    if let report = reports.first {
      let others = reports.count > 1 ? ["and \(counted(reports.count - 1, "further report"))"] : []
      return Complaint(
        phrase: "\(end.phrase): \(report.phrase)",
        lines: report.lines + others,
        isCrash: true
      )
    }
    if ignoredStop {
      let limit = DurationText.roughSeconds(stopRule.timeout)
      return Complaint(
        phrase: "ignored \(stopRule.signal.name) for \(limit) s and had to be killed",
        lines: [],
        isCrash: false
      )
    }
    guard !isAccounted, !isExpected(end) else { return nil }
    return Complaint(
      phrase: end.phrase + (stopRule.exitStatus.map { " instead of with status \($0)" } ?? ""),
      lines: lastLines().map { "its output: \($0)" },
      isCrash: end.signal != nil,
      remedy: remedy(for: end)
    )
  }

  private func isExpected(_ end: ProcessEnd) -> Bool {
    switch end {
    case .exit(let status):
      if let exitStatus = stopRule.exitStatus { return status == exitStatus }
      // Shells and those who follow them exit with 128 and the signal that they have caught.
      return status == 0 || sentSignals.contains(ProcessSignal(number: status - 128))
    case .signal(let signal, _):
      return sentSignals.contains(signal) && !(isStopping && stopRule.exitStatus != nil)
    }
  }

  /// How a script says that it should end so; `nil` where it cannot.
  private func remedy(for end: ProcessEnd) -> String? {
    switch end {
    case .exit(let status) where isStopping:
      "where this is how it should stop, say so: stop = { exit = \(status) }"
    case .exit(let status):
      "where this is how it should end, say so: p:expectExit(\(status))"
    case .signal(let signal, _) where sentSignals.contains(signal): nil
    case .signal(let signal, _):
      "where this is how it should end, say so: p:expectExit(\"\(signal.name)\")"
    }
  }

  /// What a script can do about children that outlive it; `nil` where that is not known.
  var orphansRemedy: String? {
    guard isShell, wasStopped else { return nil }
    return "a shell passes no signal on; \"exec\" before its last command makes that the process "
      + "which is stopped"
  }
}
