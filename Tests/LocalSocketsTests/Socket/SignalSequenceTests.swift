import LocalSockets
import TestSupport
import Testing

/// The order of the signals and what a handler sees, as Qt has them.
@Suite("LocalSocket signal sequences", .serialized)
struct SignalSequenceTests {
  private let directory = TemporaryDirectory()

  private struct Connection {
    let loop: EventLoop
    let socket: LocalSocket
    let peer: LocalSocket
    let recorder: SignalRecorder

    init(_ poller: PollerKind) throws {
      loop = try EventLoop(poller: poller)
      (socket, peer) = try LocalSocket.pair(loop: loop)
      recorder = SignalRecorder(socket)
    }
  }

  @Test func `a connect that succeeds`() throws {
    let loop = try EventLoop()
    let server = LocalServer(loop: loop)
    #expect(server.listen(SocketName(directory.file("s"))))
    let socket = LocalSocket(loop: loop)
    let recorder = SignalRecorder(socket)
    var seen: [String] = []
    socket.stateChanged.connect { [unowned socket] _ in
      let resolved = !socket.fullServerName.isEmpty
      seen.append("\(!socket.serverName.isEmpty) \(resolved) \(socket.socketDescriptor == -1)")
    }

    socket.connectToServer(SocketName(directory.file("s")))

    #expect(
      recorder.entries == [
        "stateChanged(connecting) connecting closed 0",
        "stateChanged(connected) connected closed 0",
        "connected connected open 0",
      ]
    )
    #expect(seen == ["true false true", "true true true"])
    #expect(socket.socketDescriptor >= 0)
  }

  @Test func `a connect that fails`() throws {
    let loop = try EventLoop()
    let socket = LocalSocket(loop: loop)
    let recorder = SignalRecorder(socket)

    socket.connectToServer(SocketName(directory.file("absent")))

    #expect(
      recorder.entries == [
        "stateChanged(connecting) connecting closed 0",
        "errorOccurred(ServerNotFoundError) connecting closed 0",
        "stateChanged(unconnected) unconnected closed 0",
      ]
    )
    #expect(socket.errorString == "QLocalSocket::connectToServer: Invalid name")
    #expect(socket.serverName.isEmpty)
  }

  @Test func `a connect that fails on a device open from before`() throws {
    let connection = try Connection(.epoll)
    _ = connection.peer.write([1, 2])
    connection.peer.disconnectFromServer()
    _ = try connection.loop.run(until: { connection.socket.state == .unconnected })
    connection.recorder.clear()

    connection.socket.connectToServer(SocketName(directory.file("absent")))

    #expect(
      connection.recorder.entries == [
        "stateChanged(connecting) connecting open 2",
        "errorOccurred(ServerNotFoundError) connecting open 2",
        "aboutToClose unconnected open 2",
        "stateChanged(unconnected) unconnected closed 0",
      ]
    )
  }

  @Test func `a disconnect with nothing to write`() throws {
    let connection = try Connection(.epoll)
    _ = connection.peer.write([1, 2])
    #expect(connection.peer.flush())
    #expect(connection.socket.waitForReadyRead())
    connection.recorder.clear()

    connection.socket.disconnectFromServer()

    #expect(
      connection.recorder.entries == [
        "stateChanged(closing) closing open 2",
        "stateChanged(unconnected) unconnected open 2",
        "readChannelFinished unconnected open 2",
        "disconnected unconnected open 2",
      ]
    )
    #expect(connection.socket.readAll() == [1, 2])
  }

  @Test(arguments: PollerKind.allCases)
  func `a disconnect with bytes to write`(poller: PollerKind) throws {
    let connection = try Connection(poller)
    _ = connection.socket.write([1, 2, 3])
    connection.socket.disconnectFromServer()
    #expect(connection.recorder.entries == ["stateChanged(closing) closing open 0"])

    #expect(try connection.loop.run(until: { connection.socket.state == .unconnected }))

    #expect(
      connection.recorder.entries.dropFirst() == [
        "bytesWritten(3) closing open 0",
        "stateChanged(unconnected) unconnected open 0",
        "readChannelFinished unconnected open 0",
        "disconnected unconnected open 0",
      ]
    )
  }

  @Test(arguments: PollerKind.allCases)
  func `a close with bytes to write`(poller: PollerKind) throws {
    let connection = try Connection(poller)
    connection.socket.aboutToClose.connect { [unowned socket = connection.socket] in
      _ = socket.write([2])
    }
    _ = connection.socket.write([1])

    connection.socket.close()

    #expect(
      connection.recorder.entries == [
        "aboutToClose connected open 0", "stateChanged(closing) closing closed 0",
      ]
    )
    connection.recorder.clear()
    #expect(try connection.loop.run(until: { connection.peer.state == .unconnected }))
    #expect(
      connection.recorder.entries == [
        "bytesWritten(2) closing closed 0",
        "stateChanged(unconnected) unconnected closed 0",
        "readChannelFinished unconnected closed 0",
        "disconnected unconnected closed 0",
      ]
    )
    #expect(connection.peer.readAll() == [1, 2])
  }

  @Test func `a close shows unread bytes once more and drops them`() throws {
    let connection = try Connection(.epoll)
    _ = connection.peer.write([1, 2])
    #expect(connection.peer.flush())
    #expect(connection.socket.waitForReadyRead())
    connection.recorder.clear()

    connection.socket.close()
    connection.socket.close()

    #expect(
      connection.recorder.entries == [
        "aboutToClose connected open 2",
        "stateChanged(closing) closing closed 0",
        "stateChanged(unconnected) unconnected closed 0",
        "readChannelFinished unconnected closed 0",
        "disconnected unconnected closed 0",
      ]
    )
  }

  @Test func `an abort`() throws {
    let connection = try Connection(.epoll)
    _ = connection.socket.write([1])

    connection.socket.abort()
    connection.socket.abort()

    #expect(
      connection.recorder.entries == [
        "stateChanged(unconnected) unconnected open 0",
        "readChannelFinished unconnected open 0",
        "disconnected unconnected open 0",
        "aboutToClose unconnected open 0",
      ]
    )
    #expect(!connection.socket.isOpen)
    #expect(connection.socket.bytesToWrite == 0)
  }

  @Test(arguments: PollerKind.allCases)
  func `a peer that sends and closes`(poller: PollerKind) throws {
    let connection = try Connection(poller)
    var pending: [Int] = []
    connection.socket.disconnected.connect { [unowned socket = connection.socket] in
      pending.append(socket.bytesToWrite)
    }
    connection.socket.readyRead.connect { [unowned socket = connection.socket] in
      _ = socket.write([9, 9])
    }
    _ = connection.peer.write([1, 2, 3])
    connection.peer.disconnectFromServer()
    #expect(connection.peer.flush())

    #expect(try connection.loop.run(until: { connection.socket.state == .unconnected }))

    #expect(
      connection.recorder.entries == [
        "readyRead connected open 3",
        "errorOccurred(PeerClosedError) connected open 3",
        "stateChanged(closing) closing open 3",
        "stateChanged(unconnected) unconnected open 3",
        "readChannelFinished unconnected open 3",
        "disconnected unconnected open 3",
      ]
    )
    #expect(connection.socket.errorString == "QLocalSocket: Remote closed")
    #expect(pending == [2])
    #expect(connection.socket.bytesToWrite == 0)
  }

  @Test func `an abort in the handler of the error skips closing`() throws {
    let connection = try Connection(.epoll)
    connection.socket.errorOccurred.connect { [unowned socket = connection.socket] _ in
      socket.abort()
    }
    connection.peer.abort()

    #expect(try connection.loop.run(until: { connection.socket.state == .unconnected }))

    #expect(!connection.recorder.entries.contains { $0.hasPrefix("stateChanged(closing)") })
    #expect(connection.recorder.entries.count { $0.hasPrefix("disconnected") } == 1)
  }

  @Test func `a write to a peer that has gone keeps what it sent before`() throws {
    let connection = try Connection(.epoll)
    _ = connection.peer.write([1, 2, 3])
    #expect(connection.peer.flush())
    connection.peer.abort()
    _ = connection.socket.write([9])

    #expect(!connection.socket.flush())

    #expect(
      connection.recorder.entries == [
        "readyRead connected open 3",
        "errorOccurred(PeerClosedError) connected open 3",
        "stateChanged(closing) closing open 3",
        "stateChanged(unconnected) unconnected open 3",
        "readChannelFinished unconnected open 3",
        "disconnected unconnected open 3",
      ]
    )
    #expect(connection.socket.readAll() == [1, 2, 3])
  }

  @Test func `a wait whose time is up reports it and changes nothing`() throws {
    let connection = try Connection(.epoll)

    #expect(!connection.socket.waitForReadyRead(timeout: .zero))
    #expect(!connection.socket.waitForDisconnected(timeout: .zero))

    let report = "errorOccurred(SocketTimeoutError) connected open 0"
    #expect(connection.recorder.entries == [report, report])
    #expect(connection.socket.errorString == "QLocalSocket: Socket operation timed out")
  }

  @Test(arguments: PollerKind.allCases)
  func `bytes that came at once are told of once`(poller: PollerKind) throws {
    let connection = try Connection(poller)
    for _ in 0..<3 {
      _ = connection.peer.write([1, 2])
      connection.peer.flush()
    }

    try connection.loop.runReady()

    #expect(connection.recorder.entries == ["readyRead connected open 6"])
  }

  @Test(arguments: PollerKind.allCases)
  func `bytes that came at once are told of once however many they are`(
    poller: PollerKind
  ) throws {
    let connection = try Connection(poller)
    _ = connection.peer.write([UInt8](repeating: 7, count: 150_000))
    while connection.peer.flush() {}

    try connection.loop.runReady()

    #expect(connection.recorder.entries.filter { $0.hasPrefix("readyRead") }.count == 1)
    #expect(connection.socket.bytesAvailable == 150_000)
  }

  @Test func `an abort while connecting to a full server`() throws {
    let loop = try EventLoop()
    let full = try FullServer(loop, at: SocketName(directory.file("s")))
    let socket = LocalSocket(loop: loop)
    socket.connectToServer(full.name)
    let recorder = SignalRecorder(socket)
    #expect(socket.state == .connecting)

    socket.abort()

    #expect(
      recorder.entries == [
        "stateChanged(unconnected) unconnected closed 0",
        "readChannelFinished unconnected closed 0",
      ]
    )
  }
}
