extension LocalSocket {
  /// Connects to a server, as ``connectToServer(mode:)`` does, after setting its name.
  ///
  /// - Parameters:
  ///   - name: The server's name.
  ///   - mode: What the device is opened for.
  public func connectToServer(_ name: SocketName, mode: OpenMode = .readWrite) {
    setServerName(name)
    connectToServer(mode: mode)
  }

  /// Connects to the server whose name was set; mirrors `QLocalSocket::connectToServer`.
  ///
  /// The outcome is there when this returns, told by signals, except when the server's queue is
  /// full: then the socket stays in ``State/connecting`` and the loop or a wait tries again, for 30
  /// seconds, after which the error is ``SocketError/Code/socketTimeout``. Unless unconnected, the
  /// socket reports ``SocketError/Code/operation`` and is left as it is.
  ///
  /// - Parameter mode: What the device is opened for.
  ///
  /// The corresponding system calls are `socket(2)` and `connect(2)`.
  public func connectToServer(mode: OpenMode = .readWrite) {
    guard state == .unconnected else { return refuseOperation() }
    failure.text = nil
    names.isAdopted = false
    enter(.connecting)
    let session = self.session
    announceState()
    if session == self.session { beginAttempt(mode) }
  }

  private func refuseOperation() {
    let error = SocketError(.operation, during: .connect, name: names.requested)
    failure.text = error.qtText(prefix: "QLocalSocket::connectToserver")
    signals.errorOccurred?.emit(.operation)
  }

  private func beginAttempt(_ mode: OpenMode) {
    let address: SocketAddress
    do throws(SocketNameError) {
      address = try SocketAddress(names.requested)
    } catch {
      return failConnect(
        SocketError(.serverNotFound, during: .connect, nameError: error, name: names.requested)
      )
    }
    do throws(SystemError) {
      attempt = ConnectAttempt(try SystemCalls.streamSocket(), to: address, mode: mode)
    } catch {
      return failConnect(error)
    }
    tryToConnect()
  }

  /// Makes the connect once more; called by the loop's timer and by waits.
  func tryToConnect() {
    guard let attempt, state == .connecting else { return }
    do throws(SystemError) {
      switch try attempt.connect() {
      case .done: establish(attempt)
      case .wouldBlock: waitForRoom(attempt)
      }
    } catch {
      failConnect(error)
    }
  }

  private func waitForRoom(_ attempt: ConnectAttempt) {
    if attempt.isOverdue {
      return failConnect(SocketError(.socketTimeout, during: .connect, name: names.requested))
    }
    attempt.scheduleNextTry(on: loop) { [weak self] in self?.tryToConnect() }
  }

  /// Begins the connection.
  ///
  /// Its descriptor is not yet the socket's while the new state is announced.
  private func establish(_ attempt: ConnectAttempt) {
    attempt.timer?.cancel()
    discardOldSession()
    names.resolved = attempt.address.name
    enter(.connected)
    let session = self.session
    announceState()
    guard session == self.session, let descriptor = attempt.descriptor.take() else { return }
    self.attempt = nil
    open(descriptor, mode: attempt.mode)
    if state == .closing { return finishClosingIfDrained() }
    signals.connected?.emit(())
  }

  /// Makes a connected descriptor the socket's own and opens the device.
  func open(_ descriptor: consuming OwnedDescriptor, mode: OpenMode) {
    token = loop.register(descriptor.number, .readable, self)
    self.descriptor = consume descriptor
    openMode = mode
    if waiters[.readyRead] != nil { loop.registrations.park(token) }
  }

  private func discardOldSession() {
    failure = LastFailure()
    discardInput()
    output.clear()
    sending = Sending()
  }

  private func failConnect(_ error: SystemError) {
    failConnect(
      SocketError(
        .ofConnect(error),
        during: .connect,
        systemError: error,
        name: names.requested
      )
    )
  }

  /// The error is announced while the state still is connecting, and only then what follows from it.
  private func failConnect(_ error: SocketError) {
    attempt = nil
    let session = self.session
    report(error, prefix: "QLocalSocket::connectToServer")
    guard session == self.session else { return }
    names = SocketNames()
    enter(.unconnected)
    let ended = self.session
    closeDevice()
    if ended == self.session { announceState() }
  }

  /// Ends an attempt on the user's demand.
  func cancelConnecting() {
    attempt = nil
    names = SocketNames()
    enter(.unconnected)
    announceState()
    signals.readChannelFinished?.emit(())
  }

  /// Records an error and tells of it.
  func report(_ error: SocketError, prefix: String = "QLocalSocket") {
    failure = LastFailure(
      code: error.code,
      text: error.qtText(prefix: prefix),
      error: error
    )
    signals.errorOccurred?.emit(error.code)
  }
}
