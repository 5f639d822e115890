import LocalSockets

/// Makes connections one after another.
///
/// Each sends a message and reads its echo or, with messages of no bytes, notices that the server
/// closes; then it is closed.
final class Conversations {
  private let load: Load
  private let loop: EventLoop
  private let stopwatch = Stopwatch()
  private var socket: LocalSocket?
  private var round = 0

  init(_ load: Load, loop: EventLoop) {
    self.load = load
    self.loop = loop
    begin()
  }

  private func begin() {
    let socket = connectedSocket(loop: loop, name: load.name) { [unowned self] socket in
      if load.size > 0 { send(load.message(round), on: socket) }
    }
    if load.size > 0 {
      socket.readyRead.connect { [unowned self, unowned socket] in
        guard socket.bytesAvailable >= load.size else { return }
        load.check(socket.readAll(), round: round)
        finish(socket)
      }
    } else {
      socket.disconnected.connect { [unowned self, unowned socket] in finish(socket) }
    }
    self.socket = socket
  }

  private func finish(_ socket: LocalSocket) {
    socket.close()
    round += 1
    if round < load.count { return begin() }
    stopwatch.printRate(of: load.count)
    loop.stop()
  }
}
