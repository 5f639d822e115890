extension LocalServer: ReadinessHandler {
  /// How long accepting rests when the process or the system is out of descriptors.
  static let restDuration = Duration.milliseconds(100)

  func becameReady(_ readiness: Readiness) {
    _ = acceptOne(prefix: "QLocalSocket::activated")
  }

  func attemptAwaited() -> Bool {
    guard rest == nil else { return false }
    return acceptOne(prefix: "QLocalSocket::activated") != .nothing
  }

  /// Takes the oldest pending connection; mirrors `QLocalServer::nextPendingConnection`.
  ///
  /// - Returns: A connected socket, or nil when none is pending.
  public func nextPendingConnection() -> LocalSocket? {
    let socket = pending.removeFirst()
    updateInterest()
    return socket
  }

  /// Queues a connection that was not accepted here, as if it had been, and tells of it; mirrors
  /// `QLocalServer::addPendingConnection`.
  ///
  /// In Qt it serves `incomingConnection`, the hook with which a subclass makes sockets of another
  /// class. Neither class can be derived from here, so there is no such hook, and ``newConnection``
  /// is sent by this call, as nobody else would.
  ///
  /// - Parameter socket: A connected socket of the same loop. The limit of
  ///   ``maxPendingConnections`` counts it and does not refuse it.
  /// - Returns: Whether it was queued; false for a socket that has no connection.
  @discardableResult
  public func addPendingConnection(_ socket: LocalSocket) -> Bool {
    precondition(socket.loop === loop, "the socket belongs to another loop")
    guard socket.isValid else { return false }
    queue(socket)
    return true
  }

  /// What came of an attempt to accept.
  private enum Attempt {
    case nothing
    case accepted
    case failed
  }

  /// Accepts one connection if there is one.
  ///
  /// The further ones are accepted in the next turns: each call that would only find the queue
  /// empty is one saved.
  private func acceptOne(prefix: String) -> Attempt {
    guard let listener else { return .nothing }
    do throws(SystemError) {
      guard case .done(let number) = try SystemCalls.accept(listener.descriptor)
      else { return .nothing }
      let descriptor = OwnedDescriptor(adopting: CInt(number))
      let socket = LocalSocket(loop: loop, kind: kind, connected: descriptor)
      socket.names.resolved = listener.pathUnknownToKernel
      socket.allowsHalfOpen = allowsHalfOpen
      loop.room.mayBeThere = true
      queue(socket)
      return .accepted
    } catch {
      if error.concernsOneConnection { return .nothing }
      let failure = ServerError(
        .ofAccept(error),
        during: .accept,
        name: serverName,
        systemError: error
      )
      record(failure, prefix: prefix)
      restFromAccepting()
      settle(.failed)
      return .failed
    }
  }

  private func queue(_ socket: LocalSocket) {
    pending.append(socket, isReported: waiter != nil)
    settle(.satisfied)
    updateInterest()
    newConnection.emit(())
  }

  /// The connection stays in the kernel's queue, which stays readable: without a pause the loop would
  /// turn as fast as it can until somebody closes a descriptor.
  private func restFromAccepting() {
    rest?.cancel()
    rest = loop.schedule(at: .after(Self.restDuration)) { [weak self] in
      self?.rest = nil
      self?.updateInterest()
    }
    updateInterest()
  }

  func updateInterest() {
    guard let listener else { return }
    let hasRoom = waiter != nil || pending.count < maxPendingConnections
    loop.setInterest(rest == nil && hasRoom ? .readable : [], of: listener.token)
  }
}

// Waiting.
extension LocalServer {
  /// Waits for a connection that no wait has reported and nobody has taken; mirrors
  /// `QLocalServer::waitForNewConnection`.
  ///
  /// Only this server is served meanwhile. A failed accept or poll ends the wait, with ``lastError`` set; so
  /// does a connection that a handler of ``newConnection`` takes, and then none may be pending.
  ///
  /// - Parameter timeout: The total of the call; zero looks once, and nil waits for ever.
  /// - Returns: Whether a connection is pending, and whether the time was up.
  public func waitForNewConnection(
    timeout: Duration? = .zero
  ) -> (isPending: Bool, timedOut: Bool) {
    let deadline = Deadline(timeout: timeout)
    while let listener {
      if pending.reportOne() { return (true, false) }
      guard let isReady = poll(listener.descriptor, until: deadline) else { break }
      if isReady, acceptOne(prefix: Self.waitPrefix) != .nothing {
        // A handler may have taken what came; then there is none, and the wait is over all the same.
        _ = pending.reportOne()
        return (hasPendingConnections, false)
      }
      if deadline.isPast { return (hasPendingConnections, true) }
    }
    return (hasPendingConnections, false)
  }

  private static let waitPrefix = "QLocalServer::waitForNewConnection"

  /// Waits for a client; nil where the poll failed, which is reported: only another poll could make a
  /// pause.
  private func poll(_ descriptor: CInt, until deadline: Deadline) -> Bool? {
    do throws(SystemError) {
      let events = try SystemCalls.pollOne(
        descriptor,
        events: Readiness.readable.pollEvents,
        timeoutMilliseconds: deadline.timeoutMilliseconds()
      )
      return events != 0
    } catch {
      let failure = ServerError(
        .ofAccept(error),
        during: .accept,
        name: serverName,
        systemError: error
      )
      record(failure, prefix: Self.waitPrefix)
      return nil
    }
  }

  /// Begins a wait for a connection that no wait has reported and nobody has taken.
  ///
  /// - Parameter waiter: Who is called when it ends.
  /// - Returns: The outcome if it is known at once; nil when the waiter was parked.
  package func beginWait(_ waiter: any Waiter) -> WaitOutcome? {
    guard self.waiter == nil else { return .busy }
    guard let listener else { return .failed }
    if pending.reportOne() { return .satisfied }
    self.waiter = waiter
    loop.registrations.park(listener.token)
    updateInterest()
    return nil
  }

  /// Ends a parked wait that its waiter has given up; nobody is called.
  package func cancelWait() {
    waiter = nil
    if let listener { loop.registrations.unpark(listener.token) }
    updateInterest()
  }

  func settle(_ outcome: WaitOutcome) {
    guard let waiter else { return }
    cancelWait()
    loop.noteProgress()
    waiter.waitEnded(outcome)
  }
}
