import LocalSockets

/// Echoes what one connection sends, until it ends.
final class EchoServer {
  private let server: LocalServer
  private var connection: LocalSocket?
  private(set) var bytesEchoed = 0

  /// Listens.
  ///
  /// - Parameters:
  ///   - loop: What serves the sockets.
  ///   - path: Where to listen.
  ///   - ended: Called when the connection has ended.
  init(loop: EventLoop, path: String, ended: @escaping () -> Void) {
    server = LocalServer(loop: loop)
    server.newConnection.connect { [unowned self] in accept(ended: ended) }
    guard server.listen(SocketName(path)) else { fail("listen: \(server.errorString)") }
  }

  private func accept(ended: @escaping () -> Void) {
    guard let socket = server.nextPendingConnection() else { return }
    connection = socket
    server.close()
    socket.readyRead.connect { [unowned self, unowned socket] in echo(socket) }
    socket.disconnected.connect(ended)
  }

  private func echo(_ socket: LocalSocket) {
    guard let bytes = socket.readAll(), socket.write(bytes) == bytes.count else {
      fail("echo: \(socket.errorString)")
    }
    bytesEchoed += bytes.count
  }
}
