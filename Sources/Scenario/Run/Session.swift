package import LocalSocketLua
internal import LocalSockets
package import LuaBridge

/// One Lua state in which one scenario runs, with its event loop, its log and its actors.
///
/// A file's top-level code runs in it first. Then either that was the scenario, or it has declared
/// blocks, of which one runs.
package final class Session {
  /// Names of the prelude's chunks begin so; its frames are not where something happened.
  package static let preludePrefix = "=[parley]"
  /// The prelude's chunk into which a script calls from its codecs alone.
  static let readerChunk = "=[parley]/reader"

  let script: Script
  package let runtime: LuaRuntime
  package let library: LocalSocketLibrary
  package let log: EventLog
  let configuration: CommonConfiguration
  /// The language that the script is written in.
  package let language: PreludeCode
  /// The one block that the state is made for; `nil` when it is made to find out what there is.
  let wantedBlock: String?

  /// What whoever runs the session adds to it.
  let additions: Additions
  /// Takes failures that end no scenario; what it does not take does.
  var absorb: ((Failure) -> Bool)?

  /// Whose name and options the scenario has, until it is a block's turn.
  var name: String
  var options: ScenarioOptions
  /// The blocks that the top-level code has declared.
  var blocks: [ScenarioBlock] = []
  var blockNames: Set<String> = []
  var phase = Phase.topLevel
  /// Whether the top-level code names what declares blocks.
  var mayDeclareBlocks = false
  /// The globals that files besides the script assign.
  var assignedElsewhere: Set<String> = []
  /// Whether the scenarios are blocks, and the top-level code has come to its end.
  var hasBlocks: Bool { !blocks.isEmpty && outcome == nil }

  /// How the scenario ends, once it has failed or skipped itself; the first failure stays.
  var outcome: RunOutcome? {
    didSet { isOver = outcome != nil }
  }
  private var isOver = false
  /// What was raised as that failure, until all remarks on it are known.
  var failedValue: LuaReference?
  /// The requests to tell who waits for what that were met.
  var shownWaits = Interruption.waitRequests
  var assertionCount = 0
  /// Whether the script has asked for the run's seed.
  var hasTakenSeed = false
  var cast = Cast()
  var barriers: [String: Barrier] = [:]
  var readingOn = ReadingOn()
  /// What soft checks have found.
  var softFailures: [Failure] = []
  /// What the checks at the end have found.
  var leftovers: [Leftover] = []
  /// The conversations from which something may not have left.
  var senders: [Sender] = []
  /// Where the script has opened conversations and listeners.
  var origins: [Origin: ScriptLocation] = [:]
  /// The line of a talk block at which a conversation is, by the conversation's name.
  var talkLines: [String: Int] = [:]
  /// What `t:spawn` has started, oldest first.
  var processes: [SpawnedProcess] = []
  /// The conversations whose bytes the log has as output of processes.
  var outputLanes: Set<String> = []
  /// The variables that the line of the last error names, with their values.
  var lastValues: (location: ScriptLocation, values: [String])?
  /// What the host keeps of the prelude.
  var prelude: PreludeReferences?
  /// Whether the functions for the end run.
  var isRunningDeferred = false
  var pausing: Pausing
  private var directory: PrivateDirectory?
  var deadlineTimer: EventLoop.Timer?
  /// Ends what waits in a clean-up for too long.
  var cleanupTimer: EventLoop.Timer?

  /// What whoever runs a session adds to it.
  struct Additions {
    /// More natives for the prelude.
    var natives: [LuaFunction] = []
    /// Whether a block plays many cases in the one state.
    var playsCases = false
    /// What says which private directory goes with the process.
    var note: GuardNote?
    /// Whether the process is the scenario's alone, and with it all children that it has.
    var ownsProcess: Bool { note != nil }
    /// Called when the scenario's processes have gone, before the state does, with the time that what
    /// the script has started besides has to end by itself.
    var closing: ((Duration) -> Void)?
  }

  /// How far the scenario is.
  enum Phase {
    case topLevel
    case block
    /// The main part is over, and connections are being closed.
    case ending
  }

  /// Who acts in the scenario besides its main task, and what is left to do at the end.
  struct Cast {
    /// The tasks that the scenario is made of.
    var actors: [LuaTask] = []
    /// Tasks that answer connections; the scenario's end is their end too.
    var servants: [LuaTask] = []
    /// The rows of `t:each` at which actors are.
    var rows: [ObjectIdentifier: String] = [:]
    /// Functions for the end, the last one first.
    var deferred: [LuaReference] = []
  }

  /// What the host keeps of the prelude.
  struct PreludeReferences {
    /// The table of natives, and the options in it.
    let host: LuaReference
    let options: LuaReference
    /// The function that says what is waited for on a socket or a server.
    let describeWait: LuaReference
    /// The function that shows any value as text.
    let describeValue: LuaReference
    /// The function that gives the remarks on an error.
    let remarksOn: LuaReference
    /// The function that gives the variables that a failing line names.
    let valuesAt: LuaReference
    /// The function that closes what the scenario has opened, but for what `serve` answers.
    let closeAll: LuaReference
    /// The function that closes all that is still open.
    let closeRest: LuaReference
  }

  /// Makes the state, with everything that a script can name.
  ///
  /// - Throws: ``Failure`` when the machine or the script's header does not allow it.
  init(
    _ script: Script,
    configuration: CommonConfiguration,
    language: PreludeCode,
    log: EventLog,
    only wantedBlock: String? = nil,
    with additions: Additions = Additions(),
    pause: ((PausedScenario) -> Void)? = nil
  ) throws(Failure) {
    guard let runtime = LuaRuntime(memoryLimit: configuration.memoryLimit) else {
      throw Failure(.memory, "\(configuration.shownMemoryLimit) of --memory is too little for Lua")
    }
    self.script = script
    self.runtime = runtime
    self.log = log
    self.language = language
    self.wantedBlock = wantedBlock
    self.additions = additions
    self.configuration = configuration
    pausing = Pausing(show: pause)
    name = script.path
    options = configuration.adapted(script.options)
    do {
      library = try LocalSocketLibrary(runtime: runtime)
    } catch {
      runtime.close()
      throw Failure(.environment, "cannot make an event loop: \(error)")
    }
    try prepare()
  }

  private func prepare() throws(Failure) {
    let scheduler = runtime.scheduler
    scheduler.hiddenChunkPrefix = Self.preludePrefix
    scheduler.failed = { [unowned self] task, failure in taskFailed(task, failure) }
    scheduler.failing = { [unowned self] task, failure in
      if outcome == nil { lastValues = values(on: task.thread) }
      pause(task, failure)
    }
    scheduler.closingFailed = { [unowned self] task, message in noteClosing(of: task, message) }
    library.stuck = { [unowned self] in
      if outcome != nil { return cancelAll() }
      // What the script has started by itself may speak to it yet.
      if !mayHaveChildren || !ProcessCalls.hasChildrenInGroup { failAsDeadlock() }
    }
    runtime.becomeInterruptible()
    setLastResort()
    do {
      // Nothing of what is made here can be let go.
      runtime.collectsGarbage = false
      try Host(self).install()
      runtime.collectsGarbage = true
    } catch {
      close()
      throw error
    }
  }

  /// Whether a child of this process may be one that the script has started by itself.
  private var mayHaveChildren: Bool { additions.ownsProcess || runtime.hasPipes }

  /// The scenario's private directory, made when it is first asked for.
  ///
  /// ``knownDirectory`` is `nil` until then.
  func privateDirectory() throws(Failure) -> String {
    if let directory { return directory.path }
    let made = try PrivateDirectory(noting: configuration.keepsDirectories ? nil : additions.note)
    directory = made
    log.append(.directory(path: made.path))
    setLastResort()
    return made.path
  }

  var knownDirectory: String? { directory?.path }

  /// Says how the process ends if the script cannot be stopped: in a long call into C, or in
  /// clean-up code that no interruption reaches.
  func setLastResort() {
    let title = ScenarioResult.title(file: script.path, name: name)
    LuaRuntime.setLastResort(
      subject: "parley: \(title): the script",
      removing: directory?.path
    )
  }

  /// Ends the state, and removes what the scenario left.
  package func close() {
    library.stuck = nil
    runtime.scheduler.failed = { _, _ in }
    runtime.scheduler.failing = nil
    runtime.scheduler.closingFailed = nil
    deadlineTimer?.cancel()
    cast = Cast()
    blocks = []
    prelude = nil
    pausing.failed = nil
    for process in processes { process.abandon() }
    endScriptProcesses()
    startCleanupClock()
    runtime.close()
    cleanupTimer?.cancel()
    processes = []
    if !configuration.keepsDirectories { directory?.remove() }
    LuaRuntime.setLastResort(subject: "", removing: nil)
  }
}

