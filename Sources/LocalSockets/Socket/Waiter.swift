/// Somebody who waits for a socket or a server without blocking the thread.
package protocol Waiter: AnyObject {
  /// Ends the wait. Called in the midst of the loop's or the socket's work: it may only take note,
  /// and must not call back.
  func waitEnded(_ outcome: WaitOutcome)
}

/// What can be waited for on a socket.
package enum WaitCondition: UInt8, CaseIterable, Sendable {
  case connected
  case readyRead
  case bytesWritten
  case disconnected
}

/// How a wait ended.
package enum WaitOutcome: Equatable, Sendable {
  /// What was waited for has happened.
  case satisfied
  /// It cannot happen any more; where Qt's blocking call returns false.
  case failed
  /// Somebody else already waits for the same.
  case busy
}

/// The waiters of one socket, at most one for each condition.
struct ParkedWaiters {
  private var readyRead: (any Waiter)?
  /// Nil until somebody waits for something else than arrivals, which most sockets never see.
  private var others: OtherWaiters?

  /// Whether nobody waits for anything, as nobody ever does where handlers are told of what happens.
  var isEmpty: Bool { readyRead == nil && others == nil }

  subscript(condition: WaitCondition) -> (any Waiter)? {
    get {
      switch condition {
      case .connected: others?.connected
      case .readyRead: readyRead
      case .bytesWritten: others?.bytesWritten
      case .disconnected: others?.disconnected
      }
    }
    set {
      if condition == .readyRead {
        readyRead = newValue
        return
      }
      if others == nil, newValue == nil { return }
      let others = others ?? OtherWaiters()
      self.others = others
      switch condition {
      case .connected: others.connected = newValue
      case .readyRead: break
      case .bytesWritten: others.bytesWritten = newValue
      case .disconnected: others.disconnected = newValue
      }
    }
  }
}

/// The waiters of a socket that do not wait for arrivals.
private final class OtherWaiters {
  var connected: (any Waiter)?
  var bytesWritten: (any Waiter)?
  var disconnected: (any Waiter)?
}
