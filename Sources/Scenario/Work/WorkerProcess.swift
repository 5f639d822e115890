internal import LocalSockets

/// A worker in a process of its own, as the process that has started it sees it.
package final class WorkerProcess {
  /// Which of the run's workers it is, from 1.
  let number: Int
  let storage: LogStorage
  /// What ends everything that the worker has started, when it ends or when this process does.
  private let guarded: GuardedProcess
  private let socket: LocalSocket
  /// What it has been given to do; it is at the first.
  private(set) var jobs: [Assignment] = []
  /// Up to where its log has been read.
  private(set) var readOffset = 0
  /// Why its script had to stop, and did not.
  private(set) var lastWords: (reason: String, location: ScriptLocation?)?

  struct Assignment {
    let job: Job
    let start = Deadline.now
    /// What it calls the scenario, once that has begun.
    var title: String?
    /// Whether any code of the script has been run.
    var hasBegun = false
  }

  /// Called with what the worker says, and with nothing when it has died.
  var received: (WorkerProcess, WorkerMessage?) -> Void = { _, _ in }

  /// Starts the process.
  ///
  /// - Throws: ``Failure`` of the environment when that is not possible.
  init(
    _ number: Int,
    greeting: [UInt8],
    storage: LogStorage,
    loop: EventLoop
  ) throws(Failure) {
    self.number = number
    self.storage = storage
    socket = LocalSocket(loop: loop)
    do {
      let (ownEnd, otherEnd) = try FileSystem.socketPair()
      _ = socket.setSocketDescriptor(ownEnd)
      let theirs = OwnedDescriptor(adopting: otherEnd)
      let note = try ProcessCalls.makeNote()
      guarded = try Self.start([theirs.number] + storage.numbers, note: note.number)
    } catch let failure as ProcessCalls.StartFailure {
      throw Failure(.environment, "cannot start a worker: \(failure.reason)")
    } catch {
      throw Failure(.environment, "cannot start a worker: \(error)")
    }
    _ = socket.write(greeting)
    socket.readyRead.connect { [unowned self] in readMessages() }
    socket.disconnected.connect { [unowned self] in
      readMessages()
      received(self, nil)
    }
  }

  /// Starts this program again, as a worker that gets descriptors.
  ///
  /// - Parameters:
  ///   - descriptors: Their numbers; -1 stands for none.
  ///   - note: That of the note for its guard, which it gets last.
  /// - Returns: The worker, under its guard.
  /// - Throws: `StartFailure` when it cannot be started.
  private static func start(
    _ descriptors: [CInt],
    note: CInt
  ) throws(ProcessCalls.StartFailure) -> GuardedProcess {
    let descriptors = descriptors + [note]
    let passed = descriptors.filter { $0 >= 0 }
    var next: CInt = 2
    let numbers = descriptors.map { number in
      if number >= 0 { next += 1 }
      return number < 0 ? "-1" : "\(next)"
    }
    let words = ["parley", FileSystem.workerArgument] + numbers
    let command = ProcessCommand(
      path: Array("/proc/self/exe".utf8),
      arguments: words.map { Array($0.utf8) },
      environment: environment
    )
    // A worker is in the terminal's background: reading from it would stop it for good.
    let input = try ProcessCalls.openEmptyInput()
    return try ProcessCalls.spawnGuarded(
      command,
      standard: [input.number, 1, 2],
      passed: passed,
      note: note
    )
  }

  /// This process's variables, without those that tell of descriptors which it alone has
  /// (`sd_listen_fds(3)`).
  private static var environment: [[UInt8]] {
    ProcessCalls.environment.filter { variable in
      !["LISTEN_FDS=", "LISTEN_FDNAMES=", "LISTEN_PID="].contains { variable.starts(with: $0.utf8) }
    }
  }

  /// Gives the worker something more to do.
  func assign(_ job: Job) {
    jobs.append(Assignment(job: job))
    _ = socket.write(job.line)
  }

  private func readMessages() {
    while socket.canReadLine, let line = socket.readLine() {
      guard let message = WorkerMessage(line: line.dropLast()) else { continue }
      switch message {
      case .started(let title, _):
        if !jobs.isEmpty {
          jobs[0].title = title
          jobs[0].hasBegun = true
        }
        received(self, message)
      case .looking: if !jobs.isEmpty { jobs[0].hasBegun = true }
      case .secret: received(self, message)
      case .stuck(let reason, let location): lastWords = (reason, location)
      case .done(let part):
        readOffset = part.range.upperBound
        received(self, message)
      }
    }
  }

  /// Takes off the job that the worker is at.
  func finishJob() -> Job? {
    jobs.isEmpty ? nil : jobs.removeFirst().job
  }

  /// Asks what runs to stop; a second time it ends at once.
  func interrupt() {
    FileSystem.terminate(guarded.pid)
  }

  /// Has the worker say who waits for what in the scenario that it runs.
  func askForWaits() {
    FileSystem.askForWaits(guarded.pid)
  }

  /// Lets the worker end when it has nothing more to do.
  func dismiss() {
    socket.disconnectFromServer()
  }

  /// Waits for the process's end.
  ///
  /// - Returns: How it ended, as a clause.
  func reap() -> String {
    FileSystem.awaitEnd(of: guarded.guardNumber)
  }
}
