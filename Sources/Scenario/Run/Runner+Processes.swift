internal import LocalSocketLua
internal import LocalSockets

// Running scenarios in processes of their own.

extension Runner {
  /// Runs everything in worker processes, as many at once as the configuration says.
  func runInProcesses() {
    do {
      let crew = try Crew(self)
      try crew.work()
    } catch {
      configuration.complain("\(error)")
    }
  }
}

/// The worker processes of a run.
private final class Crew {
  private let runner: Runner
  private let loop: EventLoop
  private var workers: [WorkerProcess] = []
  private var nextNumber = 1
  private var hasForwarded = 0
  private var hasShownWaits = 0
  private var liveTimer: EventLoop.Timer?
  private var keyTimer: EventLoop.Timer?

  init(_ runner: Runner) throws(SystemError) {
    self.runner = runner
    loop = try EventLoop()
  }

  private var configuration: RunConfiguration { runner.configuration }

  /// Hands out jobs until there are none, and waits for what is under way.
  func work() throws {
    Interruption.watch(loop, forwards: true)
    defer { Interruption.watch(nil) }
    if configuration.hasLiveLine {
      liveTimer = loop.schedule(every: .milliseconds(200)) { [unowned self] in showLiveLine() }
    }
    if let pressedKeys = configuration.pressedKeys {
      keyTimer = loop.schedule(every: .milliseconds(100)) { Self.obey(pressedKeys()) }
    }
    defer {
      liveTimer?.cancel()
      keyTimer?.cancel()
    }
    handOut()
    while workers.contains(where: { !$0.jobs.isEmpty }) {
      try loop.turn(until: .never)
      forwardInterruption()
      showWaits()
      if workers.allSatisfy({ $0.jobs.isEmpty }), runner.queue.endLooking() { handOut() }
    }
    for worker in workers { end(worker) }
    for number in 1..<nextNumber { runner.adoptLog(ofWorker: number) }
  }

  // MARK: Work

  /// Gives each worker something to do, and starts workers while there is more.
  ///
  /// A worker that has begun gets the next job already, so that it need not wait for it; but not
  /// where a failure is to be the last thing that happens.
  private func handOut() {
    for worker in workers where worker.jobs.isEmpty { give(worker) }
    while workers.count < configuration.workers, !runner.queue.isEmpty, runner.mayStart {
      guard let worker = start() else { return }
      give(worker)
    }
    guard configuration.failureLimit == nil else { return }
    for worker in workers where worker.jobs.count == 1 && worker.jobs[0].title != nil {
      give(worker)
    }
  }

  private func give(_ worker: WorkerProcess) {
    guard runner.mayStart, let job = runner.queue.next() else { return }
    worker.assign(job)
  }

  private func start() -> WorkerProcess? {
    let number = nextNumber
    nextNumber += 1
    do {
      let storage = try runner.storage(ofWorker: number)
      let worker = try WorkerProcess(
        number,
        greeting: configuration.common.greeting(
          start: runner.start,
          isBounded: storage.isBounded
        ),
        storage: storage,
        loop: loop
      )
      worker.received = { [unowned self] worker, message in received(message, from: worker) }
      workers.append(worker)
      return worker
    } catch {
      configuration.complain("\(error)")
      return nil
    }
  }

  private func received(_ message: WorkerMessage?, from worker: WorkerProcess) {
    switch message {
    case .looking, .stuck: return
    case .secret(let value): return runner.hide(value)
    case .started(_, let rest): runner.queue.found(rest, of: worker.jobs.first?.job)
    case .done(let part):
      if let job = worker.finishJob() { runner.finish(job, part, of: worker.storage) }
    case nil: died(worker)
    }
    handOut()
  }

  // MARK: Ends

