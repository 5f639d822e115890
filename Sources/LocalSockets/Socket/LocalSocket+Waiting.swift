// Waits that block the thread. They serve this socket alone, by poll(2); the loop, its timers and the
// other sockets stand still meanwhile. A timeout is the total of the call: zero looks once, and nil
// waits for ever. A poll that fails ends the wait, and is reported. In a handler that is told of a new connection before its descriptor is the
// socket's, nothing could end a wait for what the connection brings, so none begins.
extension LocalSocket {
  /// Waits until the connection stands; mirrors `QLocalSocket::waitForConnected`.
  ///
  /// - Parameter timeout: How long to wait at most; nil is for ever. When the time is up, nothing is
  ///   reported and the socket goes on connecting.
  /// - Returns: Whether the socket is connected.
  public func waitForConnected(timeout: Duration? = .seconds(30)) -> Bool {
    waitForConnected(until: Deadline(timeout: timeout)) ?? false
  }

  /// Waits until bytes arrive that no wait has reported and no read has touched; mirrors
  /// `QLocalSocket::waitForReadyRead`.
  ///
  /// A socket that is connecting is first waited for to connect. When ``readBufferSize`` is reached
  /// nothing can arrive: the wait uses up its time, and one without end is over at once.
  ///
  /// - Parameter timeout: How long to wait at most; nil is for ever. When the time is up, the error
  ///   is ``SocketError/Code/socketTimeout``.
  /// - Returns: Whether bytes have arrived; false also when none can arrive any more.
  public func waitForReadyRead(timeout: Duration? = .seconds(30)) -> Bool {
    waitForReadyRead(until: Deadline(timeout: timeout))
  }

  func waitForReadyRead(until deadline: Deadline) -> Bool {
    if reportArrival() { return true }
    flush()
    guard isConnected(by: deadline), descriptor != nil else { return false }
    let session = self.session
    let passes = arrivals.passes
    arrivals.blockingWaits += 1
    defer { arrivals.blockingWaits -= 1 }
    return serve(until: deadline) {
      if arrivals.passes != passes { return true }
      guard session == self.session, canAwaitInput else { return reportNoArrival() }
      return room > 0 || deadline != .never ? nil : false
    }
  }

  /// Waits until the kernel takes at least one queued byte; mirrors
  /// `QLocalSocket::waitForBytesWritten`.
  ///
  /// Bytes that arrive meanwhile are taken in, up to ``readBufferSize``, also by a socket that is
  /// closing while its device is open.
  ///
  /// - Parameter timeout: How long to wait at most; nil is for ever. When the time is up, the error
  ///   is ``SocketError/Code/socketTimeout``.
  /// - Returns: Whether bytes were sent; false also when none are queued, and when a message is given
  ///   up, whatever else was sent, which ``lastError`` tells.
  public func waitForBytesWritten(timeout: Duration? = .seconds(30)) -> Bool {
    let deadline = Deadline(timeout: timeout)
    let session = self.session
    let passes = sending.passes
    let lostMessages = sending.lostMessages
    guard descriptor != nil, !isDrained else { return false }
    flush()
    sending.blockingWaits += 1
    defer { endBlockingForRoom() }
    return serve(until: deadline) {
      if sending.lostMessages != lostMessages { return false }
      if sending.passes != passes { return true }
      return session == self.session && descriptor != nil ? nil : false
    }
  }

  private func endBlockingForRoom() {
    sending.blockingWaits -= 1
    // What was taken in may have told the loop to watch for more.
    if state == .closing { updateInterest() }
  }

  /// Whether somebody waits for the kernel to take queued bytes.
  var isRoomAwaited: Bool { sending.blockingWaits > 0 || waiters[.bytesWritten] != nil }

  /// Waits until the connection has ended; mirrors `QLocalSocket::waitForDisconnected`.
  ///
  /// Bytes that arrive meanwhile are taken in, up to ``readBufferSize``; when the peer is gone the
  /// rest is taken in too, beyond it. A socket that is connecting is first waited for to connect.
  ///
  /// - Parameter timeout: How long to wait at most; nil is for ever. When the time is up, the error
  ///   is ``SocketError/Code/socketTimeout``.
  /// - Returns: Whether the connection has ended; false also when there was none.
  public func waitForDisconnected(timeout: Duration? = .seconds(30)) -> Bool {
    let deadline = Deadline(timeout: timeout)
    guard state == .closing || isConnected(by: deadline), descriptor != nil else { return false }
    let session = self.session
    flush()
    finishClosingIfDrained()
    return serve(until: deadline, alsoFor: .hangUp) { session == self.session ? nil : true }
  }

