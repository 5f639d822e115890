import LocalSockets

/// Writes down each signal of a socket with what a handler of it sees.
final class SignalRecorder {
  /// One signal, as in `errorOccurred(PeerClosedError) connected open 3`: the signal, the state, the
  /// openness and the unread bytes.
  private(set) var entries: [String] = []

  init(_ socket: LocalSocket) {
    unowned let socket = socket
    socket.connected.connect { [unowned self] in note("connected", socket) }
    socket.disconnected.connect { [unowned self] in note("disconnected", socket) }
    socket.stateChanged.connect { [unowned self] in note("stateChanged(\($0))", socket) }
    socket.errorOccurred.connect { [unowned self] in note("errorOccurred(\($0.name))", socket) }
    socket.readyRead.connect { [unowned self] in note("readyRead", socket) }
    socket.bytesWritten.connect { [unowned self] in note("bytesWritten(\($0))", socket) }
    socket.readChannelFinished.connect { [unowned self] in note("readChannelFinished", socket) }
    socket.aboutToClose.connect { [unowned self] in note("aboutToClose", socket) }
  }

  /// Forgets what was written down so far.
  func clear() {
    entries.removeAll()
  }

  private func note(_ signal: String, _ socket: LocalSocket) {
    let openness = socket.isOpen ? "open" : "closed"
    entries.append("\(signal) \(socket.state) \(openness) \(socket.bytesAvailable)")
  }
}

/// A waiter that takes note of its outcome.
final class RecordingWaiter: Waiter {
  private(set) var outcomes: [WaitOutcome] = []

  func waitEnded(_ outcome: WaitOutcome) {
    outcomes.append(outcome)
  }
}
