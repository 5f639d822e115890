/// What a socket does again after pauses, because nothing tells when it could be done.
struct Tries {
  /// An object of their own, since hardly any socket ever has one of them.
  private final class Parts {
    var connecting: ConnectAttempt?
    var receiving: Retries?
    var sending: Retries?
    var failure: PostponedFailure?
  }

  private var parts: Parts?

  /// A connect that found the server's queue full.
  var connecting: ConnectAttempt? {
    get { parts?.connecting }
    set { if parts != nil || newValue != nil { made.connecting = newValue } }
  }

  /// The tries of receiving, where the last one failed and the next one may not.
  var receiving: Retries? {
    get { parts?.receiving }
    set { if parts != nil || newValue != nil { made.receiving = newValue } }
  }

  /// The tries of what is queued, where the loop cannot watch for room.
  var sending: Retries? {
    get { parts?.sending }
    set { if parts != nil || newValue != nil { made.sending = newValue } }
  }

  /// A failure of a connect that a handler of another failure has made; kept for as long as each
  /// failure is a handler's.
  var failure: PostponedFailure? {
    get { parts?.failure }
    set { if parts != nil || newValue != nil { made.failure = newValue } }
  }

  private var made: Parts {
    mutating get {
      let parts = parts ?? Parts()
      self.parts = parts
      return parts
    }
  }
}

/// A failure of a connect that the loop tells of later.
final class PostponedFailure {
  /// Nil once it was told of.
  var error: SocketError?
  let retries = Retries()
}
