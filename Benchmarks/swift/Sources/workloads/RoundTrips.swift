import LocalSockets

/// Sends a message a round and checks that it comes back.
final class RoundTrips {
  private let load: Load
  private var socket: LocalSocket?
  private var round = 0
  private var stopwatch = Stopwatch()

  init(_ load: Load, loop: EventLoop) {
    self.load = load
    socket = connectedSocket(loop: loop, name: load.name) { [unowned self] socket in
      stopwatch = Stopwatch()
      send(load.message(0), on: socket)
    }
    socket?.readyRead.connect { [unowned self, unowned loop] in
      if let socket { receive(socket, loop) }
    }
  }

  private func receive(_ socket: LocalSocket, _ loop: EventLoop) {
    guard socket.bytesAvailable >= load.size else { return }
    load.check(socket.readAll(), round: round)
    round += 1
    if round < load.count {
      send(load.message(round), on: socket)
    } else {
      stopwatch.printRate(of: load.count)
      loop.stop()
    }
  }
}
