internal import LocalSocketLua
internal import LocalSockets
internal import LuaBridge

/// A process under test: started, read, watched, signalled, and judged when it has ended.
final class SpawnedProcess {
  let name: String
  let pid: CInt
  /// The line of the script that has started it.
  let location: ScriptLocation?
  let family: ProcessFamily
  let streams: ProcessStreams
  private let loop: EventLoop
  private let journal: Journal
  /// Called once, when it has ended.
  private let ended: () -> Void

  /// What watches it; let go when there is nothing left to watch.
  private var started: StartedProcess?
  private var watch: EventLoop.Watch?
  private var stopTimer: EventLoop.Timer?
  private var waits: [ProcessWait] = []
  private var recentOutput = RecentOutput()
  private var recentErrors = RecentOutput()
  private var diagnostics = DiagnosticCapture()

  /// How it has ended; `nil` while it runs.
  private(set) var end: ProcessEnd?
  /// When it has ended.
  private(set) var endTime = Deadline.never
  /// How it may end.
  var expectation: EndExpectation
  /// What is wrong with its end has been reported.
  var isTold = false
  /// The paths to which it has been seen to be bound.
  private(set) var boundPaths: Set<String> = []
  /// What writes of the process to the log.
  struct Journal {
    let record: (Event.Kind) -> Void
    /// Takes the stream's name, what the process has written to it, and how many lines before that.
    let recordOutput: (String, [UInt8], Int) -> Void
  }

  /// Starts a command.
  ///
  /// - Parameters:
  ///   - name: What reports call the process.
  ///   - location: The line of the script that starts it.
  ///   - command: What is started, resolved.
  ///   - mark: The variable in the command's environment by which its descendants are known.
  ///   - streams: The ends that the process gets, and ours.
  ///   - stopRule: How it is stopped.
  ///   - allowsLeaks: Whether it may leave memory that was not freed.
  ///   - isAttended: Whether it needs a guard of its own to end with this process.
  ///   - loop: What serves it.
  ///   - adopt: Gives what the scenario has to the user whose identity the process gets.
  ///   - journal: Writes the log.
  ///   - ended: Called once, when it has ended.
  /// - Throws: ``ProcessCalls/StartFailure`` with the step that could not be done.
  init(
    name: String,
    at location: ScriptLocation?,
    command: ProcessCommand,
    mark: [UInt8],
    streams: consuming ProcessStreams.Ends,
    stopRule: EndExpectation.StopRule,
    allowsLeaks: Bool,
    isAttended: Bool,
    loop: EventLoop,
    ownedBy adopt: (ProcessCalls.Owner) throws(ProcessCalls.Failure) -> Void,
    journal: Journal,
    ended: @escaping () -> Void
  ) throws(ProcessCalls.StartFailure) {
    let started = try ProcessCalls.spawn(
      command,
      standard: streams.numbers,
      attended: isAttended,
      ownedBy: adopt
    )
    self.name = name
    self.location = location
    expectation = EndExpectation(
      stopRule,
      allowsLeaks: allowsLeaks,
      isShell: command.isShell
    )
    self.loop = loop
    self.journal = journal
    self.ended = ended
    pid = started.pid
    let adopter = started.guardian?.pid ?? ProcessCalls.ownNumber
    family = ProcessFamily(root: started.pid, mark: mark, adopter: adopter)
    self.started = consume started
    self.streams = streams.opened(name: name, loop: loop)
    journal.record(.spawned(pid: Int(pid), command: command.line))
    follow()
  }

  private func follow() {
    let journal = journal
    for stream in streams.readable {
      let isErrors = stream === streams.errors
      stream.arrived = { [unowned self] bytes in take(bytes, isErrors: isErrors) }
      stream.dropped = { [unowned stream] in
        journal.record(
          .note("\(stream.title): more is unread than is kept for the script, the oldest goes")
        )
      }
      stream.endReason = { [unowned self] in
        end.map { "«\(name)» \($0.phrase)" } ?? "«\(name)» closed it"
      }
    }
    guard let number = started?.descriptor.number else { return }
    watch = loop.watch(number, for: .readable) { [unowned self] _ in noticeEnd() }
  }

  deinit {
    stopTimer?.cancel()
    watch?.cancel()
  }

  /// Whether it was to be stopped, or to be ended by a signal.
  var wasStopped: Bool { expectation.wasStopped }

  /// Whether its guard has gone, which none of its descendants has outlived.
  var isForsaken: Bool { family.hasOwnAdopter && started == nil }

  /// What lives of its descendants, once it has ended.
  var survivors: [ProcessStatus] { isForsaken ? [] : family.survivors }

  /// How long it may take to stop.
  var stopTime: Duration { expectation.stopRule.timeout }

  // MARK: Output

  private func take(_ bytes: [UInt8], isErrors: Bool) {
    if !bytes.isEmpty {
      let linesBefore = isErrors ? recentErrors.lineCount : recentOutput.lineCount
      journal.recordOutput(isErrors ? "stderr" : "stdout", bytes, linesBefore)
      if isErrors { recentErrors.append(bytes) } else { recentOutput.append(bytes) }
      if isErrors || streams.isTerminal { diagnostics.append(bytes) }
    }
    wake()
  }

