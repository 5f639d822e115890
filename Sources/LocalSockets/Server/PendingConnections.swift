/// Accepted connections that nobody has taken yet, the oldest first.
struct PendingConnections {
  private var sockets: [LocalSocket?] = []
  private var head = 0
  /// How many of the newest no wait has reported.
  private var unreported = 0

  var count: Int { sockets.count - head }
  var isEmpty: Bool { count == 0 }

  mutating func append(_ socket: LocalSocket, isReported: Bool) {
    sockets.append(socket)
    if !isReported { unreported += 1 }
  }

  mutating func removeFirst() -> LocalSocket? {
    guard !isEmpty else { return nil }
    let socket = sockets[head]
    sockets[head] = nil
    head += 1
    unreported = min(unreported, count)
    // The slots in front are given back when they are all, or the greater part.
    if head > sockets.count / 2 {
      sockets.removeFirst(head)
      head = 0
    }
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
