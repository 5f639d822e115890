extension LocalSocket {
  /// Connects to a server, as ``connectToServer(mode:)`` does, after setting its name.
  ///
  /// - Parameters:
  ///   - name: The server's name.
  ///   - mode: What the device is opened for.
  public func connectToServer(_ name: SocketName, mode: OpenMode = .readWrite) {
    concludeEnd()
    setServerName(name)
    connectToServer(mode: mode)
  }

  /// Connects to the server whose name was set; mirrors `QLocalSocket::connectToServer`.
  ///
  /// The outcome is there when this returns, told by signals, except when the server's queue is
  /// full: then the socket stays in ``State/connecting`` and the loop or a wait tries again, for 30
  /// seconds, after which the error is ``SocketError/Code/socketTimeout``. It tries after pauses, and
  /// before the loop sleeps if a server of the loop has accepted meanwhile. Unless unconnected, the
  /// socket reports ``SocketError/Code/operation`` and is left as it is. What has arrived before and
  /// was not read is dropped once the connection stands.
  ///
  /// In a handler of ``errorOccurred`` the session that has failed is ended first. An attempt that
  /// fails in a handler of an earlier failure is told of by the loop after a pause of up to fifty
  /// milliseconds, or by the next wait, so that a handler which always tries again neither calls itself
  /// without end nor keeps the loop from sleeping.
  ///
  /// - Parameter mode: What the device is opened for.
  ///
  /// A datagram socket is connected to a receiver, which does not hear of it.
  ///
  /// The corresponding system calls are `socket(2)`, `bind(2)` if ``ownName`` is set, and
  /// `connect(2)`.
  public func connectToServer(mode: OpenMode = .readWrite) {
    concludeEnd()
    guard state == .unconnected else { return refuseOperation() }
    // A handler of the last connection's end is here before that end is complete.
    discardOutput()
    failure.keepCode()
    names.isAdopted = false
    enter(.connecting)
    let session = self.session
    announceState()
    if session == self.session { beginAttempt(mode) }
  }

  /// Connects as ``connectToServer(mode:)`` does; mirrors `QLocalSocket::open`.
  ///
  /// - Parameter mode: What the device is opened for.
  /// - Returns: Whether the device is open now; true also when it was and the call was refused.
  public func open(mode: OpenMode = .readWrite) -> Bool {
    connectToServer(mode: mode)
    return isOpen
  }

  private func refuseOperation() {
    let error = SocketError(.operation, during: .connect, name: names.requested)
    failure.text = error.qtText(prefix: "QLocalSocket::connectToserver")
    guard !announcing.isRefusing else { return }
    announcing.isRefusing = true
    emit(.errorOccurred(.operation))
    announcing.isRefusing = false
  }

  private func beginAttempt(_ mode: OpenMode) {
    let address: SocketAddress
    do throws(SocketNameError) {
      address = try SocketAddress(nameToConnect)
    } catch {
      return failConnect(
        SocketError(.serverNotFound, during: .connect, nameError: error, name: names.requested)
      )
    }
    do throws(SocketError) {
      let descriptor = try makeDescriptor()
      beginAttempt(descriptor, to: address, mode)
    } catch {
      failConnect(error)
    }
  }

  /// Makes the call once, and keeps the attempt only where it has to be made again.
  private func beginAttempt(
    _ descriptor: consuming OwnedDescriptor,
    to address: SocketAddress,
    _ mode: OpenMode
  ) {
    do throws(SystemError) {
      switch try SystemCalls.connect(descriptor.number, to: address) {
      case .done: establish(descriptor, at: address.name, mode)
      case .wouldBlock:
        let attempt = ConnectAttempt(descriptor, to: address, mode: mode)
        loop.room.append(attempt)
        waitForRoom(attempt)
      }
    } catch {
      failConnect(connectError(error, at: address))
    }
  }

  private func makeDescriptor() throws(SocketError) -> OwnedDescriptor {
    let descriptor: OwnedDescriptor
    do throws(SystemError) {
      descriptor = try SystemCalls.socket(kind)
    } catch {
      throw connectError(error, at: nil)
    }
    if let ownName { try bind(descriptor.number, to: ownName) }
    return descriptor
  }

  /// Makes the connect once more; called by the loop's timer and by waits.
  func tryToConnect() {
    guard let attempt = tries.connecting, state == .connecting else { return }
    do throws(SystemError) {
      switch try attempt.connect() {
      case .done:
        tries.connecting = nil
        establish(attempt.end(), at: attempt.address.name, attempt.mode)
      case .wouldBlock: waitForRoom(attempt)
      }
    } catch {
      failConnect(connectError(error, at: attempt.address))
    }
  }

  private func waitForRoom(_ attempt: ConnectAttempt) {
    tries.connecting = attempt
    let hasTime = attempt.retries.scheduleNext(within: loop.retryLimit, on: loop) { [weak self] in
      self?.tryToConnect()
    }
    if hasTime { return }
    failConnect(SocketError(.socketTimeout, during: .connect, name: names.requested))
  }

  /// Begins the connection.
  ///
  /// Its descriptor is not yet the socket's while the new state is announced. A handler that closes
  /// the device then has it never opened.
  private func establish(
    _ descriptor: consuming OwnedDescriptor,
    at resolvedName: [UInt8],
    _ mode: OpenMode
  ) {
    tries.failure = nil
    discardOldSession()
    names.resolved = resolvedName
    enter(.connected)
    let session = self.session
    announcing.wasClosed = false
    announceState()
    guard session == self.session else { return }
    open(descriptor, mode: announcing.wasClosed ? .notOpen : mode)
    if state == .closing { return finishClosingIfDrained() }
    emit(.connected)
  }

  /// Makes a connected descriptor the socket's own and opens the device.
  func open(
    _ descriptor: consuming OwnedDescriptor,
    mode: OpenMode,
    hasPeer: Bool = true
  ) {
    openMode = mode
    token = loop.register(descriptor.number, interest, self)
    self.descriptor = consume descriptor
    prepareBoundaries(hasPeer: hasPeer)
    if wantsCredentials { applyCredentials() }
    if waiters[.readyRead] != nil { loop.registrations.park(token) }
  }

  func discardOldSession() {
    failure = LastFailure()
    discardInput()
    discardOutput()
    sending.unreported = 0
    ends = []
  }

  private func connectError(_ error: SystemError, at address: SocketAddress?) -> SocketError {
    let flaw = address?.flaw(behind: error)
    return SocketError(
      flaw == nil ? .ofConnect(error) : .serverNotFound,
      during: .connect,
      systemError: error,
      nameError: flaw,
      mismatchedKind: isOfOtherKind(error, at: address) ? kind : nil,
      name: names.requested,
      resolvedName: address?.resolution(of: names.requested)
    )
  }

  /// Whether a connect has failed because the socket at the address is of another kind.
  private func isOfOtherKind(_ error: SystemError, at address: SocketAddress?) -> Bool {
    guard error.isRefusal, let address else { return error.isOfOtherKind }
    return SocketTable.hasOnlyOthers(than: kind, at: address)
  }

  private func failConnect(_ error: SocketError) {
    tries.connecting = nil
    guard announcing.isFailing else {
      tries.failure = nil
      return announceFailure(error)
    }
    let postponed = tries.failure ?? PostponedFailure()
    tries.failure = postponed
    postponed.error = error
    _ = postponed.retries.scheduleNext(within: nil, on: loop) { [weak self] in
      self?.announcePostponedFailure()
    }
  }

  func announcePostponedFailure() {
    if let error = tries.failure?.error.take() { announceFailure(error) }
  }

  /// The error is announced while the state still is connecting, and only then what follows from it.
  private func announceFailure(_ error: SocketError) {
    let isNested = announcing.isFailing
    announcing.isFailing = true
    end(because: error, prefix: "QLocalSocket::connectToServer")
    announcing.isFailing = isNested
  }

  /// Goes back to being unconnected after a failure to connect.
  func concludeConnecting() {
    names = SocketNames()
    enter(.unconnected)
    let session = self.session
    closeDevice()
    if session == self.session { announceState() }
  }

  /// Ends an attempt on the user's demand.
  func cancelConnecting() {
    tries.connecting = nil
    names = SocketNames()
    enter(.unconnected)
    announceState()
    emit(.readChannelFinished)
  }

  /// Records an error and tells of it.
  func report(_ error: SocketError, prefix: String = "QLocalSocket") {
    record(error, prefix: prefix)
    emit(.errorOccurred(error.code))
  }

  /// Records an error that nobody is told of.
  func record(_ error: SocketError, prefix: String = "QLocalSocket") {
    failure = LastFailure(error, prefix: prefix)
  }
}
