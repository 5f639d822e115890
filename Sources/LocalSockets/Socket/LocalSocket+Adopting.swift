extension LocalSocket {
  /// Takes over a connected descriptor; mirrors `QLocalSocket::setSocketDescriptor`.
  ///
  /// The descriptor becomes the socket's, is made non-blocking and is closed when a program is
  /// executed. A connection that the socket has is dropped with its queued and unread bytes and
  /// without signals of its end. The device is open when ``stateChanged`` is sent, the only signal.
  ///
  /// A descriptor that is refused stays the caller's. Then the socket is left as it is, except that
  /// ``lastError`` tells the reason.
  ///
  /// - Parameters:
  ///   - number: A connected local socket of this socket's ``kind``, for datagrams also one without a
  ///     peer, that nothing else will close.
  ///   - state: ``State/connected``, or ``State/closing`` for a connection that is only to be ended;
  ///     the others do not fit a descriptor and are refused.
  ///   - mode: What the device is opened for.
  /// - Returns: Whether the descriptor was taken over.
  ///
  /// The corresponding system calls are `getsockopt(2)` and `fcntl(2)`.
  public func setSocketDescriptor(
    _ number: CInt,
    state: State = .connected,
    mode: OpenMode = .readWrite
  ) -> Bool {
    adopt(number, of: nil, in: state, mode: mode)
  }

  /// Takes over a descriptor that came with a message, as the function that takes a number.
  ///
  /// - Parameters:
  ///   - passed: What has the descriptor; it has none any more when this succeeds, and else keeps it.
  ///   - state: As there.
  ///   - mode: As there.
  /// - Returns: Whether the descriptor was taken over.
  public func setSocketDescriptor(
    _ passed: PassedDescriptor,
    state: State = .connected,
    mode: OpenMode = .readWrite
  ) -> Bool {
    adopt(passed.number, of: passed, in: state, mode: mode)
  }

  private func adopt(
    _ number: CInt,
    of owner: PassedDescriptor?,
    in state: State,
    mode: OpenMode
  ) -> Bool {
    guard state == .connected || state == .closing else {
      return refuseDescriptor(SocketError(.operation, during: .adopt))
    }
    do throws(DescriptorError) {
      try DescriptorError.check(number, of: owner, is: kind, listening: false, on: loop)
    } catch {
      let code = SocketError.Code.unsupportedSocketOperation
      return refuseDescriptor(SocketError(code, during: .adopt, descriptorError: error))
    }
    do throws(SystemError) {
      try SystemCalls.setDescriptorFlags(of: number)
    } catch {
      let code = SocketError.Code.unsupportedSocketOperation
      return refuseDescriptor(SocketError(code, during: .adopt, systemError: error))
    }
    adopt(OwnedDescriptor(adopting: owner?.take() ?? number), in: state, mode: mode)
    return true
  }

  /// Makes a descriptor's connection the socket's own, without any signal.
  func takeOver(
    _ descriptor: consuming OwnedDescriptor,
    mode: OpenMode,
    hasPeer: Bool = true
  ) {
    if state != .unconnected { dropConnection() }
    enter(.connecting)
    discardOldSession()
    enter(.connected)
    names = SocketNames(isAdopted: true)
    open(descriptor, mode: mode, hasPeer: hasPeer)
  }

  private func adopt(_ descriptor: consuming OwnedDescriptor, in state: State, mode: OpenMode) {
    let hasPeer = kind != .datagram || SystemCalls.hasPeer(descriptor.number)
    takeOver(descriptor, mode: mode, hasPeer: hasPeer)
    isShared = true
    if state == .closing {
      enter(.closing)
      updateInterest()
    }
    announceState()
  }

  /// The code is told without the text, as by Qt.
  private func refuseDescriptor(_ error: SocketError) -> Bool {
    if error.code != .operation { failure.code = error.code }
    failure.error = error
    return false
  }
}