  /// Returns nil when the time is up.
  private func waitForConnected(until deadline: Deadline) -> Bool? {
    announcePostponedFailure()
    while state == .connecting, let attempt = tries.connecting {
      guard pollDescriptor(until: min(deadline, attempt.retries.nextTry)) != nil else {
        return false
      }
      let isLast = deadline.isPast
      tryToConnect()
      if isLast { break }
    }
    return state == .connecting ? nil : state == .connected
  }

  /// Waits for the connection on behalf of another wait, which reports the end of its time.
  private func isConnected(by deadline: Deadline) -> Bool {
    if let isConnected = waitForConnected(until: deadline) { return isConnected }
    reportTimeout()
    return false
  }

  /// Serves the descriptor until a wait has its answer or the time is up.
  func serve(
    until deadline: Deadline,
    alsoFor added: Readiness = [],
    _ answer: () -> Bool?
  ) -> Bool {
    while true {
      if let answer = answer() { return answer }
      guard let readiness = pollDescriptor(until: deadline, alsoFor: added) else { return false }
      if !readiness.isEmpty {
        becameReady(readiness)
        if let answer = answer() { return answer }
      }
      // Also where something happens all the time that is not what the wait is for.
      if deadline.isPast {
        reportTimeout()
        return false
      }
    }
  }

  /// Waits for what this socket is ready for; nothing when the time is up or a signal arrived.
  ///
  /// Without a descriptor, or when it is ready for nothing that matters, it only lets the time pass:
  /// `poll(2)` reports a hang-up whatever it is asked for.
  ///
  /// Returns nil where the poll failed, which is reported here: only another poll could make a pause.
  private func pollDescriptor(
    until deadline: Deadline,
    alsoFor added: Readiness = []
  ) -> Readiness? {
    // Before anything else looks at the clock: a pause that ends in between would be waited for as if
    // it had no end.
    let pauseEnd = isPausing ? tries.receiving?.nextTry : nil
    var interest = added
    if isReceiving { interest.insert(.readable) }
    if !isDrained { interest.insert(.writable) }
    if tries.sending == nil, pauseEnd == nil {
      return pollDescriptor(for: interest, until: deadline)
    }
    return pollBetweenTries(for: interest, until: deadline, pausingUntil: pauseEnd)
  }

  /// Waits at most until sending or receiving is tried again, and counts as writable when a try of
  /// sending is due.
  private func pollBetweenTries(
    for interest: Readiness,
    until deadline: Deadline,
    pausingUntil pauseEnd: Deadline?
  ) -> Readiness? {
    var interest = interest
    var deadline = deadline
    if let pauseEnd {
      deadline = min(deadline, pauseEnd)
      interest.remove(.hangUp)
    }
    if let retries = tries.sending {
      deadline = min(deadline, retries.nextTry)
      interest.remove(.writable)
      // The end of the peer would end each poll at once, and only the next try can tell of it.
      if state == .closing { interest = [] }
    }
    guard let readiness = pollDescriptor(for: interest, until: deadline) else { return nil }
    return tries.sending?.isPausing == false ? readiness.union(.writable) : readiness
  }

  private func pollDescriptor(for interest: Readiness, until deadline: Deadline) -> Readiness? {
    do throws(SystemError) {
      let returned = try SystemCalls.pollOne(
        interest.isEmpty ? -1 : descriptor?.number ?? -1,
        events: interest.pollEvents,
        timeoutMilliseconds: deadline.timeoutMilliseconds()
      )
      return Readiness(pollEvents: returned)
    } catch {
      reportFailedPoll(error)
      return nil
    }
  }

  private func reportFailedPoll(_ error: SystemError) {
    report(
      SocketError(.ofWait(error), during: .wait, systemError: error, name: names.requested),
      prefix: state == .connecting ? "QLocalSocket::waitForConnected" : "QLocalSocket"
    )
  }

