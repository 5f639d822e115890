/// Which way of a connection is shut down.
public enum ShutdownDirection: Hashable, Sendable {
  /// No more bytes are taken in.
  case read
  /// No more bytes are sent.
  case write
  /// Neither.
  case both
}

/// Which ends of a connection do no more.
struct ShutEnds: OptionSet {
  let rawValue: UInt8

  /// No more bytes come, because that end was shut down here or the peer has ended its own.
  static let read = ShutEnds(rawValue: 1)
  /// Writes are refused; what was queued before is still sent.
  static let write = ShutEnds(rawValue: 2)
  /// All is sent, and the peer has been told that no more will come.
  static let toldPeer = ShutEnds(rawValue: 4)
  /// It was the peer that has ended what comes.
  static let byPeer = ShutEnds(rawValue: 8)
  /// That no more bytes come is told of with the end of the connection, which is near.
  static let untold = ShutEnds(rawValue: 16)
}

extension LocalSocket {
  /// Ends one way of the connection and lets the other go on, which Qt lacks.
  ///
  /// After ``ShutdownDirection/write`` writes return nil. Once all queued bytes are sent the peer sees
  /// the end of its reading; bytes that it sends still arrive, until it ends the connection. After
  /// ``ShutdownDirection/read`` no more bytes are taken in and those in the kernel are lost, unread
  /// bytes stay readable and reads then return nil, the peer can send no more, and
  /// ``readChannelFinished`` has been sent. When both ways are shut down, at once or one after the
  /// other, the connection ends as by
  /// ``disconnectFromServer()``. To shut down again what is shut down already does nothing.
  /// ``openMode`` and what follows from it stay, as after a disconnect: they tell how the device was
  /// opened.
  ///
  /// - Parameter direction: Which way ends.
  /// - Returns: Whether there is a connection.
  ///
  /// The corresponding system call is `shutdown(2)`.
  @discardableResult
  public func shutdown(_ direction: ShutdownDirection) -> Bool {
    guard descriptor != nil else { return false }
    let session = self.session
    if direction != .read { endWriting() }
    if direction != .write { endReading() }
    if session == self.session, ends.isSuperset(of: [.read, .write]) { disconnectFromServer() }
    return true
  }

  /// Whether nothing can be written any more because that end was shut down.
  package var isWritingShutDown: Bool { ends.contains(.write) }

  /// Whether nothing can arrive any more because that end was shut down here.
  package var isReadingShutDown: Bool { ends.contains(.read) && !ends.contains(.byPeer) }

  /// Whether ``readChannelFinished`` was sent.
  var isReadingFinished: Bool { ends.contains(.read) && !ends.contains(.untold) }

  /// Whether bytes that arrive are taken in; while the socket is closing, by a wait for room alone.
  var takesInput: Bool {
    (state == .connected || (state == .closing && isOpen && isRoomAwaited))
      && !ends.contains(.read)
  }

  /// Whether the peer has ended what it sends, and can still be answered.
  package var isHalfOpen: Bool { state == .connected && ends.contains(.byPeer) }

  /// Whether a reader may expect bytes that are not there yet.
  package var canArrive: Bool {
    state != .unconnected && !(descriptor != nil && ends.contains(.read))
  }

  private func endWriting() {
    ends.insert(.write)
    finishWritingIfDrained()
  }

  /// Tells the peer that no more will come, once all is sent.
  func finishWritingIfDrained() {
    guard ends.contains(.write), !ends.contains(.toldPeer), isDrained,
      let number = descriptor?.number
    else { return }
    ends.insert(.toldPeer)
    // It fails only where the peer is gone, which reading notices.
    try? SystemCalls.shutDownWriting(number)
  }

  private func endReading() {
    guard !ends.contains(.read), let number = descriptor?.number else { return }
    try? SystemCalls.shutDownReading(number)
    finishReading([.read])
  }

  private func finishReading(_ ends: ShutEnds) {
    self.ends.formUnion(ends)
    settle(.readyRead, .failed)
    updateInterest()
    emit(.readChannelFinished)
  }
}

// A peer that ends its sending alone.
extension LocalSocket {
  /// Ends a connection of which no more can be received, or only what comes of it.
  func finishReceiving(because error: SocketError) {
    // Bytes that a closing socket has left go out although the peer sends no more.
    guard allowsHalfOpen || state == .closing, error.systemError == nil, !isPeerGone else {
      return finish(because: error)
    }
    if state == .closing {
      ends.formUnion([.read, .byPeer, .untold])
      return updateInterest()
    }
    record(error)
    finishReading([.read, .byPeer])
  }

  /// Whether the peer has ended both ways, which only `poll(2)` tells from an end of its sending.
  private var isPeerGone: Bool {
    guard let number = descriptor?.number,
      let events = try? SystemCalls.pollOne(number, events: 0, timeoutMilliseconds: 0)
    else { return false }
    return Readiness(pollEvents: events).contains(.hangUp)
  }
}
