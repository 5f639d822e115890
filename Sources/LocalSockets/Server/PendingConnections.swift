/// Accepted connections that nobody has taken yet, the oldest first.
struct PendingConnections {
  private var sockets = Fifo<LocalSocket>()
  /// How many of the newest no wait has reported.
  private var unreported = 0

  var count: Int { sockets.count }
  var isEmpty: Bool { sockets.isEmpty }

  mutating func append(_ socket: LocalSocket, isReported: Bool) {
    sockets.append(socket)
    if !isReported { unreported += 1 }
  }

  mutating func removeFirst() -> LocalSocket? {
    let socket = sockets.removeFirst()
    unreported = min(unreported, count)
    return socket
  }

  mutating func removeAll() {
    self = PendingConnections()
  }

  /// Whether there is a connection that no wait has reported; one is reported from now on.
  mutating func reportOne() -> Bool {
    guard unreported > 0 else { return false }
    unreported -= 1
    return true
  }
}