// MARK: Running

extension Session {
  /// Runs the script's top-level code, whose function is on the main stack's top.
  func start() {
    startDeadline()
    runMain()
  }

  /// Runs the function on the main stack's top as the scenario's main task, until it has ended or
  /// the scenario has.
  func runMain(argumentCount: Int32 = 0) {
    guard let task = runtime.scheduler.spawn(from: runtime.main, argumentCount: argumentCount)
    else { return fail(Failure(.memory, "there is no memory for a task")) }
    task.name = "main"
    task.isShared = true
    turn { task.hasEnded }
  }

  /// Turns the loop until a condition holds, or the scenario has failed or skipped itself.
  func turn(until isDone: () -> Bool) {
    while !isOver && !isDone() {
      do {
        try library.turn()
      } catch {
        fail(Failure(.internalError, "\(error)"))
      }
      if library.isOutOfMemory { failWaiting(.memory, configuration.outOfMemory) }
      if shownWaits != Interruption.waitRequests { showWaits() }
      if Interruption.isRequested, !isOver, let message = runtime.scheduler.interruption {
        failWaiting(.interrupted, message)
      }
    }
    addRemarks()
  }

  /// Starts the clock of the whole scenario.
  func startDeadline() {
    let time = DurationText.roughSeconds(options.timeout)
    endAll(.timeout, "the scenario's time-out of \(time) s is over", after: options.timeout)
  }

  /// Fails when so much time has passed, whether the script runs then or waits.
  func endAll(_ kind: Failure.Kind, _ message: String, after time: Duration) {
    runtime.interrupt(afterMilliseconds: max(1, Int(time.milliseconds)), message: message)
    deadlineTimer?.cancel()
    deadlineTimer = library.loop.schedule(at: .after(time)) { [unowned self] in
      failWaiting(kind, message)
    }
  }
}
