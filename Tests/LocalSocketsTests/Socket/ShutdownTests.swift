import Glibc
import LocalSockets
import TestSupport
import Testing

@Suite("LocalSocket shutdown")
struct ShutdownTests {
  private struct Connection {
    let loop: EventLoop
    let socket: LocalSocket
    let peer: LocalSocket
    let recorder: SignalRecorder

    init(_ poller: PollerKind = .epoll, _ kind: SocketKind = .stream) throws {
      loop = try EventLoop(poller: poller)
      (socket, peer) = try LocalSocket.pair(loop: loop, kind: kind)
      recorder = SignalRecorder(socket)
    }
  }

  @Test func `a socket without a connection has nothing to shut down`() throws {
    #expect(!LocalSocket(loop: try EventLoop()).shutdown(.both))
  }

  @Test(arguments: [SocketKind.stream, .seqpacket], PollerKind.allCases)
  func `after the writing end reading goes on until the peer ends`(
    kind: SocketKind,
    poller: PollerKind
  ) throws {
    let connection = try Connection(poller, kind)
    let (socket, peer) = (connection.socket, connection.peer)
    // The peer answers once it has seen the end, which ends its side.
    peer.readyRead.connect { [unowned peer] in _ = peer.write([9]) }
    _ = socket.write([1, 2])

    #expect(socket.shutdown(.write))
    #expect(socket.write([3]) == nil)
    #expect(try connection.loop.run(until: { socket.bytesAvailable == 1 }))
    #expect(try connection.loop.run(until: { socket.state == .unconnected }))

    #expect(peer.readAll() == [1, 2])
    #expect(
      connection.recorder.entries == [
        "bytesWritten(2) connected open 0",
        "readyRead connected open 1",
        "errorOccurred(PeerClosedError) connected open 1",
        "stateChanged(closing) closing open 1",
        "stateChanged(unconnected) unconnected open 1",
        "readChannelFinished unconnected open 1",
        "disconnected unconnected open 1",
      ]
    )
  }

  @Test func `the writing end waits for what is queued`() throws {
    let connection = try Connection()
    let long = [UInt8](repeating: 7, count: 2_000_000)
    _ = connection.socket.write(long)

    connection.socket.shutdown(.write)
    connection.socket.shutdown(.write)

    #expect(connection.socket.state == .connected)
    #expect(try connection.loop.run(until: { connection.peer.state == .unconnected }))
    #expect(connection.peer.readAll() == long)
  }

  @Test func `a message cannot be sent after the writing end`() throws {
    let connection = try Connection()
    connection.socket.shutdown(.write)

    let error = #expect(throws: SocketError.self) { try connection.socket.sendMessage([1]) }

    #expect(error?.code == .operation)
  }

  @Test(arguments: PollerKind.allCases)
  func `after the reading end writing goes on and unread bytes stay`(poller: PollerKind) throws {
    let connection = try Connection(poller)
    let (socket, peer) = (connection.socket, connection.peer)
    _ = peer.write([1])
    try connection.loop.runReady()
    connection.recorder.clear()

    #expect(socket.shutdown(.read))
    #expect(socket.shutdown(.read))

    #expect(connection.recorder.entries == ["readChannelFinished connected open 1"])
    #expect(socket.readAll() == [1])
    #expect(socket.write([2]) == 1)
    #expect(try connection.loop.run(until: { peer.bytesAvailable == 1 }))
    #expect(socket.state == .connected)
  }

  @Test(arguments: PollerKind.allCases)
  func `a loop sleeps although the reading end is shut down`(poller: PollerKind) throws {
    let connection = try Connection(poller)
    connection.socket.shutdown(.read)
    try connection.loop.runReady()
    var isDue = false
    var turns = 0
    connection.loop.schedule(at: .after(.milliseconds(50))) { isDue = true }

    while !isDue {
      try connection.loop.turn(until: .after(.seconds(20)))
      turns += 1
    }

    #expect(turns < 5)
  }

  @Test(arguments: PollerKind.allCases)
  func `the end of the peer is noticed after the reading end, which is told of once`(
    poller: PollerKind
  ) throws {
    let connection = try Connection(poller)
    connection.socket.shutdown(.read)

    connection.peer.abort()

    #expect(try connection.loop.run(until: { connection.socket.state == .unconnected }))
    #expect(
      connection.recorder.entries == [
        "readChannelFinished connected open 0",
        "errorOccurred(PeerClosedError) connected open 0",
        "stateChanged(closing) closing open 0",
        "stateChanged(unconnected) unconnected open 0",
        "disconnected unconnected open 0",
      ]
    )
  }

  @Test func `waits for bytes end at the reading end`() throws {
    let connection = try Connection()
    let waiter = RecordingWaiter()
    #expect(connection.socket.beginWait(.readyRead, waiter) == nil)

    connection.socket.shutdown(.read)

    #expect(waiter.outcomes == [.failed])
    #expect(connection.socket.beginWait(.readyRead, RecordingWaiter()) == .failed)
    #expect(!connection.socket.waitForReadyRead(timeout: nil))
  }

  @Test func `a wait for the end serves a socket whose reading end is shut down`() throws {
    let connection = try Connection()
    connection.socket.shutdown(.read)
    connection.peer.abort()

    #expect(connection.socket.waitForDisconnected())
  }

  @Test func `both ends together end the connection once all is sent`() throws {
    let connection = try Connection()
    let long = [UInt8](repeating: 7, count: 2_000_000)
    _ = connection.socket.write(long)

    connection.socket.shutdown(.both)

    #expect(connection.socket.state == .closing)
    #expect(try connection.loop.run(until: { connection.peer.state == .unconnected }))
    #expect(connection.peer.readAll() == long)
    #expect(connection.socket.state == .unconnected)
  }

  @Test(arguments: [[ShutdownDirection.both], [.read, .write], [.write, .read]])
  func `both ends in any order end the connection`(directions: [ShutdownDirection]) throws {
    let connection = try Connection()

    for direction in directions { connection.socket.shutdown(direction) }

    #expect(
      connection.recorder.entries == [
        "readChannelFinished connected open 0",
        "stateChanged(closing) closing open 0",
        "stateChanged(unconnected) unconnected open 0",
        "disconnected unconnected open 0",
      ]
    )
    #expect(connection.socket.isOpen)
  }

  @Test func `an abort tells of the end of reading once`() throws {
    let connection = try Connection()
    connection.socket.shutdown(.read)

    connection.socket.abort()

    #expect(connection.recorder.entries.count { $0.hasPrefix("readChannelFinished") } == 1)
  }

  @Test func `a new connection has both ends`() throws {
    let directory = TemporaryDirectory()
    let loop = try EventLoop()
    let name = SocketName(directory.file("s"))
    let server = LocalServer(loop: loop)
    #expect(server.listen(name))
    let socket = LocalSocket(loop: loop)
    socket.connectToServer(name)
    socket.shutdown(.both)
    #expect(socket.state == .unconnected)

    socket.connectToServer(name)

    #expect(socket.write([1]) == 1)
    socket.abort()
  }

  @Test func `a datagram socket goes on receiving after its writing end`() throws {
    let connection = try Connection(.epoll, .datagram)
    connection.socket.shutdown(.write)
    _ = connection.peer.write([1])
    connection.peer.flush()

    #expect(connection.socket.waitForReadyRead())

    #expect(connection.socket.write([2]) == nil)
    #expect(connection.socket.receiveMessage()?.data == [1])
  }

  #if DEBUG
  @Test func `a shutdown that finds the peer gone leaves the end to the reading`() throws {
    let connection = try Connection()
    let plan = FaultPlan()
    plan.fail(.shutdown, with: ENOTCONN)

    #expect(plan.whileActive { connection.socket.shutdown(.write) })
    connection.peer.abort()

    #expect(connection.socket.waitForDisconnected())
  }
  #endif

  @Test(arguments: [SocketKind.stream, .seqpacket])
  func `after the reading end reads come to an end`(kind: SocketKind) throws {
    let connection = try Connection(.epoll, kind)
    _ = connection.peer.write([1])
    #expect(try connection.loop.run(until: { connection.socket.bytesAvailable == 1 }))

    connection.socket.shutdown(.read)

    #expect(connection.socket.readAll() == [1])
    #expect(connection.socket.readAll() == nil)
    #expect(connection.socket.readData(maxLength: 1) == nil)
  }
}