  /// Finds a text in what the process has written, from a position of the stream on.
  func find(_ text: [UInt8], inErrors: Bool, from position: Int) -> RecentOutput.Finding {
    (inErrors ? recentErrors : recentOutput).find(text, from: position)
  }

  /// The last lines that it has written: of its standard error, or else of its standard output.
  func lastLines(_ count: Int) -> [String] {
    let lines = recentErrors.lastLines(count)
    return lines.isEmpty ? recentOutput.lastLines(count) : lines
  }

  // MARK: Its end

  /// Takes note of its end, and then of that of all that it has left behind.
  private func noticeEnd() {
    if end == nil {
      guard let end = started?.end else { return }
      conclude(end)
    }
    guard started?.isForsaken == true else { return }
    watch?.cancel()
    started = nil
  }

  private func conclude(_ end: ProcessEnd) {
    // What it wrote last comes before its end.
    for stream in streams.readable { stream.drain() }
    self.end = end
    endTime = .now
    stopTimer?.cancel()
    switch end {
    case .exit(let status): journal.record(.exited(status: Int(status)))
    case .signal(let signal, let dumpedCore):
      journal.record(.signalled(signal.name, dumpedCore: dumpedCore))
    }
    ended()
    wake()
  }

  /// What is wrong with how it has ended, unless that was expected; `nil` also while it runs.
  func complaint() -> EndExpectation.Complaint? {
    guard let end, !isTold else { return nil }
    return expectation.complaint(about: end, reports: diagnostics.reports, lastLines: lastLines(5))
  }

  /// What a script can do about children that outlive it; `nil` where that is not known.
  var orphansRemedy: String? { expectation.orphansRemedy }

  /// Whether nothing more comes from it: it has ended, and nobody holds its output open.
  var isSilent: Bool { end != nil && streams.readable.allSatisfy(\.hasEnded) }

  /// Keeps to which paths it is bound, which nobody can tell when it has ended.
  func noteSockets() {
    boundPaths.formUnion(family.boundPaths)
  }

  /// Whether it has ended in a way that leaves no time to clear up: killed, or by a crash.
  var couldNotClearUp: Bool {
    guard let signal = end?.signal else { return false }
    return signal.isFinal || !expectation.sentSignals.contains(signal)
  }

  /// Whether it was looked at for its sockets when it got the signal that has ended it.
  var wasSeenBeforeEnd: Bool {
    guard let signal = end?.signal else { return false }
    return signal != .brokenPipe && expectation.sentSignals.contains(signal)
  }

  // MARK: Waits

  /// Wakes whoever waits for anything about the process to change.
  func wake() {
    let woken = waits.filter { !$0.isForEnd || end != nil }
    waits.removeAll { wait in woken.contains { $0 === wait } }
    for wait in woken { wait.complete(hasChanged: true) }
  }

  /// Waits until anything about the process has changed, or the time is up.
  ///
  /// - Parameters:
  ///   - milliseconds: The time; negative is for ever.
  ///   - subject: What is waited for, as reports say it.
  ///   - isForEnd: Whether only its end counts as a change.
  /// - Returns: The wait, which has begun.
  func wait(milliseconds: Double, subject: String, isForEnd: Bool = false) -> ProcessWait {
    let wait = ProcessWait(
      self,
      loop,
      milliseconds: milliseconds,
      subject: subject,
      isForEnd: isForEnd
    )
    waits.append(wait)
    return wait
  }

  func forget(_ wait: ProcessWait) {
    waits.removeAll { $0 === wait }
  }
}

// MARK: Stopping

extension SpawnedProcess {
  /// Sends a signal that the script asks for; an end by it is then no surprise.
  ///
  /// - Returns: Whether the process was there to get it.
  func send(_ signal: ProcessSignal) -> Bool {
    guard end == nil else { return false }
    noteSockets()
    expectation.sentSignals.insert(signal)
    return ProcessCalls.kill(pid, signal.number)
  }

  /// Takes an end by SIGPIPE for no surprise: the scenario closes what the process may be writing to.
  func expectLostReader() {
    if end == nil { expectation.sentSignals.insert(.brokenPipe) }
  }

  /// Stops it as declared: its signal, and SIGKILL to its group when the time is up.
  func requestStop() {
    guard end == nil, !expectation.isStopping else { return }
    expectation.isStopping = true
    _ = send(expectation.stopRule.signal)
    // A stopped process gets no signal before it goes on.
    if ProcessCalls.status(of: pid)?.state == "T" {
      ProcessCalls.kill(pid, ProcessSignal.resume.number)
    }
    stopTimer = loop.schedule(at: .after(expectation.stopRule.timeout)) { [unowned self] in
      expectation.ignoredStop = true
      noteSockets()
      kill()
    }
  }

  /// Kills its group.
  func kill() {
    guard end == nil else { return }
    expectation.sentSignals.insert(.kill)
    ProcessCalls.kill(-pid, ProcessSignal.kill.number)
    ProcessCalls.kill(pid, ProcessSignal.kill.number)
  }

  /// Leaves nothing of it, whatever the scenario has come to.
  func abandon() {
    kill()
    _ = family.clear()
    streams.close()
  }
}
