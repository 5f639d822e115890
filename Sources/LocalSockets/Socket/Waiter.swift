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
  private var connected: (any Waiter)?
  private var readyRead: (any Waiter)?
  private var bytesWritten: (any Waiter)?
  private var disconnected: (any Waiter)?

  subscript(condition: WaitCondition) -> (any Waiter)? {
    get {
      switch condition {
      case .connected: connected
      case .readyRead: readyRead
      case .bytesWritten: bytesWritten
      case .disconnected: disconnected
      }
    }
    set {
      switch condition {
      case .connected: connected = newValue
      case .readyRead: readyRead = newValue
      case .bytesWritten: bytesWritten = newValue
      case .disconnected: disconnected = newValue
      }
    }
  }
}
