import Glibc
import LocalSockets
import TestSupport
import Testing

@Suite("LocalServer")
struct LocalServerTests {
  private let directory = TemporaryDirectory()
  private let name: SocketName

  init() {
    name = SocketName(directory.file("s"))
  }

  private func listening(_ poller: PollerKind = .epoll) throws -> (EventLoop, LocalServer) {
    let loop = try EventLoop(poller: poller)
    let server = LocalServer(loop: loop)
    #expect(server.listen(name))
    return (loop, server)
  }

  private func connect(_ loop: EventLoop) -> LocalSocket {
    let client = LocalSocket(loop: loop)
    client.connectToServer(name)
    return client
  }

  @Test func `a server that listens has a file and a name, and none after its close`() throws {
    let (_, server) = try listening()
    #expect(server.isListening)
    #expect(server.serverName == name)
    #expect(server.fullServerName == name)
    #expect(directory.contents == ["s"])

    server.close()

    #expect(!server.isListening)
    #expect(server.serverName.isEmpty)
    #expect(directory.contents.isEmpty)
  }

  @Test func `a server that is let go removes its file`() throws {
    var server: LocalServer? = try listening().1
    #expect(server?.isListening == true)

    server = nil

    #expect(directory.contents.isEmpty)
  }

  @Test(arguments: PollerKind.allCases)
  func `each connection is told of once, connected and pending`(poller: PollerKind) throws {
    let (loop, server) = try listening(poller)
    var taken: [LocalSocket] = []
    server.newConnection.connect { [unowned server] in
      #expect(server.hasPendingConnections)
      if let socket = server.nextPendingConnection() { taken.append(socket) }
    }
    let clients = (0..<3).map { _ in connect(loop) }

    #expect(try loop.run(until: { taken.count == clients.count }))

    #expect(taken.allSatisfy { $0.state == .connected && $0.isOpen })
    #expect(!server.hasPendingConnections)
  }

  @Test func `an accepted socket is called by its server's name`() throws {
    let (loop, server) = try listening()
    let client = connect(loop)
    #expect(server.waitForNewConnection().isPending)

    let socket = try #require(server.nextPendingConnection())

    #expect(socket.serverName == "s")
    #expect(socket.fullServerName == name)
    #expect(client.state == .connected)
  }

  @Test(arguments: PollerKind.allCases)
  func `the loop stops accepting at the limit and goes on when one is taken`(
    poller: PollerKind
  ) throws {
    let (loop, server) = try listening(poller)
    server.maxPendingConnections = 2
    var accepted = 0
    server.newConnection.connect { accepted += 1 }
    let clients = (0..<4).map { _ in connect(loop) }
    try loop.runReady()
    #expect(accepted == 2)

    let taken = server.nextPendingConnection()

    #expect(try loop.run(until: { accepted == 3 }))
    #expect(taken != nil)
    #expect(clients.allSatisfy { $0.state == .connected })
  }

  @Test func `a path where something is already is in use and stays`() throws {
    let (loop, server) = try listening()
    let second = LocalServer(loop: loop)

    #expect(!second.listen(name))

    #expect(second.serverError == .addressInUse)
    #expect(second.errorString == "QLocalServer::listen: Address in use")
    #expect(directory.contents == ["s"])
    #expect(connect(loop).state == .connected)
    #expect(server.isListening)
  }

  @Test func `a second listen is refused and changes nothing`() throws {
    let (_, server) = try listening()

    #expect(!server.listen("other"))

    #expect(server.serverName == name)
  }

  @Test func `a close leaves a file that somebody else has put in place`() throws {
    let (loop, server) = try listening()
    try LocalServer.removeServer(name)
    let second = LocalServer(loop: loop)
    #expect(second.listen(name))

    server.close()

    #expect(directory.contents == ["s"])
    #expect(connect(loop).state == .connected)
  }

  @Test func `removing a server frees its path, also when nothing is there`() throws {
    let (_, server) = try listening()

    try LocalServer.removeServer(name)
    try LocalServer.removeServer(name)
    #expect(directory.contents.isEmpty)
    #expect(server.isListening)
  }