  func reportTimeout() {
    report(SocketError(.socketTimeout, during: .wait, name: names.requested))
  }

  /// Whether a wait for bytes may begin or go on; what comes while the socket is closing is taken in
  /// beside.
  private var canAwaitInput: Bool { takesInput && state == .connected }

  /// Answers that nothing can arrive any more, with the error if that is the peer's doing.
  private func reportNoArrival() -> Bool {
    if isHalfOpen { record(SocketError(.peerClosed, during: .read)) }
    return false
  }

  /// Whether bytes have arrived that were not reported yet, which they are from now on.
  private func reportArrival() -> Bool {
    defer { arrivals.isNew = false }
    return arrivals.isNew
  }
}

// Waits that leave the thread to the loop.
extension LocalSocket {
  /// Begins a wait that ends by a call of the waiter.
  ///
  /// Queued bytes are sent first. A wait for arrivals or for the end goes on through the connecting.
  ///
  /// - Returns: The outcome if it is known at once; nil when the waiter was parked.
  package func beginWait(_ condition: WaitCondition, _ waiter: any Waiter) -> WaitOutcome? {
    guard waiters[condition] == nil else { return .busy }
    if let outcome = outcome(of: condition) { return outcome }
    // A handler of what has just been sent may have begun the same wait.
    guard waiters[condition] == nil else { return .busy }
    waiters[condition] = waiter
    if condition == .readyRead, token != .none { loop.registrations.park(token) }
    if changesInterest(condition) { updateInterest() }
    return nil
  }

  /// Ends a parked wait that its waiter has given up; nothing is reported and nobody is called.
  package func cancelWait(_ condition: WaitCondition) {
    _ = takeWaiter(condition)
  }

  private func takeWaiter(_ condition: WaitCondition) -> (any Waiter)? {
    guard let waiter = waiters[condition].take() else { return nil }
    if condition == .readyRead, token != .none { loop.registrations.unpark(token) }
    if changesInterest(condition) { updateInterest() }
    return waiter
  }

  /// Whether the loop has to watch for something else while there is a wait.
  private func changesInterest(_ condition: WaitCondition) -> Bool {
    condition == .disconnected || (condition == .bytesWritten && state == .closing)
  }

  /// Ends a parked wait whose time is up, reporting what Qt reports then.
  ///
  /// The waiter is not called.
  package func expireWait(_ condition: WaitCondition) {
    cancelWait(condition)
    if condition != .connected { reportTimeout() }
  }

  private func outcome(of condition: WaitCondition) -> WaitOutcome? {
    switch condition {
    case .connected: return connectOutcome
    case .readyRead: return readOutcome()
    case .bytesWritten: return writeOutcome()
    case .disconnected: return disconnectOutcome()
    }
  }

  private var connectOutcome: WaitOutcome? {
    tryToConnect()
    if state == .connecting { return nil }
    flush()
    return state == .connected ? .satisfied : .failed
  }

  private func readOutcome() -> WaitOutcome? {
    if reportArrival() { return .satisfied }
    flush()
    if reportArrival() { return .satisfied }
    return canAwaitInput || state == .connecting || reportNoArrival() ? nil : .failed
  }

  private func writeOutcome() -> WaitOutcome? {
    guard descriptor != nil, !isDrained else { return .failed }
    let lostMessages = sending.lostMessages
    if flush() { return .satisfied }
    return descriptor == nil || sending.lostMessages != lostMessages ? .failed : nil
  }

  private func disconnectOutcome() -> WaitOutcome? {
    let session = self.session
    guard state != .unconnected else { return .failed }
    flush()
    finishClosingIfDrained()
    return session == self.session ? nil : .satisfied
  }

  /// Ends a parked wait, if there is one.
  @inline(__always)
  func settle(_ condition: WaitCondition, _ outcome: WaitOutcome) {
    if !waiters.isEmpty { settleParked(condition, outcome) }
  }

  private func settleParked(_ condition: WaitCondition, _ outcome: WaitOutcome) {
    guard let waiter = takeWaiter(condition) else { return }
    loop.noteProgress()
    waiter.waitEnded(outcome)
  }
}
