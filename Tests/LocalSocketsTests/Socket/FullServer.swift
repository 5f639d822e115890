import LocalSockets

/// A server whose queue in the kernel has no place left.
struct FullServer {
  let name: SocketName
  let server: LocalServer
  let clients: [LocalSocket]

  init(_ loop: EventLoop, at name: SocketName) throws {
    self.name = name
    server = LocalServer(loop: loop)
    server.maxPendingConnections = 0
    server.listenBacklogSize = 1
    precondition(server.listen(name), server.errorString)
    var clients: [LocalSocket] = []
    repeat {
      let client = LocalSocket(loop: loop)
      client.connectToServer(name)
      clients.append(client)
    } while clients.last?.state == .connected
    clients.last?.abort()
    self.clients = clients
  }
}