  /// Reports the scenario in which a worker has died, and puts back what it had yet to begin.
  private func died(_ worker: WorkerProcess) {
    workers.removeAll { $0 === worker }
    let ending = worker.reap()
    let start = worker.jobs.first?.start ?? .now
    let elapsed = Duration.nanoseconds(Deadline.now.nanoseconds - start.nanoseconds)
    let wasBusy = worker.jobs.first?.hasBegun == true || !Interruption.isRequested
    let job = wasBusy ? worker.finishJob() : nil
    while let waiting = worker.finishJob() { runner.queue.putBack(waiting) }
    guard let job else { return }
    runner.crashed(job, in: worker, ending, after: elapsed)
  }

  /// Lets an idle worker end.
  private func end(_ worker: WorkerProcess) {
    worker.received = { _, _ in }
    worker.dismiss()
    _ = worker.reap()
  }

  // MARK: What the user sees

  /// The jobs that are under way, the one first that takes longest.
  private var underWay: [(title: String, elapsed: Duration)] {
    workers.compactMap { worker in
      guard let assignment = worker.jobs.first else { return nil }
      let elapsed = Deadline.now.nanoseconds - assignment.start.nanoseconds
      return (assignment.title ?? printable(assignment.job.file), .nanoseconds(elapsed))
    }
    .sorted { $0.elapsed > $1.elapsed }
  }

  /// Does what the keys stand for: `t` tells who waits for what.
  private static func obey(_ keys: [UInt8]) {
    if keys.contains(UInt8(ascii: "t")) { Interruption.askForWaits() }
  }

  private func showLiveLine() {
    configuration.showLive(runner.liveLine(slowest: underWay.first))
  }

  /// Tells what runs, and has each worker tell who waits for what.
  private func showWaits() {
    guard hasShownWaits < Interruption.waitRequests else { return }
    hasShownWaits = Interruption.waitRequests
    for (title, elapsed) in underWay {
      configuration.complain("running for \(DurationText.roughSeconds(elapsed)) s: \(title)")
    }
    for worker in workers { worker.askForWaits() }
  }

  /// Passes on that the user wants to stop, once for each time.
  private func forwardInterruption() {
    while hasForwarded < Interruption.count {
      hasForwarded += 1
      for worker in workers { worker.interrupt() }
    }
  }
}

extension Runner {
  /// Records a scenario whose process has died.
  fileprivate func crashed(
    _ job: Job,
    in worker: WorkerProcess,
    _ ending: String,
    after elapsed: Duration
  ) {
    let descriptor = worker.storage.file.number
    let size = FileSystem.size(of: descriptor)
    var assembly = ScenarioAssembly()
    for event in LogReader.events(in: descriptor, worker.readOffset..<max(worker.readOffset, size))
    where event.scenario == job.number {
      assembly.take(event)
    }
    keep([job.file] + assembly.events.compactMap(\.location?.file))
    // It goes on where the process has stopped.
    let log = EventLog(to: worker.storage, since: start)
    log.begin(scenario: job.number)
    log.observer = { assembly.take($0) }
    if assembly.events.isEmpty {
      log.append(.scenarioStarted(ScenarioDescription(file: job.file)))
    }
    let known = Self.failure(ending, worker.lastWords)
    let failure = assembly.located(known)
    let outcome = RunOutcome.failed(failure).turned(by: assembly.todo)
    let secrets = reports.scripts.secrets
    if outcome.failureCode != nil,
      let command = configuration.common.command(for: job.file, hiding: secrets)
    {
      log.append(command)
    }
    if let location = known.location { log.append(.failed, at: location) }
    let end = ScenarioEnd(
      outcome: outcome,
      duration: elapsed,
      eventCount: assembly.events.count
    )
    log.append(.scenarioEnded(end))
    log.close()
    take(assembly, of: job, orFailedBy: failure)
  }

  private static func failure(
    _ ending: String,
    _ lastWords: (reason: String, location: ScriptLocation?)?
  ) -> Failure {
    if let (reason, location) = lastWords {
      return Failure(Interruption.isRequested ? .interrupted : .timeout, reason, at: location)
    }
    if Interruption.isRequested {
      return Failure(.interrupted, "the run was interrupted, and the script did not stop")
    }
    return Failure(.crash, "the scenario's process \(ending)")
  }
}
