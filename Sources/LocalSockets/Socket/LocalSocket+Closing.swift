extension LocalSocket {
  /// Ends the connection once all queued bytes are sent; mirrors `QLocalSocket::disconnectFromServer`.
  ///
  /// With nothing queued the socket is unconnected when this returns. Else it stays in
  /// ``State/closing``, kept alive by the loop, which sends the rest. The device stays open and bytes
  /// that have arrived stay readable; no more are taken in, but by ``waitForBytesWritten(timeout:)``.
  /// An attempt to connect is given up.
  public func disconnectFromServer() {
    switch state {
    case .unconnected: return
    case .connecting: cancelConnecting()
    case .connected: beginClosing()
    case .closing: finishClosingIfDrained()
    }
  }

  /// Closes the device and ends the connection once all queued bytes are sent; mirrors
  /// `QLocalSocket::close`.
  ///
  /// Unread bytes are dropped. A handler of ``aboutToClose`` can still read them, and write.
  public func close() {
    let session = self.session
    if isOpen {
      announceClose()
      guard session == self.session || state == .unconnected else { return }
      discardInput()
      openMode = .notOpen
    }
    announcing.wasClosed = true
    switch state {
    case .unconnected: break
    case .connecting: cancelConnecting()
    case .connected: beginClosing()
    case .closing: break
    }
    if session == self.session || state == .unconnected { names = SocketNames() }
  }

  /// Ends the connection and closes the device at once, dropping all bytes; mirrors
  /// `QLocalSocket::abort`.
  public func abort() {
    if state != .unconnected {
      let hadConnection = state != .connecting
      let isReadingFinished = isReadingFinished
      discardInput()
      discardOutput()
      tries.connecting = nil
      enterUnconnected()
      let session = self.session
      announceState()
      if !isReadingFinished { emit(.readChannelFinished) }
      if hadConnection { emit(.disconnected) }
      guard session == self.session else { return }
    }
    closeDevice()
  }

  /// Closes the device of a socket that has no connection.
  func closeDevice() {
    guard isOpen else { return }
    let session = self.session
    announceClose()
    guard session == self.session else { return }
    discardInput()
    openMode = .notOpen
  }

  /// A handler that closes the device goes on without being told once more.
  private func announceClose() {
    guard !announcing.isClosing else { return }
    announcing.isClosing = true
    emit(.aboutToClose)
    announcing.isClosing = false
  }

  private func beginClosing() {
    enter(.closing)
    let session = self.session
    updateInterest()
    announceState()
    guard session == self.session else { return }
    finishClosingIfDrained()
    if session == self.session { retainUntilClosed() }
  }

  /// Nobody else may hold a socket that still has bytes to send, so the loop does.
  private func retainUntilClosed() {
    if token != .none { loop.registrations.retain(self, for: token) }
  }

  func finishClosingIfDrained() {
    guard state == .closing, isDrained, descriptor != nil else { return }
    enterUnconnected()
    announceEnd()
  }

  /// Ends a connection that the peer or an error has ended, in the order of Qt's signals: the
  /// error, closing, unconnected, the end of the read channel, disconnected.
  ///
  /// Unread bytes stay.
  func finish(because error: SocketError) {
    // A handler of the error has waited or turned the loop, which finds the end once more.
    if announcing.isEndPending { return concludeEnd() }
    let session = self.session
    if error.operation == .write {
      let failure = receiveRemainder()
      guard session == self.session else { return }
      // What the peer sent last is still to come; sending will fail once more when it is there.
      if retryReceiving(after: failure), retrySending(within: loop.retryLimit) {
        return finishSending()
      }
    }
    if descriptor != nil { end(because: error) }
  }

  /// Whether there is no connection because the peer has ended it.
  package var wasEndedByPeer: Bool { state == .unconnected && lastError?.code == .peerClosed }

  /// Announces the error that ends a session, and then its end, unless a handler has brought that
  /// about already.
  func end(because error: SocketError, prefix: String = "QLocalSocket") {
    announcing.isEndPending = true
    failedSessionCount &+= 1
    report(error, prefix: prefix)
    concludeEnd()
  }

  /// Ends a session whose error was announced; what connects anew in a handler of the error does not
  /// wait for the others.
  func concludeEnd() {
    guard announcing.isEndPending else { return }
    announcing.isEndPending = false
    if state == .connecting { concludeConnecting() } else { concludeConnection() }
  }

  private func concludeConnection() {
    let session = self.session
    releaseDescriptor()
    if state == .connected {
      enter(.closing)
      announceState()
      guard session == self.session else { return }
    }
    enterUnconnected()
    announceEnd()
    guard session &+ 1 == self.session else { return }
    sending.lostBytes += output.count
    discardOutput(because: failure.error)
  }

  private func announceEnd() {
    let isReadingFinished = isReadingFinished
    announceState()
    if !isReadingFinished { emit(.readChannelFinished) }
    emit(.disconnected)
  }

  /// Ends the connection without a signal, for another one to take its place.
  func dropConnection() {
    tries.connecting = nil
    enterUnconnected()
  }

  private func enterUnconnected() {
    releaseDescriptor()
    names = SocketNames()
    enter(.unconnected)
  }

  private func releaseDescriptor() {
    guard token != .none else { return }
    loop.deregister(token, isClosing: !isShared)
    isShared = false
    token = .none
    // Before the descriptor is closed, which keeps the file's inode in use.
    binding = nil
    descriptor = nil
    sending.isQueued = false
    sending.isBlocked = false
    tries.sending = nil
    tries.receiving = nil
  }
}
