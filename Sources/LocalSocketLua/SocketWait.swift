internal import LocalSockets
internal import LuaBridge

/// A parked wait for a condition of a socket.
///
/// One object serves all waits for one condition of one socket, and of another when that connection
/// has ended, so that a wait allocates nothing.
@safe class SocketWait: LuaOperation, Waiter, DeadlineWaiter {
  let progress = LuaProgress()
  private(set) var condition: WaitCondition
  // SAFETY: the object owns its waits, and a parked wait holds the object.
  private var unretainedObject: Unmanaged<SocketObject>
  /// The object while the wait is parked: when a state is closed, Lua lets go of the socket before
  /// the frame that waits for it.
  private var parkedObject: SocketObject?
  private let deadline: WaitDeadline
  /// Whether a task has it and has not got its results; after a wait that was cancelled it stays so,
  /// because the waiting frame may still stand.
  private(set) var isTaken = false
  private var isParked = false
  private var mustSucceed = false
  private(set) var outcome = WaitOutcome.failed
  /// Why it has failed, noted at once: a handler may begin another session before the task goes on.
  private var failure: (message: String, code: SocketError.Code)?
  private(set) var hasExpired = false
  private var stateAtStart = LocalSocket.State.unconnected
  private var failedSessionsAtStart: UInt32 = 0
  private var lostMessagesAtStart: UInt32 = 0

  init(_ condition: WaitCondition, of object: SocketObject) {
    self.condition = condition
    unsafe unretainedObject = .passUnretained(object)
    deadline = WaitDeadline(object.library.alarms)
  }

  private var object: SocketObject { unsafe unretainedObject.nonatomicallyRetained() }

  /// Makes it fit for another socket.
  func serve(_ condition: WaitCondition, of object: SocketObject) {
    self.condition = condition
    unsafe unretainedObject = .passUnretained(object)
  }

  /// Begins to wait; the call's answer is either the result or the wait.
  ///
  /// - Parameters:
  ///   - call: The call that waits.
  ///   - deadline: When the wait is over.
  ///   - mustSucceed: Whether the time-out would be a failure, and not just an answer.
  /// - Returns: The result, or that the call waits.
  /// - Throws: Nothing now; what a subclass throws for its result.
  func begin(
    _ call: LuaCall,
    until deadline: Deadline,
    mustSucceed: Bool = false
  ) throws(LuaError) -> LuaAnswer {
    isTaken = true
    if failure != nil { failure = nil }
    self.mustSucceed = mustSucceed
    progress.restart()
    hasExpired = false
    unsafe unretainedObject._withUnsafeGuaranteedRef { park(in: $0) }
    guard isParked else { return try finish(call) }
    self.deadline.start(until: deadline, for: self)
    return call.waiting(for: self)
  }

  private func park(in object: SocketObject) {
    stateAtStart = object.socket.state
    failedSessionsAtStart = object.socket.failedSessionCount
    lostMessagesAtStart = object.socket.lostMessageCount
    if let outcome = object.socket.beginWait(condition, self) {
      note(outcome)
    } else {
      isParked = true
      parkedObject = object
    }
  }

  /// Begins to wait once more, for a subclass whose result is not there yet.
  func beginAgain(_ call: LuaCall, until deadline: Deadline) throws(LuaError) -> LuaAnswer {
    // The wait needs a place on the stack once more.
    guard call.thread.hasRoom(for: 8) else { throw .message("the stack is full") }
    return try begin(call, until: deadline)
  }

  // MARK: Ending

  func waitEnded(_ outcome: WaitOutcome) {
    guard isParked else { return }
    end(outcome)
  }

  func cancelled() {
    guard isParked else { return }
    isParked = false
    deadline.pause()
    object.socket.cancelWait(condition)
    parkedObject = nil
  }

  private func end(_ outcome: WaitOutcome) {
    note(outcome)
    isParked = false
    parkedObject = nil
    deadline.pause()
    progress.complete()
  }

  private func note(_ outcome: WaitOutcome) {
    self.outcome = outcome
    if case .failed = outcome { failure = reasonToFail }
  }

  func deadlinePassed() {
    hasExpired = true
    // Before the socket's signal: a handler may begin the same wait anew.
    end(.failed)
    object.socket.expireWait(condition)
  }

  // MARK: Results

  func finish(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    isTaken = false
    guard case .satisfied = outcome else {
      defer { object.lendWaits() }
      return answerFailure(call, with: false)
    }
    // After the bytes that ended the wait, the same pass may have given up a message.
    if case .bytesWritten = condition, hasLostMessage { return answerFailure(call, with: false) }
    return call.returning(true)
  }

  /// Answers a wait that did not end with what was waited for.
  func answerFailure(_ call: LuaCall, with first: Bool? = nil) -> LuaAnswer {
    if outcome == .busy {
      let message = "\(subject): another task waits for it already"
      return call.failing(message, code: "OperationError", with: first)
    }
    let (message, code) = failure ?? reasonToFail
    return call.failing(message, code: code.name, with: first)
  }

  /// Why the wait has failed, as the socket stands now.
  private var reasonToFail: (message: String, code: SocketError.Code) {
    if hasExpired { return ("\(subject): the time is up", .socketTimeout) }
    let socket = object.socket
    if condition == .readyRead, socket.isHalfOpen { return (socket.errorString, .peerClosed) }
    if stateAtStart != .unconnected {
      if socket.failedSessionCount != failedSessionsAtStart {
        return (socket.errorString, socket.error)
      }
      if socket.state != stateAtStart {
        return ("\(subject): \(SocketObject.endedHere)", .operation)
      }
    }
    if condition == .bytesWritten, hasLostMessage, let error = socket.lastError {
      return ("\(subject): \(error.reason)", error.code)
    }
    return ("\(subject): \(object.reasonNotToWait(for: condition))", .operation)
  }

  /// Whether a queued message was given up since the wait began.
  var hasLostMessage: Bool { object.socket.lostMessageCount != lostMessagesAtStart }

  var subject: String {
    "\(Self.names[condition, default: "wait"]) of \(object.displayName)"
  }

  var source: AnyObject? { object }

  var isInternal: Bool { mustSucceed && object.peerIsHere }

  private static let names: [WaitCondition: String] = [
    .connected: "waitForConnected", .readyRead: "waitForReadyRead",
    .bytesWritten: "waitForBytesWritten", .disconnected: "waitForDisconnected",
  ]
}

/// The wait of `localsocket.connect`, whose result is the socket.
final class ConnectWait: SocketWait {
  private let connecting: SocketObject

  init(_ object: SocketObject) {
    connecting = object
    super.init(.connected, of: object)
  }

  override func finish(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    if connecting.socket.state == .connected {
      call.runtime.push(connecting, on: call.thread)
      return .results(1)
    }
    let answer = answerFailure(call)
    connecting.socket.abort()
    return answer
  }

  override var isInternal: Bool { false }
}
