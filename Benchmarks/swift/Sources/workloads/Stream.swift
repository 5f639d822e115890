import LocalSockets

/// Sends the stream, and lets no more gather than a write or two.
final class StreamSender {
  private let message: [UInt8]
  private var left: Int
  private var socket: LocalSocket?

  init(_ load: Load, loop: EventLoop, ended: @escaping () -> Void) {
    message = load.streamMessage
    left = load.count
    let socket = connectedSocket(loop: loop, name: load.name) { [unowned self] in sendMore($0) }
    socket.bytesWritten.connect { [unowned self, unowned socket] _ in sendMore(socket) }
    socket.disconnected.connect(ended)
    self.socket = socket
  }

  private func sendMore(_ socket: LocalSocket) {
    while left > 0, socket.bytesToWrite <= message.count {
      send(message, on: socket)
      left -= 1
    }
    if left == 0 { socket.disconnectFromServer() }
  }
}

/// Receives the stream.
final class StreamReceiver {
  private let load: Load
  private let stopwatch = Stopwatch()
  private let restsFor: Duration?
  private var isResting = false
  private var received = 0

  /// Receives until the end.
  ///
  /// - Parameters:
  ///   - load: What the stream should be.
  ///   - socket: What it comes from.
  ///   - loop: What wakes a reader that rests.
  ///   - restsFor: How long the reader rests after each MiB; nil if it never does.
  ///   - ended: Called at the end with the count of bytes.
  @discardableResult
  init(
    _ load: Load,
    from socket: LocalSocket,
    loop: EventLoop,
    restsFor: Duration?,
    ended: @escaping (Int) -> Void
  ) {
    self.load = load
    self.restsFor = restsFor
    if restsFor != nil { socket.readBufferSize = load.size }
    socket.readyRead.connect { [unowned socket, unowned loop] in self.take(socket, loop) }
    socket.disconnected.connect { [unowned socket, unowned loop] in
      self.isResting = false
      self.take(socket, loop)
      self.stopwatch.printRate(of: self.received / load.size)
      ended(self.received)
    }
  }

  private func take(_ socket: LocalSocket, _ loop: EventLoop) {
    guard !isResting, let count = socket.readAll(checkedCount(of:)), count > 0 else { return }
    received += count
    guard let restsFor, received % Load.restInterval < count else { return }
    isResting = true
    loop.schedule(at: .after(restsFor)) { [weak socket, unowned loop] in
      self.isResting = false
      if let socket { self.take(socket, loop) }
    }
  }
  private func checkedCount(of piece: Span<UInt8>) -> Int {
    if !piece.isEmpty { load.check(piece, position: received) }
    return piece.count
  }
}