  @Test func `what is no socket cannot be removed as a server`() {
    let error = #expect(throws: ServerError.self) {
      try LocalServer.removeServer(SocketName(directory.path))
    }

    #expect(error?.operation == .remove)
    #expect(error?.code == .addressInUse)
    #expect(
      error?.description
        == "cannot remove the server at \"\(directory.path)\": what is there is no socket, so it stays"
    )
  }

  @Test func `a close ends connections that nobody took and leaves the others`() throws {
    let (loop, server) = try listening()
    let first = connect(loop)
    #expect(server.waitForNewConnection().isPending)
    let taken = server.nextPendingConnection()
    let second = connect(loop)
    #expect(server.waitForNewConnection().isPending)

    server.close()

    #expect(second.waitForDisconnected())
    #expect(first.state == .connected)
    #expect(taken?.state == .connected)
  }

  @Test func `a wait on a server that does not listen is over at once`() throws {
    let server = LocalServer(loop: try EventLoop())

    let result = server.waitForNewConnection(timeout: nil)

    #expect(result == (false, false))
  }

  @Test func `a wait without a client ends when its time is up`() throws {
    let (_, server) = try listening()

    let result = server.waitForNewConnection(timeout: .milliseconds(5))

    #expect(result == (false, true))
  }

  @Test func `a connection is new until a wait has reported it`() throws {
    let (loop, server) = try listening()
    let client = connect(loop)
    try loop.runReady()

    #expect(server.waitForNewConnection() == (true, false))
    #expect(server.waitForNewConnection() == (true, true))
    #expect(client.state == .connected)
  }

  @Test func `a handler that takes the connection ends the wait with none pending`() throws {
    let (loop, server) = try listening()
    var taken: LocalSocket?
    server.newConnection.connect { [unowned server] in taken = server.nextPendingConnection() }
    let client = connect(loop)

    #expect(server.waitForNewConnection(timeout: .seconds(20)) == (false, false))

    #expect(taken?.state == .connected)
    #expect(client.state == .connected)
  }

  @Test func `a wait that another process is faster than goes on until its time is up`() throws {
    let (loop, server) = try listening()
    let other = LocalServer(loop: try EventLoop())
    #expect(other.listen(descriptor: dup(server.socketDescriptor)))
    let client = connect(loop)
    #expect(other.waitForNewConnection().isPending)

    #expect(server.waitForNewConnection(timeout: .milliseconds(5)) == (false, true))

    #expect(server.isListening && server.serverError == .unknown)
    #expect(client.state == .connected)
  }

  @Test(arguments: [0, -1, Int.min])
  func `without room for any only a wait accepts`(limit: Int) throws {
    let (loop, server) = try listening()
    server.maxPendingConnections = limit
    let client = connect(loop)
    try loop.runReady()
    #expect(!server.hasPendingConnections)

    #expect(server.waitForNewConnection() == (true, false))
    #expect(client.state == .connected)
  }

  @Test(arguments: [Int.min, -1, 0, Int.max])
  func `any backlog is taken`(backlog: Int) throws {
    let loop = try EventLoop()
    let server = LocalServer(loop: loop)
    server.listenBacklogSize = backlog

    #expect(server.listen(name))

    #expect(connect(loop).state == .connected)
  }

  @Test func `a connection that was made elsewhere is pending like the others`() throws {
    let (loop, server) = try listening()
    var news = 0
    server.newConnection.connect { news += 1 }
    let pair = try LocalSocket.pair(loop: loop)

    server.addPendingConnection(pair.second)

    #expect(news == 1)
    #expect(server.waitForNewConnection() == (true, false))
    #expect(server.nextPendingConnection() === pair.second)
  }

  @Test func `a socket without a connection is not pending`() throws {
    let (loop, server) = try listening()

    #expect(!server.addPendingConnection(LocalSocket(loop: loop)))

    #expect(!server.hasPendingConnections)
  }

  @Test(arguments: PollerKind.allCases)
  func `a connection ends a parked wait, whatever the limit`(poller: PollerKind) throws {
    let (loop, server) = try listening(poller)
    server.maxPendingConnections = 0
    let waiter = RecordingWaiter()
    #expect(server.beginWait(waiter) == nil)
    #expect(server.beginWait(RecordingWaiter()) == .busy)
    let client = connect(loop)

    #expect(try loop.run(until: { !waiter.outcomes.isEmpty }))

    #expect(waiter.outcomes == [.satisfied])
    #expect(server.hasPendingConnections)
    #expect(client.state == .connected)
  }

  @Test func `a close fails a parked wait`() throws {
    let (_, server) = try listening()
    let waiter = RecordingWaiter()
    #expect(server.beginWait(waiter) == nil)

    server.close()

    #expect(waiter.outcomes == [.failed])
  }

  @Test func `sockets and servers leave no descriptor behind`() async {
    await #expect(processExitsWith: .success) {
      let directory = TemporaryDirectory()
      let before = DescriptorCount.sockets
      do {
        let loop = try EventLoop()
        let server = LocalServer(loop: loop)
        precondition(server.listen(SocketName(directory.file("s"))))
        let client = LocalSocket(loop: loop)
        client.connectToServer(SocketName(directory.file("s")))
        precondition(server.waitForNewConnection().isPending)
        let accepted = server.nextPendingConnection()
        _ = accepted?.write([1])
        accepted?.close()
        precondition(DescriptorCount.sockets == before + 3, "the count sees descriptors")
        let hasEnded = try loop.run(until: { client.state == .unconnected })
        precondition(hasEnded)
      }
      precondition(DescriptorCount.sockets == before)
    }
  }

  @Test func `a process out of descriptors loses no connection and goes on when it has some`() async
  {
    await #expect(processExitsWith: .success) {
      let directory = TemporaryDirectory()
      let loop = try EventLoop()
      let server = LocalServer(loop: loop)
      precondition(server.listen(SocketName(directory.file("s"))))
      let client = LocalSocket(loop: loop)
      client.connectToServer(SocketName(directory.file("s")))
      var fillers: [CInt] = []
      while case let filler = dup(0), filler >= 0 { fillers.append(filler) }

      let hasFailed = try loop.run(until: { server.serverError == .socketResource })
      for filler in fillers { close(filler) }
      precondition(hasFailed && server.isListening && directory.contents == ["s"])

      let hasAccepted = try loop.run(until: { server.hasPendingConnections })
      precondition(hasAccepted && client.state == .connected)
    }
  }

  #if DEBUG
  @Test func `a server without descriptors reports it, rests and goes on`() throws {
    let (loop, server) = try listening()
    let client = connect(loop)
    let plan = FaultPlan()
    plan.fail(.accept4, with: EMFILE)
    try plan.whileActive {
      #expect(try loop.run(until: { server.serverError == .socketResource }))
      try loop.runReady(turns: 3)

      #expect(server.errorString == "QLocalSocket::activated: Socket resource error")
      #expect(server.isListening)
      #expect(directory.contents == ["s"])
      #expect(plan.count(of: .accept4) == 1)

      #expect(try loop.run(until: { server.hasPendingConnections }))
    }
    #expect(client.state == .connected)
  }

  @Test func `each wait without descriptors ends at once, the second like the first`() throws {
    let (loop, server) = try listening()
    let client = connect(loop)
    let plan = FaultPlan()
    plan.fail(.accept4, with: EMFILE, times: 2)
    plan.whileActive {
      for _ in 1...2 {
        #expect(server.waitForNewConnection(timeout: .seconds(20)) == (false, false))
        #expect(server.serverError == .socketResource)
      }

      #expect(plan.count(of: .accept4) == 2)
    }
    #expect(client.state == .connected)
  }

  @Test(arguments: [ECONNABORTED, EAGAIN, EINTR])
  func `an accept that came to nothing is no error`(errno: CInt) throws {
    let (loop, server) = try listening()
    let client = connect(loop)
    let plan = FaultPlan()
    plan.fail(.accept4, with: errno)

    let hasAccepted = try plan.whileActive {
      try loop.run(until: { server.hasPendingConnections })
    }

    #expect(hasAccepted)

    #expect(server.serverError == .unknown)
    #expect(client.state == .connected)
  }
  #endif
}
