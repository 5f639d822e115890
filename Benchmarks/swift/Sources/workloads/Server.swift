import LocalSockets

/// Listens, and serves each connection until so many have ended.
final class Server {
  private let server: LocalServer
  private let serve: (LocalSocket, Server) -> Void
  private let ended: (Int) -> Void
  private var connections: [ObjectIdentifier: LocalSocket] = [:]
  private var left: Int
  private var amount = 0

  /// Listens.
  ///
  /// - Parameters:
  ///   - loop: What serves the sockets.
  ///   - name: Where to listen.
  ///   - count: How many connections there will be.
  ///   - serve: Called with each; it calls ``finish(_:amount:)`` at the end of one.
  ///   - ended: Called once all have ended, with the amount that was served.
  init(
    loop: EventLoop,
    name: SocketName,
    count: Int,
    serve: @escaping (LocalSocket, Server) -> Void,
    ended: @escaping (Int) -> Void
  ) {
    server = LocalServer(loop: loop)
    left = count
    self.serve = serve
    self.ended = ended
    server.newConnection.connect { [unowned self] in accept() }
    guard server.listen(name) else { fail("listen: \(server.errorString)") }
  }

  private func accept() {
    while let socket = server.nextPendingConnection() {
      connections[ObjectIdentifier(socket)] = socket
      serve(socket, self)
    }
  }

  /// Notes that a connection has ended, after so much was served.
  func finish(_ socket: LocalSocket, amount: Int) {
    connections[ObjectIdentifier(socket)] = nil
    self.amount += amount
    left -= 1
    if left == 0 { ended(self.amount) }
  }
}

extension Server {
  /// Echoes what the connection sends.
  static func echo(_ socket: LocalSocket, _ server: Server) {
    var echoed = 0
    socket.readyRead.connect { [unowned socket] in
      guard let bytes = socket.readAll() else { return }
      send(bytes, on: socket)
      echoed += bytes.count
    }
    socket.disconnected.connect { [unowned socket, unowned server] in
      server.finish(socket, amount: echoed)
    }
  }

  /// Closes the connection at once.
  static func close(_ socket: LocalSocket, _ server: Server) {
    socket.close()
    server.finish(socket, amount: 1)
  }
}

/// Writes, and ends the program where the bytes are not taken.
func send(_ bytes: [UInt8], on socket: LocalSocket) {
  guard socket.write(bytes) == bytes.count else { fail("write: \(socket.errorString)") }
}

/// Connects; `connected` is called once that is done.
func connectedSocket(
  loop: EventLoop,
  name: SocketName,
  connected: @escaping (LocalSocket) -> Void
) -> LocalSocket {
  let socket = LocalSocket(loop: loop)
  socket.connected.connect { [unowned socket] in connected(socket) }
  socket.errorOccurred.connect { [unowned socket] code in
    if code != .peerClosed { fail(socket.errorString) }
  }
  socket.connectToServer(name)
  return socket
}
