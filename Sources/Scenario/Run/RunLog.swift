internal import LocalSockets

/// The logs of one or more runs, from which their report can be written again.
package struct RunLog {
  private let paths: [String]

  /// Names the logs.
  ///
  /// Those of workers that were killed, beside a log, belong to it.
  ///
  /// - Throws: ``Failure`` of the environment for a log that cannot be read.
  package init(_ paths: [String]) throws(Failure) {
    var all: [String] = []
    for path in paths {
      do throws(FileSystem.Failure) {
        try FileSystem.checkReadable(path)
      } catch {
        throw Failure(.environment, "cannot read the log \(printable(path)): \(error.reason)")
      }
      all.append(path)
      var number = 1
      while (try? FileSystem.checkReadable("\(path).\(number)")) != nil {
        all.append("\(path).\(number)")
        number += 1
      }
    }
    self.paths = all
  }

  /// Writes reports.
  ///
  /// - Parameters:
  ///   - reporters: The reports.
  ///   - complain: Called with a sentence for each line that is no event.
  /// - Returns: The status with which a run ends that goes so.
  /// - Throws: ``Failure`` of the environment for a log that cannot be read.
  package func report(
    to reporters: [any Reporter],
    complain: (String) -> Void
  ) throws(Failure) -> ExitCode {
    var replay = Replay(ReportStream(reporters))
    for path in paths {
      var reader = LogReader()
      try Self.read(path) { piece in reader.read(piece) { replay.take($0) } }
      reader.finish()
      for problem in reader.problems {
        complain("\(printable(path)):\(problem.line): \(problem.reason)")
      }
    }
    return replay.finish()
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

  init(_ reports: ReportStream) {
    self.reports = reports
  }

  mutating func take(_ event: Event) {
    if case .runStarted(let run) = event.kind { begin(run) }
    lastTime = max(lastTime, event.time)
    switch event.kind {
    case .runEnded(let status, let rest):
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
    if !hasBegun { reports.begin(run) }
    hasBegun = true
  }

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
    return signal.map { ExitCode(rawValue: Int32($0)) } ?? reports.tally.exitCode
  }
}
