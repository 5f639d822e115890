import LocalSockets
import TestSupport
import Testing

/// What handlers may do to the socket that has called them.
@Suite("LocalSocket called back from its handlers")
struct ReentrancyTests {
  private let directory = TemporaryDirectory()
  private let loop: EventLoop
  private let server: LocalServer
  private let socket: LocalSocket
  private let recorder: SignalRecorder
  private let name: SocketName
  private let absent: SocketName

  init() throws {
    loop = try EventLoop()
    server = LocalServer(loop: loop)
    socket = LocalSocket(loop: loop)
    recorder = SignalRecorder(socket)
    name = SocketName(directory.file("s"))
    absent = SocketName(directory.file("absent"))
    #expect(server.listen(name))
  }

  private func connect() throws -> LocalSocket {
    socket.connectToServer(name)
    #expect(server.waitForNewConnection().isPending)
    recorder.clear()
    return try #require(server.nextPendingConnection())
  }

  /// Shows that a connection made by a handler carries bytes.
  private func expectUsable() throws {
    #expect(socket.state == .connected && socket.isOpen)
    _ = socket.write([7])
    #expect(server.waitForNewConnection().isPending)
    let peer = try #require(server.nextPendingConnection())
    #expect(try loop.run(until: { peer.bytesAvailable == 1 }))
    #expect(peer.getChar() == 7)
    socket.disconnectFromServer()
  }

