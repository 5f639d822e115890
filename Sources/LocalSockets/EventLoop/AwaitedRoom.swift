/// The connects that found their server's queue full, in turn.
///
/// The kernel does not tell when a queue has room again. Of the servers in this process the loop knows
/// it, so that nothing need sleep through a pause where both ends are in one thread.
struct AwaitedRoom {
  private struct Entry {
    weak var attempt: ConnectAttempt?
  }

  private var entries = Fifo<Entry>()
  /// Whether a server of the loop has accepted since the last tries.
  var mayBeThere = false

  /// Whether a try may succeed.
  var isWorthTrying: Bool { mayBeThere && !entries.isEmpty }

  mutating func append(_ attempt: ConnectAttempt) {
    // Those that are over are mostly the oldest, and must not gather where nobody ever accepts.
    while let oldest = entries.first, oldest.attempt == nil { entries.removeFirst() }
    entries.append(Entry(attempt: attempt))
  }

  /// Takes out the oldest that is not over.
  mutating func removeFirst() -> ConnectAttempt? {
    while let entry = entries.removeFirst() {
      if let attempt = entry.attempt { return attempt }
    }
    return nil
  }
}

extension EventLoop {
  /// Makes the connects again that wait for room, until one finds none.
  ///
  /// - Returns: Whether one came to its end.
  func tryWaitingConnects() -> Bool {
    room.mayBeThere = false
    var hasEnded = false
    while let attempt = room.removeFirst() {
      guard attempt.retries.tryNow() else {
        room.append(attempt)
        break
      }
      hasEnded = true
    }
    return hasEnded
  }
}
