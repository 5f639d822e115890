extension LocalSocket {
  /// Where a connection stands; mirrors `QLocalSocket::LocalSocketState`, with its values.
  public enum State: Int, Hashable, Sendable {
    /// There is no connection.
    case unconnected = 0
    /// The server's queue is full, and the connection waits for a place in it.
    case connecting = 2
    /// Bytes can flow.
    case connected = 3
    /// The connection ends as soon as the queued bytes are sent.
    case closing = 6

    /// The one table of what may follow what.
    func canBecome(_ next: State) -> Bool {
      switch (self, next) {
      case (.unconnected, .connecting), (.connecting, .connected), (.connected, .closing): true
      case (.connecting, .unconnected), (.connected, .unconnected), (.closing, .unconnected): true
      default: false
      }
    }
  }

  /// The one place where the state changes.
  ///
  /// Parked waits that the new state decides are settled here, which only marks them. The signal is
  /// not sent from here, because some of what it announces has yet to be done by the caller.
  func enter(_ next: State) {
    assert(state.canBecome(next), "\(state) cannot become \(next)")
    let previous = state
    state = next
    loop.noteProgress()
    switch next {
    case .connecting: session &+= 1
    case .connected: settle(.connected, .satisfied)
    case .closing: settle(.readyRead, .failed)
    case .unconnected:
      session &+= 1
      binding = nil
      announcing.isEndPending = false
      tries.failure?.error = nil
      settle(.connected, .failed)
      settle(.readyRead, .failed)
      settle(.bytesWritten, .failed)
      settle(.disconnected, previous == .connecting ? .failed : .satisfied)
    }
  }

  func announceState() {
    emit(.stateChanged(state))
  }
}
