internal import LocalSockets

/// The logs of one or more runs, from which their report can be written again.
package struct RunLog {
  /// The files of each log, that which was named first.
  private let logs: [[String]]

  /// Names the logs.
  ///
  /// What a run that was killed has left beside a log belongs to it.
  package init(_ paths: [String]) {
    logs = paths.map { [$0] + FailedSources.files(of: $0) + LogStorage.workerFiles(of: $0) }
  }

  /// Writes reports.
  ///
  /// - Parameters:
  ///   - reporters: The reports.
  ///   - complain: Called with a sentence for each line that is no event, and for each log whose run
  ///     has not come to its end.
  /// - Returns: The status with which a run ends that goes so. A run without an end has not passed, nor
  ///   has one with lines that are no events.
  /// - Throws: ``Failure`` of the environment for a file that is no log or cannot be read, before
  ///   anything is written.
  package func report(
    to reporters: [any Reporter],
    complain: (String) -> Void
  ) throws(Failure) -> ExitCode {
    for log in logs { try Self.checkBeginning(of: log[0]) }
    var replay = Replay(ReportStream(reporters))
    for log in logs {
      replay.use(try Self.scripts(of: log))
      for path in log {
        let problems = try Self.replay(path, in: &replay)
        for problem in problems {
          complain("\(printable(path)):\(problem.line): \(problem.reason)")
        }
        if !problems.isEmpty {
          complain("\(printable(path)): events are missing, so its run does not count as passed")
        }
      }
      if let problem = replay.endLog() { complain("\(printable(log[0])): \(problem)") }
    }
    return replay.finish()
  }

  /// Replays a file.
  ///
  /// - Returns: Its lines that are no events.
  private static func replay(
    _ path: String,
    in replay: inout Replay
  ) throws(Failure) -> [LogReader.Problem] {
    var reader = LogReader()
    try read(path) { piece in reader.read(piece) { replay.take($0) } }
    reader.finish()
    if !reader.problems.isEmpty { replay.missEvents() }
    return reader.problems
  }

  /// Makes sure that a file begins as a log does, or is empty.
  private static func checkBeginning(of path: String) throws(Failure) {
    var reader = LogReader()
    try read(path) { piece in
      if reader.lineCount == 0 { reader.read(piece.through(UInt8(ascii: "\n"))) { _ in } }
    }
    reader.finish()
    guard let problem = reader.problems.first else { return }
    let found = "line \(problem.line): \(problem.reason)"
    throw Failure(.environment, "\(printable(path)) is no log of parley run --log (\(found))")
  }

  /// The texts of scripts, which stand at the end of a log.
  private static func scripts(of log: [String]) throws(Failure) -> ScriptTexts {
    var texts: [String: [UInt8]] = [:]
    for path in log {
      var reader = LogReader(forSources: true)
      try read(path) { piece in
        reader.read(piece) { event in
          if case .source(let path, let text) = event.kind { texts[path] = text }
        }
      }
    }
    return ScriptTexts(ofLog: texts)
  }

  private static func read(
    _ path: String,
    _ take: (ArraySlice<UInt8>) -> Void
  ) throws(Failure) {
    do throws(FileSystem.Failure) {
      let file = try FileSystem.openForReading(path)
      let size = FileSystem.size(of: file.number)
      for start in stride(from: 0, to: size, by: LogFile.step) {
        let piece = FileSystem.contents(of: file.number, start..<min(size, start + LogFile.step))
        take(piece[...])
      }
    } catch {
      throw Failure(.environment, "cannot read the log \(printable(path)): \(error.reason)")
    }
  }
}

/// A run, told again by its events.
private struct Replay {
  private var reports: ReportStream
  private var running: [Int: ScenarioAssembly] = [:]
  private var hasBegun = false
  private var elapsed = Duration.zero
  private var lastTime = Duration.zero
  /// The status of the run, where it was not only that of its scenarios.
  private var signal: Int?
  private var unrun = Unrun()
  /// The status of the run whose log is read, once that tells of its end.
  private var status: Int?
  private var isCut = false

  init(_ reports: ReportStream) {
    self.reports = reports
  }

  /// Quotes these scripts from now on.
  mutating func use(_ scripts: ScriptTexts) {
    reports.scripts = scripts
  }

  mutating func take(_ event: Event) {
    if case .runStarted(let run) = event.kind { begin(run) }
    lastTime = max(lastTime, event.time)
    switch event.kind {
    case .runEnded(let status, let rest):
      self.status = status
      if status > 128 { signal = status }
      unrun += rest
    default:
      guard event.scenario != 0 else { return }
      running[event.scenario, default: ScenarioAssembly()].take(event)
      if running[event.scenario]?.isOver == true { finish(event.scenario) }
    }
  }

  /// Another log begins; what the one before has left open was cut off.
  private mutating func begin(_ run: RunDescription) {
    finishAll()
    if hasBegun { reports.goOn(with: run) } else { reports.begin(run) }
    hasBegun = true
  }

  /// A log was read to its end.
  ///
  /// - Returns: What the log lacks; `nil` where its run had come to its end, and tells why it went so.
  mutating func endLog() -> String? {
    defer { status = nil }
    guard let status else {
      isCut = true
      return "the run did not end; what it had yet to run is missing"
    }
    guard status == ExitCode.environment.rawValue, reports.tally.exitCode != .environment else {
      return nil
    }
    isCut = true
    return "the run could not write all of its log; scenarios may be missing"
  }

  /// Says that events are missing in the log that is read.
  mutating func missEvents() { isCut = true }

  private mutating func finish(_ number: Int) {
    let cut = Failure(.crash, "the log ends before the scenario does")
    guard let assembly = running.removeValue(forKey: number), assembly.refusal == nil,
      let record = assembly.record(keepsEvents: reports.wantsAllEvents, orFailedBy: cut)
    else { return }
    _ = reports.add(record)
  }

  private mutating func finishAll() {
    for number in running.keys.sorted() { finish(number) }
    elapsed += lastTime
    lastTime = .zero
  }

  mutating func finish() -> ExitCode {
    if !hasBegun { begin(RunDescription()) }
    finishAll()
    reports.end(elapsed: elapsed, unrun: unrun)
    if let signal { return ExitCode(rawValue: Int32(signal)) }
    let code = reports.tally.exitCode
    return isCut && [.success, .allSkipped, .nothingRan].contains(code) ? .failure : code
  }
}

extension ArraySlice<UInt8> {
  /// The bytes up to the first of a value, and with it; all where it is not there.
  fileprivate func through(_ value: UInt8) -> Self {
    firstIndex(of: value).map { self[...$0] } ?? self
  }
}
