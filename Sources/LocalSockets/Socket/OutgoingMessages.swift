/// The boundaries in a socket's queued bytes, and what goes beside the bytes between them.
///
/// A socket that keeps boundaries always has this. A stream has it only while descriptors are queued,
/// and then all its queued bytes belong to one of the parts.
final class OutgoingMessages {
  struct Part {
    var length: Int
    var address: SocketAddress?
    var descriptors: [PassedDescriptor] = []
    /// Tells somebody what becomes of the part; a part without it is plain bytes.
    var delivery: Delivery?
  }

  /// Whether a message without an address has somewhere to go.
  let hasPeer: Bool
  private var parts = Fifo<Part>()
  /// Runs while the queue of the addressed receiver is full.
  private var retry: EventLoop.Timer?
  private var pauses = RetryPauses()
  private var retryTime = Deadline.never

  init(hasPeer: Bool) {
    self.hasPeer = hasPeer
  }

  deinit {
    retry?.cancel()
  }

  var isEmpty: Bool { parts.isEmpty }
  var first: Part? { parts.first }

  func append(_ part: Part) {
    parts.append(part)
  }

  /// Adds plain bytes of a stream, which need no boundary between them.
  func appendToStream(_ count: Int) {
    guard count > 0 else { return }
    if let last = parts.last, last.delivery == nil {
      parts.last?.length += count
    } else {
      parts.append(Part(length: count))
    }
  }

  /// Takes note that the kernel took bytes of the first part, and with the first of them all that
  /// goes beside them.
  func consume(_ count: Int) {
    endRetrying()
    parts.first?.length -= count
    parts.first?.descriptors = []
    guard let first = parts.first else { return }
    if first.length > 0 {
      first.delivery?.begin()
    } else {
      parts.removeFirst()
      first.delivery?.end(.sent)
    }
  }

  /// Removes the first part, which will not be sent; returns its length.
  func dropFirst(because error: SocketError?) -> Int {
    endRetrying()
    guard let part = parts.removeFirst() else { return 0 }
    if let error { part.delivery?.end(.failed(error)) }
    return part.length
  }

  /// Tells those who wait for parts that none will be sent any more.
  func fail(because error: SocketError) {
    while let part = parts.removeFirst() { part.delivery?.end(.failed(error)) }
    endRetrying()
  }
}

// Pauses before the next try, where the kernel tells of no room: a socket can only be watched for the
// room at its own peer.
extension OutgoingMessages {
  /// When the first part is tried again; nil when it waits for no such thing.
  var nextTry: Deadline? { retry == nil ? nil : retryTime }

  /// Tries again after the next pause.
  func scheduleRetry(on loop: EventLoop, _ action: @escaping () -> Void) {
    retry?.cancel()
    retryTime = .after(pauses.next())
    retry = loop.schedule(at: retryTime, action)
  }

  private func endRetrying() {
    retry?.cancel()
    retry = nil
    pauses = RetryPauses()
  }
}

/// What becomes of one message that was queued.
package final class Delivery {
  package enum Outcome {
    case sent
    case failed(SocketError)
  }

  /// Nil while the message is queued.
  package private(set) var outcome: Outcome?
  /// Whether the message shall not be sent any more.
  private(set) var isWithdrawn = false
  private var hasBegun = false

  /// Gives the message up: it is not sent if no byte of it was yet.
  package func withdraw() {
    isWithdrawn = !hasBegun
  }

  /// Takes note that some of the message's bytes were sent.
  func begin() {
    hasBegun = true
  }

  func end(_ outcome: Outcome) {
    self.outcome = outcome
  }
}