  @Test func `a handler of the failure to connect can connect elsewhere`() throws {
    socket.errorOccurred.connect { [unowned socket, name] error in
      if error == .serverNotFound { socket.connectToServer(name) }
    }

    socket.connectToServer(absent)

    #expect(
      recorder.entries == [
        "stateChanged(connecting) connecting closed 0",
        "errorOccurred(ServerNotFoundError) connecting closed 0",
        "stateChanged(unconnected) unconnected closed 0",
        "stateChanged(connecting) connecting closed 0",
        "stateChanged(connected) connected closed 0",
        "connected connected open 0",
      ]
    )
    #expect(socket.serverName == name)
    try expectUsable()
  }

  @Test func `a handler of the peer's end can connect again`() throws {
    let peer = try connect()
    socket.errorOccurred.connect { [unowned socket, name] error in
      if error == .peerClosed { socket.connectToServer(name) }
    }
    peer.abort()

    #expect(try loop.run(until: { recorder.entries.last?.hasPrefix("connected") ?? false }))

    #expect(
      recorder.entries == [
        "errorOccurred(PeerClosedError) connected open 0",
        "stateChanged(closing) closing open 0",
        "stateChanged(unconnected) unconnected open 0",
        "readChannelFinished unconnected open 0",
        "disconnected unconnected open 0",
        "stateChanged(connecting) connecting open 0",
        "stateChanged(connected) connected open 0",
        "connected connected open 0",
      ]
    )
    try expectUsable()
  }

  @Test(arguments: ["stateChanged", "disconnected", "readChannelFinished"])
  func `a handler of the end can connect again, and the end's signals are all sent`(
    signal: String
  ) throws {
    let peer = try connect()
    var isFirst = true
    let reconnect = { [unowned socket, name] in
      guard isFirst, socket.state == .unconnected else { return }
      isFirst = false
      socket.connectToServer(name)
    }
    socket.stateChanged.connect { _ in if signal == "stateChanged" { reconnect() } }
    socket.disconnected.connect { if signal == "disconnected" { reconnect() } }
    socket.readChannelFinished.connect { if signal == "readChannelFinished" { reconnect() } }
    _ = socket.write([1])
    peer.abort()

    #expect(try loop.run(until: { !isFirst }))

    for signal in ["readChannelFinished", "disconnected"] {
      #expect(recorder.entries.count { $0.hasPrefix(signal) } == 1)
    }
    try expectUsable()
  }

  @Test func `a handler of bytes that came before a broken pipe can connect again`() throws {
    let peer = try connect()
    var isFirst = true
    socket.readyRead.connect { [unowned socket, name] in
      guard isFirst else { return }
      isFirst = false
      socket.abort()
      socket.connectToServer(name)
    }
    _ = peer.write([1])
    peer.flush()
    peer.abort()
    _ = socket.write([2])

    socket.flush()

    #expect(!isFirst)
    try expectUsable()
  }

  @Test func `a handler that always tries again is called again by the loop alone`() throws {
    var failures = 0
    socket.errorOccurred.connect { [unowned socket, absent] _ in
      failures += 1
      if failures < 5 { socket.connectToServer(absent) }
    }

    socket.connectToServer(absent)
    #expect(failures == 1)
    #expect(socket.state == .connecting)

    #expect(try loop.run(until: { failures == 5 }))
    #expect(socket.state == .unconnected)
  }

  @Test func `a failure in a handler of a failure is told by a wait too`() {
    var failures = 0
    socket.stateChanged.connect { [unowned socket, absent] state in
      guard state == .unconnected else { return }
      failures += 1
      if failures < 3 { socket.connectToServer(absent) }
    }
    socket.connectToServer(absent)

    #expect(!socket.waitForConnected(timeout: nil))
    #expect(!socket.waitForConnected(timeout: nil))

    #expect(failures == 3)
    #expect(socket.state == .unconnected)
  }

  @Test func `an abort takes back a failure that was not told of yet`() throws {
    var failures = 0
    socket.errorOccurred.connect { [unowned socket, absent] _ in
      failures += 1
      socket.connectToServer(absent)
    }
    socket.connectToServer(absent)
    #expect(socket.state == .connecting)

    socket.abort()

    #expect(try !loop.run(until: { failures > 1 }, within: .milliseconds(50)))
    #expect(socket.state == .unconnected)
  }

  @Test func `a handler of a refusal that tries again is not called again`() throws {
    let peer = try connect()
    socket.errorOccurred.connect { [unowned socket, name] _ in socket.connectToServer(name) }

    socket.connectToServer(name)

    #expect(recorder.entries == ["errorOccurred(OperationError) connected open 0"])
    #expect(socket.state == .connected && peer.state == .connected)
  }

  @Test func `a close before the device was opened leaves it closed`() throws {
    socket.stateChanged.connect { [unowned socket] state in
      if state == .connected { socket.close() }
    }

    socket.connectToServer(name)

    #expect(!socket.isOpen && !socket.isValid)
    #expect(socket.state == .unconnected)
    #expect(
      recorder.entries == [
        "stateChanged(connecting) connecting closed 0",
        "stateChanged(connected) connected closed 0",
        "stateChanged(closing) closing closed 0",
        "stateChanged(unconnected) unconnected closed 0",
        "readChannelFinished unconnected closed 0",
        "disconnected unconnected closed 0",
      ]
    )
  }

  @Test func `a disconnect before the device was opened ends the connection`() throws {
    socket.stateChanged.connect { [unowned socket] state in
      if state == .connected { socket.disconnectFromServer() }
    }

    socket.connectToServer(name)

    #expect(socket.state == .unconnected && socket.isOpen)
    #expect(!recorder.entries.contains { $0.hasPrefix("connected") })
  }

  @Test(arguments: [LocalSocket.State.connecting, .connected])
  func `an abort while connecting leaves nothing`(state: LocalSocket.State) {
    socket.stateChanged.connect { [unowned socket] in if $0 == state { socket.abort() } }

    socket.connectToServer(name)

    #expect(socket.state == .unconnected && !socket.isOpen && !socket.isValid)
    #expect(recorder.entries.last { $0.hasPrefix("connected") } == nil)
  }

  @Test func `waits without end in a handler that comes before the descriptor are over at once`() {
    var answers: [Bool] = []
    socket.stateChanged.connect { [unowned socket] state in
      guard state == .connected else { return }
      answers.append(socket.waitForReadyRead(timeout: nil))
      answers.append(socket.waitForDisconnected(timeout: nil))
      answers.append(socket.waitForBytesWritten(timeout: nil))
    }

    socket.connectToServer(name)

    #expect(answers == [false, false, false])
    #expect(socket.isOpen)
  }

  @Test(arguments: ["abort", "close", "disconnectFromServer"])
  func `a handler of bytes may end the connection`(call: String) throws {
    let peer = try connect()
    socket.readyRead.connect { [unowned socket] in
      switch call {
      case "abort": socket.abort()
      case "close": socket.close()
      default: socket.disconnectFromServer()
      }
    }
    _ = peer.write([1])
    peer.flush()

    #expect(socket.waitForReadyRead())

    #expect(socket.state == .unconnected)
    #expect(recorder.entries.count { $0.hasPrefix("disconnected") } == 1)
  }

  @Test(arguments: ["close", "disconnectFromServer"])
  func `a handler of the peer's end may end the connection itself`(call: String) throws {
    let peer = try connect()
    socket.errorOccurred.connect { [unowned socket] _ in
      if call == "close" { socket.close() } else { socket.disconnectFromServer() }
    }
    _ = socket.write([1])
    peer.abort()

    #expect(try loop.run(until: { socket.state == .unconnected }))

    #expect(recorder.entries.count { $0.hasPrefix("errorOccurred") } == 1)
    #expect(recorder.entries.count { $0.hasPrefix("disconnected") } == 1)
    #expect(socket.bytesToWrite == 0)
  }

  @Test(arguments: [true, false])
  func `an end that is found again while it is announced is announced once`(waits: Bool) throws {
    let peer = try connect()
    socket.errorOccurred.connect { [unowned socket, loop] error in
      guard error == .peerClosed else { return }
      if waits {
        #expect(!socket.waitForReadyRead(timeout: nil))
      } else {
        #expect((try? loop.run(until: { socket.state == .unconnected })) == true)
      }
    }
    peer.abort()

    #expect(try loop.run(until: { socket.state == .unconnected }))

    #expect(
      recorder.entries == [
        "errorOccurred(PeerClosedError) connected open 0",
        "stateChanged(closing) closing open 0",
        "stateChanged(unconnected) unconnected open 0",
        "readChannelFinished unconnected open 0",
        "disconnected unconnected open 0",
      ]
    )
  }

  @Test func `a handler of bytes sent that connects again is not called within itself`() throws {
    let peer = try connect()
    var depth = 0
    var calls = 0
    socket.bytesWritten.connect { [unowned socket, name] _ in
      depth += 1
      calls += 1
      #expect(depth == 1)
      if calls == 1 {
        socket.abort()
        socket.connectToServer(name)
        _ = socket.write([2, 3])
        socket.flush()
      }
      depth -= 1
    }
    _ = socket.write([1])

    socket.flush()

    #expect(calls == 2)
    #expect(peer.waitForDisconnected())
  }

  @Test func `a connect in closing is refused and the queued bytes arrive`() throws {
    let peer = try connect()
    _ = socket.write([1, 2])
    socket.disconnectFromServer()
    recorder.clear()

    socket.connectToServer(name)

    #expect(recorder.entries == ["errorOccurred(OperationError) closing open 0"])
    #expect(try loop.run(until: { peer.state == .unconnected }))
    #expect(peer.readAll() == [1, 2])
  }

  @Test(arguments: ["close", "abort", "disconnectFromServer"])
  func `a handler of the coming close that ends the socket is not called again`(
    ending: String
  ) throws {
    _ = try connect()
    var calls = 0
    socket.aboutToClose.connect { [unowned socket] in
      calls += 1
      switch ending {
      case "close": socket.close()
      case "abort": socket.abort()
      default: socket.disconnectFromServer()
      }
    }

    socket.close()

    #expect(calls == 1)
    #expect(socket.state == .unconnected && !socket.isOpen)
    #expect(recorder.entries.count { $0.hasPrefix("disconnected") } == 1)
  }

  @Test func `a handler that always tries again leaves the loop time to sleep`() throws {
    var tries = 0
    socket.errorOccurred.connect { [unowned socket, absent] _ in
      tries += 1
      socket.connectToServer(absent)
    }
    socket.connectToServer(absent)

    let deadline = Deadline.after(.milliseconds(60))
    while !deadline.isPast { try loop.turn(until: deadline) }

    // After pauses of 1, 2, 4, 8, 16 and 32 milliseconds.
    #expect(tries > 1 && tries <= 8)
  }

  @Test func `a failed connect in a handler of the end drops what was queued`() throws {
    let peer = try connect()
    socket.disconnected.connect { [unowned socket, absent] in socket.connectToServer(absent) }
    _ = socket.write([UInt8](repeating: 7, count: 4_000_000))
    socket.flush()
    peer.abort()

    #expect(try loop.run(until: { socket.error == .serverNotFound }))

    #expect(socket.state == .unconnected)
    #expect(socket.bytesToWrite == 0)
  }
}
