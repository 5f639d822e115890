internal import LocalSockets
internal import LuaBridge

/// What a `localsocket.Server` is: the core's server and its Lua handlers.
final class ServerObject {
  let server: LocalServer
  let handlers: Handlers
  let library: LocalSocketLibrary
  /// The numbers of the signals.
  private static let newConnection: UInt8 = 0
  private static let connection: UInt8 = 1
  private var isForwarded = false
  private var isCounted = false

  init(kind: SocketKind, library: LocalSocketLibrary) {
    self.library = library
    server = LocalServer(loop: library.loop, kind: kind)
    handlers = Handlers(runtime: library.runtime)
    handlers.belong(to: self)
  }

  deinit {
    handlers.endBelonging()
    if isCounted { library.listeningCount -= 1 }
    server.close()
  }

  func listen(_ name: SocketName, removesStale: Bool = false) -> Bool {
    defer { update() }
    return server.listen(name, removesStale: removesStale)
  }

  func listen(_ descriptor: ForeignDescriptor) -> Bool {
    defer { update() }
    return switch descriptor {
    case .number(let number): server.listen(descriptor: number)
    case .passed(let passed): server.listen(descriptor: passed)
    }
  }

  func close() {
    server.close()
    update()
  }

  private func update() {
    if server.isListening != isCounted {
      isCounted = server.isListening
      library.listeningCount += isCounted ? 1 : -1
    }
    handlers.isOwnerActive = server.isListening
  }

  /// Connects the function at an index of the stack to `newConnection`.
  func connect(function index: Int32, of thread: LuaThread, isOnce: Bool) -> HandlerConnection {
    if !isForwarded {
      isForwarded = true
      server.newConnection.connect { [weak self] in self?.handlers.emit(Self.newConnection) }
    }
    return handlers.add(
      Self.newConnection,
      named: "newConnection",
      function: index,
      of: thread,
      isOnce: isOnce
    )
  }

  /// Calls the function at an index of the stack with each connection, as a task.
  func acceptEach(function index: Int32, of thread: LuaThread) {
    _ = handlers.add(
      Self.connection,
      named: "connection",
      function: index,
      of: thread,
      isOnce: false
    )
    server.newConnection.connect { [weak self] in
      guard let self else { return }
      handlers.emit(Self.connection, passesOwner: false) { thread in
        self.pushNextConnection(on: thread)
        return 1
      }
    }
  }

  /// Pushes the oldest waiting connection, or nil.
  func pushNextConnection(on thread: LuaThread) {
    if let socket = server.nextPendingConnection() {
      library.runtime.pushNew(SocketObject(socket, library: library), on: thread)
    } else {
      thread.pushNil()
    }
  }

  var displayName: String { server.isListening ? "\(server.serverName.quoted)" : "a closed server" }
}

/// A parked wait for a connection.
class ServerWait: LuaOperation, Waiter, DeadlineWaiter {
  let progress = LuaProgress()
  let object: ServerObject
  let limit: Deadline
  private let deadline: WaitDeadline
  private(set) var outcome = WaitOutcome.failed
  private(set) var hasExpired = false

  init(_ object: ServerObject, until limit: Deadline) {
    self.object = object
    self.limit = limit
    deadline = WaitDeadline(object.library.alarms)
  }

  /// Begins to wait; the call's answer is either the result or the wait.
  final func begin(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    guard object.server.isListening else {
      return answerFailure(call, "\(subject): it does not listen")
    }
    switch object.server.beginWait(self) {
    case nil:
      progress.restart()
      deadline.start(until: limit, for: self)
      return call.waiting(for: self)
    case .busy?:
      outcome = .busy
      return answerFailure(call, "\(subject): another task waits for it already")
    case let outcome?:
      self.outcome = outcome
      return try finish(call)
    }
  }

  final func waitEnded(_ outcome: WaitOutcome) {
    self.outcome = outcome
    deadline.pause()
    progress.complete()
  }

  final func deadlinePassed() {
    hasExpired = true
    object.server.cancelWait()
    progress.complete()
  }

  final func cancelled() {
    deadline.pause()
    object.server.cancelWait()
  }

  func finish(_ call: LuaCall) throws(LuaError) -> LuaAnswer { .nothing }

  /// Answers why there is no connection.
  func answerFailure(
    _ call: LuaCall,
    _ message: String,
    code: String = "OperationError"
  ) -> LuaAnswer {
    call.failing(message, code: code)
  }

  /// Answers that the server was closed, or could not accept; nil where the wait went otherwise.
  final func answerEnd(_ call: LuaCall) -> LuaAnswer? {
    guard !object.server.isListening || (outcome == .failed && !hasExpired) else { return nil }
    guard let error = object.server.lastError else {
      return answerFailure(call, "\(subject): the server was closed")
    }
    return answerFailure(call, "\(error)", code: error.code.name)
  }

  final var source: AnyObject? { object }

  var subject: String { "accept on \(object.displayName)" }
}

/// The wait of `accept`, whose result is the connection.
final class AcceptWait: ServerWait {
  override func finish(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    if object.server.hasPendingConnections {
      object.pushNextConnection(on: call.thread)
      return .results(1)
    }
    if let answer = answerEnd(call) { return answer }
    if hasExpired || limit.isPast {
      return call.failing("\(subject): nobody connected in time", code: "SocketTimeoutError")
    }
    // A handler or another task was faster. The wait needs a place on the stack once more.
    guard call.thread.hasRoom(for: 8) else { throw .message("the stack is full") }
    return try begin(call)
  }
}

/// The wait of `waitForNewConnection`.
///
/// Its first results are Qt's: whether there is one, and whether the time was up. Why none can come
/// stands behind them.
final class NewConnectionWait: ServerWait {
  override func finish(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    let isPending = object.server.hasPendingConnections
    if !isPending, let answer = answerEnd(call) { return answer }
    call.thread.push(isPending)
    call.thread.push(hasExpired)
    return .results(2)
  }

  override func answerFailure(
    _ call: LuaCall,
    _ message: String,
    code: String = "OperationError"
  ) -> LuaAnswer {
    call.thread.push(false)
    _ = call.failing(message, code: code, with: false)
    return .results(4)
  }

  override var subject: String { "waitForNewConnection on \(object.displayName)" }
}
