import LocalSockets

/// Sends a message a round and checks that it comes back.
final class Client {
  private let socket: LocalSocket
  private let messages: Messages
  private let rounds: Int
  private var round = 0
  private var started = ContinuousClock.now

  /// Connects, and begins once connected.
  ///
  /// - Parameters:
  ///   - loop: What serves the socket.
  ///   - path: Where the server listens.
  ///   - messages: What is sent.
  ///   - rounds: How many messages are sent.
  ///   - finished: Called with the time that all rounds took.
  init(
    loop: EventLoop,
    path: String,
    messages: Messages,
    rounds: Int,
    finished: @escaping (Duration) -> Void
  ) {
    socket = LocalSocket(loop: loop)
    self.messages = messages
    self.rounds = rounds
    socket.connected.connect { [unowned self] in
      started = .now
      send()
    }
    socket.readyRead.connect { [unowned self] in receive(finished) }
    socket.errorOccurred.connect { [unowned self] _ in fail("client: \(socket.errorString)") }
    socket.connectToServer(SocketName(path))
  }

  private func send() {
    guard socket.write(messages.ofRound(round)) == messages.size else {
      fail("write: \(socket.errorString)")
    }
  }

  private func receive(_ finished: (Duration) -> Void) {
    guard socket.bytesAvailable >= messages.size else { return }
    guard socket.read(maxLength: messages.size) == messages.ofRound(round) else {
      fail("round \(round): the reply is not what was sent")
    }
    round += 1
    if round < rounds {
      send()
    } else {
      finished(started.duration(to: .now))
    }
  }
}
