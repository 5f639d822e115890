package import LocalSockets
package import LuaBridge

/// The `localsocket` module of one Lua universe: its event loop, and what its classes share.
@safe package final class LocalSocketLibrary {
  package let loop: EventLoop
  /// The runtime, which keeps the library alive and goes with it.
  package var runtime: LuaRuntime { unsafe unretainedRuntime.nonatomicallyRetained() }
  private let scheduler: LuaScheduler

  /// Called when every task waits only for the others and no timer is pending: nothing can happen
  /// any more.
  package var stuck: (() -> Void)? {
    didSet { loop.starved = stuck }
  }

  // SAFETY: the runtime holds the library, and everything else that does is held by its state.
  private let unretainedRuntime: Unmanaged<LuaRuntime>

  let alarms: Alarms
  var idleWaits = IdleWaits()
  /// How many timers of scripts are pending.
  var timerCount = 0
  /// How many servers listen.
  var listeningCount = 0
  /// How many sockets are connecting, connected or closing.
  var activeSocketCount = 0

  /// How many sockets Lua has.
  var socketCount = 0
  /// What sockets held when it was last counted, in bytes.
  private var countedBytes = 0
  /// Whether they and Lua held more than the state may, then.
  package private(set) var isOutOfMemory = false

  /// How many processes of the host's run, any of which may end any wait.
  package var processCount = 0

  /// Sockets that have become inactive, of which all signals are sent when the turn is over.
  // SAFETY: each takes itself out before it goes.
  private var unsettled: [Unmanaged<SocketObject>] = unsafe []

  /// The calls of `run` under way, the innermost last.
  var runs: [RunOperation] = []
  /// The pauses under way that end with the turn.
  var steps: [any LuaOperation] = []

  /// Makes the module's table and leaves it on the runtime's main stack.
  ///
  /// - Throws: ``SystemError`` when the kernel has no event queue for us.
  package init(runtime: LuaRuntime) throws(SystemError) {
    unsafe unretainedRuntime = .passUnretained(runtime)
    scheduler = runtime.scheduler
    loop = try EventLoop()
    alarms = Alarms(loop)
    // SAFETY: as `unowned`, without a locked instruction for each sleep.
    let library = unsafe Unmanaged.passUnretained(self)
    loop.isStarving = { unsafe library._withUnsafeGuaranteedRef { $0.isStarving } }
    // The scheduler keeps the library alive as long as the runtime lives.
    runtime.scheduler.turn = { () throws(LuaError) in try self.turn() }
    registerClasses()
    pushModule()
  }

  deinit {
    // Sockets that still have bytes to send keep the loop, and the loop keeps them. The objects that
    // tell Lua of them have gone before.
    loop.releaseRetained()
  }

  private func registerClasses() {
    runtime.register(SocketObject.luaClass)
    runtime.register(ServerObject.luaClass)
    runtime.register(PassedDescriptor.luaClass)
    runtime.register(HandlerConnection.luaClass)
    runtime.register(LuaTask.luaClass(library: self))
    runtime.register(ScriptTimer.luaClass)
  }

  private func pushModule() {
    let functions = socketFunctions + serverFunctions + loopFunctions + taskFunctions
    runtime.main.pushNewTable(fields: functions.count + Self.constantNames.count)
    for function in functions {
      runtime.pushFunction(named: "localsocket.\(function.name)", function.body)
      runtime.main.rawSet(function.name, in: -2)
    }
    for name in Self.constantNames {
      runtime.main.push(name)
      runtime.main.rawSetToOwnName(in: -2)
    }
  }

  /// Every constant of Qt's is a field whose value is its own name.
  private static let constantNames =
    LocalSocket.State.all.map(\.name) + SocketError.Code.all.map(\.name)
    + ServerError.Code.all.map(\.name) + OpenMode.all.map(\.name) + ["NoOptions"]
    + LocalServer.SocketOptions.named.map(\.name)

  // MARK: Turning

  /// Turns the loop once, then runs the tasks that it made ready.
  package func turn() throws(LuaError) {
    unsafe unretainedRuntime._withUnsafeGuaranteedRef { $0.buryReleased() }
    try turnLoop()
    if unsafe !unsettled.isEmpty { settle() }
    scheduler.runReady()
    countMemory()
    if !steps.isEmpty { endSteps() }
    if !runs.isEmpty, isIdle { endFinishedRuns() }
  }

  private func turnLoop() throws(LuaError) {
    if scheduler.hasReadyTasks { loop.skipSleep() }
    do throws(SystemError) {
      try loop.turn(until: .never)
    } catch {
      throw .message("the event loop failed: \(error)")
    }
  }

  /// Lets a socket settle when the turn is over.
  func settleLater(_ socket: SocketObject) {
    unsafe unsettled.append(.passUnretained(socket))
  }

  /// Takes out a socket that goes.
  func settleNever(_ socket: SocketObject) {
    unsafe unsettled.removeAll { unsafe $0._withUnsafeGuaranteedRef { $0 === socket } }
  }

  private func settle() {
    let sockets = unsafe unsettled
    unsafe unsettled = []
    for index in unsafe sockets.indices {
      unsafe sockets[index]._withUnsafeGuaranteedRef { $0.settle() }
    }
  }

  private var isStarving: Bool {
    stuck != nil && timerCount == 0 && processCount == 0 && scheduler.isStuck
  }

  private func endSteps() {
    let ended = steps
    steps = []
    for step in ended { step.progress.complete() }
  }

  private func endFinishedRuns() {
    for run in runs where run.endsWhenIdle { run.progress.complete() }
  }

  /// Whether nothing is left that could happen: what ends `run()`.
  var isIdle: Bool {
    timerCount == 0 && listeningCount == 0 && activeSocketCount == 0 && !loop.hasRetained
      && scheduler.liveTaskCount <= runs.count(where: { $0.progress.hasWaiter })
  }

  // MARK: Memory

  /// About what one of Lua's sockets takes, without the bytes that it has queued or received.
  private static let bytesPerSocket = 1024

  /// Counts what sockets hold as memory of the script's, once what nobody uses any more has gone.
  private func countMemory() {
    guard heldBytes != countedBytes else { return }
    unsafe unretainedRuntime._withUnsafeGuaranteedRef { runtime in
      compare(in: runtime)
      if !isOutOfMemory { return }
      runtime.collectAll()
      compare(in: runtime)
    }
  }

  private var heldBytes: Int { loop.pool.heldBytes + socketCount * Self.bytesPerSocket }

  private func compare(in runtime: LuaRuntime) {
    countedBytes = heldBytes
    isOutOfMemory = runtime.countMemory(elsewhere: countedBytes)
  }

  /// Refuses a socket, or what was queued in one, that is more than the script may hold; as Lua does.
  func checkMemory() throws(LuaError) {
    countMemory()
    if isOutOfMemory { throw .bare("not enough memory") }
  }

  // MARK: For the host

  /// `waitForReadyRead` of the socket at 1 for a caller to whom the time-out at 2 is a failure.
  ///
  /// If the other end is in this process, only the script's own actors can end the wait, and it
  /// counts when a deadlock is looked for.
  package static func awaitReadyRead(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    let object = try call.object(1, as: SocketObject.self)
    let deadline = try call.deadline(2)
    return try object.wait(for: .readyRead).begin(call, until: deadline, mustSucceed: true)
  }

  /// Lets the peer of the socket at 1, or of those that the server at 1 accepts, end its sending alone
  /// and still be answered.
  package static func allowHalfOpen(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    if let object = LuaRuntime.object(at: 1, of: call.thread, as: ServerObject.self) {
      object.server.allowsHalfOpen = true
    } else {
      try call.object(1, as: SocketObject.self).socket.allowsHalfOpen = true
    }
    return .nothing
  }

  /// The socket at an index; nil where something else is.
  package static func socket(_ call: LuaCall, at index: Int32) -> LocalSocket? {
    LuaRuntime.object(at: index, of: call.thread, as: SocketObject.self)?.socket
  }

  /// Takes in all that the kernel has for the socket at 1.
  package static func receiveAvailable(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    try call.object(1, as: SocketObject.self).socket.receiveAvailable()
    return .nothing
  }

  /// Whether the socket at an index was reset by its peer, where Qt only says that it closed.
  package static func wasReset(_ call: LuaCall, at index: Int32) -> Bool {
    let object = LuaRuntime.object(at: index, of: call.thread, as: SocketObject.self)
    return object?.socket.lastError?.systemError?.isConnectionReset ?? false
  }
}
