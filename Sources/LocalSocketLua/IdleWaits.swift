internal import LocalSockets

/// Waits of connections that have ended, for others: many connections last for one wait or two.
struct IdleWaits {
  private static let mostKept = 64

  private var waits: [SocketWait] = []

  mutating func keep(_ wait: SocketWait) {
    if waits.count < Self.mostKept { waits.append(wait) }
  }

  /// A wait for a condition of a socket.
  mutating func take(_ condition: WaitCondition, of object: SocketObject) -> SocketWait {
    guard let wait = waits.popLast() else { return SocketWait(condition, of: object) }
    wait.serve(condition, of: object)
    return wait
  }
}
