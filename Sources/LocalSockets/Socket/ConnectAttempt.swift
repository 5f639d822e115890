/// A connect that goes on: the server's queue was full, or its signals are being sent.
///
/// A local connect has no readiness to wait for (the unconnected socket counts as writable), so it
/// is made again after pauses.
final class ConnectAttempt {
  static let limit = Duration.seconds(30)

  var descriptor: OwnedDescriptor?
  let address: SocketAddress
  var mode: OpenMode
  var timer: EventLoop.Timer?
  private(set) var nextTry = Deadline.never
  private var pauses = RetryPauses()
  private let end: Deadline

  init(
    _ descriptor: consuming OwnedDescriptor,
    to address: SocketAddress,
    mode: OpenMode,
    limit: Duration
  ) {
    self.descriptor = consume descriptor
    self.address = address
    self.mode = mode
    end = .after(limit)
  }

  var isOverdue: Bool { end.isPast }

  /// Makes the call once.
  func connect() throws(SystemError) -> Completion {
    guard let number = descriptor?.number else { preconditionFailure("the attempt is over") }
    return try SystemCalls.connect(number, to: address)
  }

  /// Lets the loop call again after the next pause.
  func scheduleNextTry(on loop: EventLoop, _ action: @escaping () -> Void) {
    nextTry = min(.after(pauses.next()), end)
    if let timer {
      timer.reschedule(at: nextTry)
    } else {
      timer = loop.schedule(at: nextTry, action)
    }
  }

  deinit {
    timer?.cancel()
  }
}
