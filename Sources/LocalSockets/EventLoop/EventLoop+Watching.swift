extension EventLoop {
  /// The attention that a loop pays to a descriptor; it ends when this object goes.
  package final class Watch: ReadinessHandler {
    /// Weak, because the loop itself holds a watch.
    private weak var loop: EventLoop?
    private let action: (Readiness) -> Void
    private var token = RegistrationToken.none

    fileprivate init(
      _ loop: EventLoop,
      _ descriptor: CInt,
      _ interest: Readiness,
      _ action: @escaping (Readiness) -> Void
    ) {
      self.loop = loop
      self.action = action
      token = loop.register(descriptor, interest, self)
    }

    deinit {
      cancel()
    }

    /// Changes what the owner wants to hear of.
    package func setInterest(_ interest: Readiness) {
      guard token != .none else { return }
      loop?.setInterest(interest, of: token)
    }

    /// Ends the attention; must be called, or the object be gone, before the descriptor is closed.
    package func cancel() {
      guard token != .none else { return }
      loop?.deregister(token, isClosing: false)
      token = .none
    }

    func becameReady(_ readiness: Readiness) {
      action(readiness)
    }
  }

  /// Calls an action in each turn that finds a descriptor ready.
  ///
  /// - Parameters:
  ///   - descriptor: What is watched. It stays the caller's and must outlive the watch.
  ///   - interest: What the caller wants to hear of; a hang-up is reported along with anything.
  ///   - action: Called with what the descriptor is ready for.
  /// - Returns: What must be kept for as long as the descriptor is to be watched.
  package func watch(
    _ descriptor: CInt,
    for interest: Readiness,
    _ action: @escaping (Readiness) -> Void
  ) -> Watch {
    Watch(self, descriptor, interest, action)
  }

  /// How many descriptors are watched, the loop's own not counted.
  package var watchedDescriptorCount: Int { registrations.count - 1 }
}

// What sockets, servers and watches register with.
extension EventLoop {
  /// Enters a descriptor.
  ///
  /// The kernel hears of it only if the loop is about to sleep while it is still there, so that
  /// short lives cost no system call.
  func register(
    _ descriptor: CInt,
    _ interest: Readiness,
    _ handler: any ReadinessHandler
  ) -> RegistrationToken {
    let token = registrations.insert(descriptor, interest, handler)
    dropStale(from: &updates)
    updates.append(token)
    return token
  }

  /// Takes a descriptor out.
  func deregister(_ token: RegistrationToken, isClosing: Bool) {
    if registrations[token].told != nil {
      poller.remove(registrations[token].descriptor, token, isClosing: isClosing)
    }
    registrations.remove(token)
    removedDuringDispatch = true
    // The usual case of a descriptor that came and went between two sleeps.
    if updates.last == token { updates.removeLast() }
    unqueueSender(token)
  }

  func setInterest(_ interest: Readiness, of token: RegistrationToken) {
    guard registrations[token].wanted != interest else { return }
    registrations[token].wanted = interest
    queueUpdate(of: token)
  }

  /// Lets the loop call the handler's `sendQueued` before it sleeps.
  func queueSender(_ token: RegistrationToken) {
    if nextSender == 0 { dropStale(from: &senders) }
    senders.append(token)
  }

  func unqueueSender(_ token: RegistrationToken) {
    if senders.count > nextSender, senders.last == token { senders.removeLast() }
  }

  /// Whether sockets are closing that the loop keeps alive to send their last bytes.
  package var hasRetained: Bool { registrations.retainedCount > 0 }

  /// Lets go of the sockets that the loop keeps alive to send their last bytes: for the end of a
  /// program that will not turn the loop again.
  ///
  /// Each first sends what the kernel takes at once; what is more than that is lost. Without this such
  /// a socket and its loop keep each other alive.
  public func releaseRetained() {
    // Their ends change the table, so they must come after the table was gone through.
    for handler in registrations.takeRetained() { handler.sendQueued(untilFull: true) }
  }

  private func queueUpdate(of token: RegistrationToken) {
    guard !registrations[token].isUpdateQueued else { return }
    registrations[token].isUpdateQueued = true
    dropStale(from: &updates)
    updates.append(token)
  }

  /// Keeps a list from growing without bound in a program that never lets the loop sleep.
  @inline(__always)
  private func dropStale(from tokens: inout [RegistrationToken]) {
    if tokens.count > 64, tokens.count > 2 * registrations.count + 64 {
      tokens.removeAll { !registrations.isCurrent($0) }
    }
  }

  /// Tells the kernel what has changed since the last sleep; what it refuses stays queued.
  func updateInterests() throws(SystemError) {
    while let token = updates.last {
      if registrations.isCurrent(token) {
        try updateInterest(of: token)
        registrations[token].isUpdateQueued = false
      }
      updates.removeLast()
    }
  }

  private func updateInterest(of token: RegistrationToken) throws(SystemError) {
    let wanted = registrations[token].wanted
    let told = registrations[token].told
    guard told != wanted else { return }
    if wanted.isEmpty { return forget(token) }
    if told == nil {
      try poller.add(registrations[token].descriptor, wanted, token)
    } else {
      try poller.change(registrations[token].descriptor, wanted, token)
    }
    registrations[token].told = wanted
  }

  /// Takes a descriptor out of the kernel's set, such as one whose owner wants nothing.
  ///
  /// In the set, a peer that hangs up would be reported in each turn, whatever was asked for
  /// (epoll_ctl(2)), and keep the loop from sleeping.
  private func forget(_ token: RegistrationToken) {
    guard registrations[token].told != nil else { return }
    poller.remove(registrations[token].descriptor, token, isClosing: false)
    registrations[token].told = nil
  }
}

// What the loop tries itself need not be watched.
extension EventLoop {
  /// Takes the descriptors that each turn tries out of the kernel's set.
  ///
  /// There the kernel would take note of every message that comes, at the price of a third of a
  /// send, and nobody would ask.
  func setAsideTried() {
    takeBack { !registrations[$0].isParked }
    var slot = registrations.oldestParked
    for _ in 0..<DirectAttempts.triesPerTurn where slot != RegistrationTable.absent {
      let token = registrations.token(at: slot)
      if registrations[token].told == .readable, registrations[token].wanted == .readable {
        forget(token)
        aside.append(token)
      }
      slot = registrations[token].nextParked
    }
  }

  /// Lets the kernel be told again of registrations that were set aside: those that are not tried
  /// any more, and all of them before the loop relies on what the kernel says.
  func takeBack(where isWatchedAgain: (RegistrationToken) -> Bool) {
    aside.removeAll { token in
      guard registrations.isCurrent(token) else { return true }
      guard isWatchedAgain(token) else { return false }
      queueUpdate(of: token)
      return true
    }
  }
}
