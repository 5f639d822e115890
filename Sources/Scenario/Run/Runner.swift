internal import LocalSocketLua
internal import LocalSockets

/// Runs the scenarios of scripts, and has reports written of how they went.
///
/// It decides what is run and when; workers run it, in processes of their own or in this one, and
/// everything that it learns of a scenario it learns from the worker's log.
package final class Runner {
  let configuration: RunConfiguration
  /// What this process itself records: the run, and the scenarios whose process has died.
  let log: EventLog
  let start: Deadline
  var queue: JobQueue
  var reports: ReportStream
  /// The scripts that have failed so far; `nil` where no log is kept.
  let failedSources: FailedSources?
  /// Whether a line was selected at which there is nothing to run.
  private var hasRefused = false
  /// Whether it was said that the log cannot be written.
  private var hasLogProblem = false
  private let outputs: ReportOutputs

  /// Prepares a run.
  ///
  /// - Parameters:
  ///   - configuration: What the command line says.
  ///   - failedScenarios: What has failed before, if it is kept from run to run.
  ///   - observers: Reports besides those that the configuration names.
  /// - Throws: ``Failure`` of the environment when the log or a report cannot be written.
  package init(
    _ configuration: RunConfiguration,
    keeping failedScenarios: FailedScenarios? = nil,
    observers: [any Reporter] = []
  ) throws(Failure) {
    self.configuration = configuration
    start = .now
    queue = JobQueue(configuration)
    log = EventLog(to: try Self.storage(of: configuration), since: start)
    failedSources = configuration.logPath.map { [start] in FailedSources(beside: $0, since: start) }
    outputs = try ReportOutputs(configuration)
    reports = ReportStream(outputs.reporters + observers, keeping: failedScenarios)
    for value in configuration.common.secretValues { reports.scripts.hide(value) }
  }

  private static func storage(of configuration: RunConfiguration) throws(Failure) -> LogStorage {
    if let path = configuration.logPath { try LogStorage.clear(beside: path) }
    do throws(FileSystem.Failure) {
      guard let path = configuration.logPath else { return try LogStorage() }
      return try LogStorage(path: path, payloads: "\(path).payloads")
    } catch {
      let path = configuration.logPath ?? "in memory"
      throw Failure(.environment, "cannot write the log \(printable(path)): \(error.reason)")
    }
  }

  /// Runs what is selected.
  ///
  /// - Returns: The status with which the command ends.
  package func run(_ selection: ScriptSelection) -> ExitCode {
    let run = description
    log.append(.runStarted(run))
    reports.begin(run)
    queue.fill(selection)
    if configuration.usesProcesses {
      runInProcesses()
    } else {
      do throws(FileSystem.Failure) { try runHere() } catch { complainOfLog(error.reason) }
    }
    log.begin(scenario: 0)
    recordScripts()
    log.append(.runEnded(status: Int(exitCode.rawValue), unrun: queue.unrun))
    if reports.tally.count == 0, !hasRefused, queue.unrun.isEmpty { complainOfNothing() }
    // What was refused has been said; that nothing ran besides goes without saying.
    if !(hasRefused && reports.tally.count == 0) {
      reports.end(elapsed: log.lastTime, unrun: queue.unrun)
    }
    log.close()
    if log.problem == nil { failedSources?.remove() }
    removeEmptyPayloads()
    if let problem = log.problem { complainOfLog(problem) }
    for problem in outputs.problems { configuration.complain(problem) }
    return exitCode
  }

  private func complainOfNothing() {
    let filter = configuration.common.filter
    if filter.keys?.isEmpty == true {
      configuration.complain("nothing has failed when it was last run")
    } else if !filter.words.isEmpty {
      configuration.complain("no scenario is selected by \(filter.words.joined(separator: " "))")
    }
  }

  /// Removes the file for long payloads where there were none.
  private func removeEmptyPayloads() {
    guard let path = configuration.logPath.map({ "\($0).payloads" }) else { return }
    if let file = try? FileSystem.openForReading(path), FileSystem.size(of: file.number) == 0 {
      FileSystem.remove(path)
    }
  }

  private var elapsed: Duration { .nanoseconds(Deadline.now.nanoseconds - start.nanoseconds) }

  private var description: RunDescription {
    var run = RunDescription()
    run.parley = parleyVersion
    run.date = FileSystem.date
    run.kernel = FileSystem.kernel
    run.directory = FileSystem.workingDirectory
    run.arguments = configuration.commandLine
    run.paths = configuration.paths
    run.options = configuration.common.options
    run.filters = configuration.common.filter.options.flatMap(\.self)
    run.scriptArguments = configuration.common.arguments
    run.seed = configuration.common.seed
    run.workers = configuration.usesProcesses ? configuration.workers : 1
    run.retries = configuration.retries
    run.shard = configuration.common.filter.shard?.description ?? ""
    return run
  }

  private var exitCode: ExitCode {
    if let signal = Interruption.signal { return .signal(signal) }
    let code = reports.tally.exitCode
    let hasUnwritten = hasLogProblem || !outputs.problems.isEmpty
    if hasUnwritten, ![.internalError, .unloadable].contains(code) { return .environment }
    return hasRefused && [.success, .allSkipped].contains(code) ? .nothingRan : code
  }

  /// Runs everything in this process.
  private func runHere() throws(FileSystem.Failure) {
    let storage = try storage(ofWorker: 1)
    let workerLog = EventLog(to: storage, since: start)
    defer {
      workerLog.close()
      adoptLog(ofWorker: 1)
    }
    let worker = Worker(
      configuration.common,
      configuration.extensions,
      log: workerLog,
      pause: configuration.pause
    ) {
      [unowned self] message in
      switch message {
      case .started(_, let rest): queue.found(rest)
      case .looking, .stuck: break
      case .secret(let value): hide(value)
      case .done(let part):
        guard let job = queue.current else { return }
        finish(job, part, of: storage)
      }
    }
    repeat {
      while mayStart, let job = queue.next() { worker.perform(job) }
    } while queue.endLooking()
  }

  /// Whether something may be started: nobody has asked to stop, and not too much has failed.
  var mayStart: Bool {
    if Interruption.isRequested { return false }
    guard let limit = configuration.failureLimit else { return true }
    return reports.tally.failures.count < limit
  }

  /// How far the run is, on one line of the terminal.
  func liveLine(slowest: (title: String, elapsed: Duration)?) -> String {
    let tally = reports.tally
    let seconds = max(0.001, Double(elapsed.nanoseconds) / 1e9)
    var parts = ["\(tally.count) done", "\(Int(Double(tally.count) / seconds))/s"]
    if !tally.failures.isEmpty { parts.insert("\(tally.failures.count) failed", at: 1) }
    if let slowest {
      parts.append("\(DurationText.roughSeconds(slowest.elapsed)) s: \(slowest.title)")
    }
    return TerminalText.cut(parts.joined(separator: "  "), to: configuration.format.columns - 1)
  }

  // MARK: Results

  /// Takes from a worker's log what a job has come to.
  func finish(_ job: Job, _ part: LogPart, of storage: LogStorage) {
    let descriptor = part.isSpare ? storage.spare.number : storage.file.number
    let assembly = assembly(part, of: descriptor)
    if let problem = part.problem { complainOfLog(problem) }
    keep(part.files)
    take(assembly, of: job, orFailedBy: Failure(.internalError, "a worker has lost its log"))
    if part.isSpare || storage.isBounded { FileSystem.forget(part.range, of: descriptor) }
  }

  /// Takes what is known of a scenario.
  func take(_ assembly: ScenarioAssembly, of job: Job, orFailedBy failure: Failure) {
    if let refusal = assembly.refusal { return refuse(refusal, in: job.file) }
    queue.declared(assembly.events)
    let record = assembly.record(keepsEvents: reports.wantsAllEvents, orFailedBy: failure)
    guard var record else { return }
    if configuration.common.keepsDirectories { record.result.directory = assembly.privateDirectory }
    if reports.add(record), mayStart { queue.retry(record.result, of: job) }
    recordFailed(record.result)
  }

  /// Reads a scenario's events, all of them only where they are wanted.
  private func assembly(_ part: LogPart, of descriptor: CInt) -> ScenarioAssembly {
    var assembly = ScenarioAssembly()
    let first = LogReader.event(in: descriptor, part.start..<part.range.upperBound)
    let last = LogReader.event(in: descriptor, part.last..<part.range.upperBound)
    if case .scenarioEnded(let end)? = last?.kind, end.outcome.failureCode == nil,
      !reports.wantsAllEvents, !configuration.common.keepsDirectories, let first, let last
    {
      assembly.take(first)
      assembly.take(last)
    } else if let last, part.range.contains(part.last) {
      // Read by itself, as it can be longer than all that is read of a long part.
      let others = part.range.lowerBound..<part.last
      for event in LogReader.events(in: descriptor, others) { assembly.take(event) }
      assembly.take(last)
    } else {
      for event in LogReader.events(in: descriptor, part.range) { assembly.take(event) }
    }
    return assembly
  }

  /// Says why a line of a script selects nothing.
  private func refuse(_ reason: String, in file: String) {
    configuration.complain("\(printable(file)): \(reason), so nothing in it ran")
    hasRefused = true
  }

  /// Says once why the log is not whole.
  private func complainOfLog(_ problem: String) {
    guard !hasLogProblem else { return }
    hasLogProblem = true
    let path = configuration.logPath ?? "in memory"
    configuration.complain("cannot write the log \(printable(path)): \(problem)")
  }
}
