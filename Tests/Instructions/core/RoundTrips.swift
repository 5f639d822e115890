// The path through the core whose instructions `scripts/count-instructions` counts: two sockets in
// one thread that answer each other from their handlers.  core-round-trips COUNT

import LocalSockets

/// One end, which sends a message for each that it gets.
final class Player {
  private let socket: LocalSocket
  private(set) var received = 0

  init(_ socket: LocalSocket, _ loop: EventLoop, until count: Int) {
    self.socket = socket
    socket.readyRead.connect { [unowned self] in
      guard let message = socket.readAll() else { return }
      received += 1
      if received == count { loop.stop() } else { _ = socket.write(message) }
    }
  }

  func begin() {
    _ = socket.write([UInt8](repeating: 1, count: 64))
  }
}

@main
enum RoundTrips {
  static func main() throws {
    guard let count = CommandLine.arguments.last.flatMap(Int.init) else {
      fatalError("usage: core-round-trips COUNT")
    }
    let loop = try EventLoop()
    let pair = try LocalSocket.pair(loop: loop)
    let near = Player(pair.first, loop, until: count)
    let far = Player(pair.second, loop, until: .max)
    near.begin()
    try loop.run()
    precondition(near.received == count && far.received == count, "a message was lost")
  }
}
