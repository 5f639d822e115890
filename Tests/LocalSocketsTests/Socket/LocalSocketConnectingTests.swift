import Glibc
import LocalSockets
import TestSupport
import Testing

@Suite("LocalSocket connecting")
struct LocalSocketConnectingTests {
  private let directory = TemporaryDirectory()
  private let loop: EventLoop
  private let socket: LocalSocket
  private let name: SocketName

  init() throws {
    loop = try EventLoop()
    socket = LocalSocket(loop: loop)
    name = SocketName(directory.file("s"))
  }

  @Test func `a fresh socket has nothing`() {
    #expect(socket.state == .unconnected)
    #expect(!socket.isOpen && !socket.isValid && socket.atEnd)
    #expect(socket.error == .unknown)
    #expect(socket.errorString == "Unknown error")
    #expect(socket.socketDescriptor == -1)
    #expect(socket.peerCredentials == nil)
    #expect(socket.write([1]) == nil)
    #expect(socket.read(maxLength: 1) == nil)
  }

  @Test func `an empty name is not found`() {
    socket.connectToServer("")

    #expect(socket.error == .serverNotFound)
    #expect(socket.lastError?.nameError == .empty)
  }

  @Test func `a name that is too long is not found and never cut`() {
    socket.connectToServer(SocketName("@" + String(repeating: "x", count: 108)))

    #expect(socket.error == .serverNotFound)
    #expect(socket.lastError?.nameError == .tooLong(length: 108, limit: 107))
  }

  @Test func `the error of a bare name shows the path that it stands for`() {
    socket.connectToServer("absent/s")

    let path = String(decoding: TemporaryFiles.directory(), as: UTF8.self) + "/absent/s"
    #expect(
      socket.lastError?.description
        == "cannot connect \"absent/s\" (\(path)): connect: no such file or directory (errno 2)"
    )
  }

  @Test func `an error shows a name on one line, and not more than its ends`() {
    socket.connectToServer("/absent/a\nb")
    let wild = socket.lastError.map { "\($0)" }
    socket.connectToServer(SocketName("/absent/" + String(repeating: "x", count: 300)))
    let long = socket.lastError.map { "\($0)" }

    #expect(wild?.hasPrefix("cannot connect \"/absent/a\\nb\": ") == true)
    #expect(long?.contains("xxx…xxx") == true && long?.contains("\" (308 bytes): ") == true)
  }

  @Test func `the error of a server of another kind tells the kinds`() throws {
    let server = LocalServer(loop: loop, kind: .seqpacket)
    #expect(server.listen(name))

    socket.connectToServer(name)

    #expect(socket.error == .unknown)
    #expect(socket.lastError?.mismatchedKind == .stream)
    #expect(
      socket.lastError?.reason
        == "a datagram or seqpacket socket has this address, and a stream socket cannot reach it"
    )
  }

  @Test func `a stale file refuses`() throws {
    do {
      let address = try SocketAddress(name)
      let descriptor = try SystemCalls.socket(.stream)
      try SystemCalls.bind(descriptor.number, to: address)
    }

    socket.connectToServer(name)

    #expect(socket.error == .connectionRefused)
    #expect(socket.errorString == "QLocalSocket::connectToServer: Connection refused")
    #expect(socket.lastError?.systemError?.errno == ECONNREFUSED)
  }

  @Test func `a second connect is refused and leaves the connection as it is`() {
    let server = LocalServer(loop: loop)
    #expect(server.listen(name))
    socket.connectToServer(name)
    let recorder = SignalRecorder(socket)

    socket.connectToServer("other")

    #expect(recorder.entries == ["errorOccurred(OperationError) connected open 0"])
    #expect(socket.error == .unknown)
    #expect(
      socket.errorString
        == "QLocalSocket::connectToserver: Operation not permitted when socket is in this state"
    )
    #expect(socket.serverName == name)
  }

  @Test func `an abstract name connects and leaves no file`() throws {
    let abstract = SocketName("@parley-test-\(getpid())-\(directory.path)")
    let server = LocalServer(loop: loop)
    #expect(server.listen(abstract))

    socket.connectToServer(abstract)

    #expect(socket.state == .connected)
    #expect(socket.serverName == abstract)
    #expect(socket.fullServerName.bytes == Array(abstract.bytes.dropFirst()))
    #expect(directory.contents.isEmpty)
  }

  @Test func `a padded abstract name is another than the exact one`() {
    let exact = SocketName("@parley-test-\(getpid())-\(directory.path)")
    let server = LocalServer(loop: loop)
    #expect(server.listen(SocketName("@\(exact)")))

    socket.connectToServer(exact)
    #expect(socket.error == .connectionRefused)
    socket.connectToServer(SocketName("@\(exact)"))
    #expect(socket.state == .connected)
  }

  @Test func `a full server is connected to when it has room again`() throws {
    let full = try FullServer(loop, at: name)
    socket.connectToServer(name)
    #expect(socket.state == .connecting)
    #expect(socket.socketDescriptor == -1)

    full.server.maxPendingConnections = 30

    #expect(try loop.run(until: { socket.state == .connected }))
    #expect(socket.isOpen)
  }

  @Test func `a connect that waits for room is made when the loop has accepted`() throws {
    // Once is enough: that the machine is slow may hide it, but nothing else is ever so fast.
    let wasPrompt = try (0..<10).contains { index in
      let full = try FullServer(loop, at: SocketName(directory.file("full-\(index)")))
      let socket = LocalSocket(loop: loop)
      socket.connectToServer(full.name)
      // Each try doubles the pause, up to fifty milliseconds.
      for _ in 0..<7 { _ = socket.waitForConnected(timeout: .zero) }
      let end = Deadline.after(.milliseconds(45))
      full.server.maxPendingConnections = 30
      let isConnected = try loop.run(until: { socket.state == .connected })
      return isConnected && !end.isPast
    }
    #expect(wasPrompt)
  }

  @Test func `all that wait for room get it as the loop accepts`() throws {
    let full = try FullServer(loop, at: name)
    let sockets = (0..<20).map { _ in LocalSocket(loop: loop) }
    for socket in sockets { socket.connectToServer(name) }
    full.server.maxPendingConnections = 30

    #expect(try loop.run(until: { sockets.allSatisfy { $0.state == .connected } }))
  }

  @Test func `a connect that was given up is not made when there is room`() throws {
    let full = try FullServer(loop, at: name)
    let aborted = LocalSocket(loop: loop)
    for socket in [aborted, LocalSocket(loop: loop), socket] { socket.connectToServer(name) }

    aborted.abort()
    full.server.maxPendingConnections = 30

    #expect(try loop.run(until: { socket.state == .connected }))
    try loop.runReady()
    #expect(aborted.state == .unconnected)
    var accepted = 0
    while full.server.nextPendingConnection() != nil { accepted += 1 }
    #expect(accepted == 3)
  }

  @Test func `a connect that goes on has no error of an earlier one`() throws {
    let full = try FullServer(loop, at: name)
    socket.connectToServer(SocketName(directory.file("absent")))
    #expect(socket.lastError != nil)

    socket.connectToServer(name)

    #expect(socket.state == .connecting)
    #expect(socket.lastError == nil)
    #expect(socket.errorString == "Unknown error")
    #expect(full.server.isListening)
  }

  @Test func `a parked wait tries again at once`() throws {
    let full = try FullServer(loop, at: name)
    socket.connectToServer(name)
    #expect(socket.state == .connecting)
    #expect(full.server.waitForNewConnection().isPending)

    #expect(socket.beginWait(.connected, RecordingWaiter()) == .satisfied)

    #expect(socket.state == .connected)
  }

  @Test func `a wait for the connection tries again too`() throws {
    let full = try FullServer(loop, at: name)
    socket.connectToServer(name)

    #expect(!socket.waitForConnected(timeout: .zero))
    #expect(socket.state == .connecting)
    #expect(full.server.waitForNewConnection().isPending)
    #expect(socket.waitForConnected())
    #expect(!loop.hasPendingTimers)
  }

  @Test func `a server that goes while the socket waits for room refuses`() throws {
    var full: FullServer? = try FullServer(loop, at: name)
    socket.connectToServer(name)
    #expect(full != nil)

    full = nil

    #expect(try loop.run(until: { socket.state == .unconnected }))
    #expect(socket.error == .connectionRefused || socket.error == .serverNotFound)
  }

  @Test(arguments: [true, false])
  func `a server that stays full is given up when the time is up`(waits: Bool) throws {
    let full = try FullServer(loop, at: name)
    loop.retryLimit = .milliseconds(20)
    socket.connectToServer(full.name)
    let recorder = SignalRecorder(socket)

    if waits {
      #expect(!socket.waitForConnected(timeout: nil))
    } else {
      #expect(try loop.run(until: { socket.state == .unconnected }))
    }

    #expect(
      recorder.entries == [
        "errorOccurred(SocketTimeoutError) connecting closed 0",
        "stateChanged(unconnected) unconnected closed 0",
      ]
    )
    #expect(socket.errorString == "QLocalSocket::connectToServer: Socket operation timed out")
    #expect(!loop.hasPendingTimers)
  }

  @Test(arguments: [true, false])
  func `a disconnect or a close gives up the wait for room`(closes: Bool) throws {
    let full = try FullServer(loop, at: name)
    socket.connectToServer(full.name)

    if closes { socket.close() } else { socket.disconnectFromServer() }

    #expect(socket.state == .unconnected)
    #expect(!loop.hasPendingTimers)
  }

  @Test func `a handler of the end can connect again`() throws {
    let server = LocalServer(loop: loop)
    #expect(server.listen(name))
    socket.connectToServer(name)
    var connects = 0
    socket.disconnected.connect { [unowned socket, name] in
      connects += 1
      if connects == 1 {
        socket.connectToServer(name)
        _ = socket.write([7])
      }
    }

    #expect(server.waitForNewConnection().isPending)
    server.nextPendingConnection()?.abort()
    #expect(try loop.run(until: { connects == 1 }))

    #expect(socket.state == .connected)
    #expect(socket.bytesToWrite == 1)
    socket.abort()
  }

  @Test func `a new connection begins without the bytes of the old one`() throws {
    let server = LocalServer(loop: loop)
    #expect(server.listen(name))
    socket.connectToServer(name)
    #expect(server.waitForNewConnection().isPending)
    let peer = try #require(server.nextPendingConnection())
    _ = peer.write([1, 2])
    peer.disconnectFromServer()
    #expect(try loop.run(until: { socket.state == .unconnected }))
    #expect(socket.bytesAvailable == 2)

    socket.connectToServer(name)

    #expect(socket.bytesAvailable == 0)
    #expect(socket.error == .unknown)
  }

  @Test func `after an abort and a new connect a disconnect is graceful again`() throws {
    let server = LocalServer(loop: loop)
    #expect(server.listen(name))
    socket.connectToServer(name)
    socket.abort()
    socket.connectToServer(name)
    _ = socket.write([1])

    socket.disconnectFromServer()

    #expect(socket.state == .closing)
    socket.abort()
  }

  @Test(arguments: ["@", "@@"])
  func `an abstract name that a socket of another kind has is told from a free one`(
    prefix: String
  ) throws {
    let abstract = SocketName("\(prefix)\(directory.path)")
    let receiver = try LocalSocket.receiver(at: abstract, loop: loop)

    socket.connectToServer(abstract)

    #expect(socket.error == .connectionRefused)
    #expect(socket.lastError?.mismatchedKind == .stream)
    receiver.abort()
    socket.connectToServer(abstract)
    #expect(socket.error == .connectionRefused)
    #expect(socket.lastError?.mismatchedKind == nil)
  }

  @Test func `a server that only has a like abstract name is not taken for the one that is meant`()
    throws
  {
    let abstract = SocketName("@\(directory.path)")
    let receiver = try LocalSocket.receiver(at: abstract, loop: loop)

    for other in ["\(abstract)x", "@x\(directory.path)", "@\(abstract)"] {
      socket.connectToServer(SocketName(other))
      #expect(socket.lastError?.mismatchedKind == nil, "\(other)")
    }
    #expect(receiver.boundName == abstract)
  }

  @Test func `a server of the same kind that refuses is not said to be of another`() throws {
    let abstract = SocketName("@\(directory.path)")
    let receiver = try LocalSocket.receiver(at: abstract, loop: loop)
    let bound = try SystemCalls.socket(.stream)
    try SystemCalls.bind(bound.number, to: try SocketAddress(abstract))

    socket.connectToServer(abstract)

    #expect(socket.error == .connectionRefused)
    #expect(socket.lastError?.mismatchedKind == nil)
    #expect(receiver.boundName == abstract)
  }

  @Test func `the peer is this process`() throws {
    let pair = try LocalSocket.pair(loop: loop)

    #expect(pair.first.peerCredentials?.pid == getpid())
    #expect(pair.first.peerCredentials?.uid == getuid())
  }

  #if DEBUG
  @Test(arguments: [(SystemCall.open, EACCES), (.open, EMFILE), (.read, EIO), (.read, EAGAIN)])
  func `where the kernel does not tell who has an abstract name it is refused all the same`(
    call: SystemCall,
    errno: CInt
  ) throws {
    let abstract = SocketName("@\(directory.path)")
    let receiver = try LocalSocket.receiver(at: abstract, loop: loop)
    let plan = FaultPlan()
    plan.fail(call, with: errno)

    plan.whileActive { socket.connectToServer(abstract) }

    #expect(plan.missedCalls.isEmpty)
    #expect(socket.error == .connectionRefused)
    #expect(socket.lastError?.mismatchedKind == nil)
    #expect(receiver.boundName == abstract)
  }

  @Test func `a process without descriptors cannot make a socket`() {
    let plan = FaultPlan()
    plan.fail(.socket, with: EMFILE)

    plan.whileActive { socket.connectToServer(name) }

    #expect(socket.error == .unsupportedSocketOperation)
  }

  @Test(arguments: [
    (EINVAL, SocketError.Code.connectionRefused), (EACCES, .socketAccess), (EPERM, .socketAccess),
    (ETIMEDOUT, .socketTimeout), (ENOENT, .serverNotFound), (EPROTOTYPE, .unknown),
  ])
  func `each error of the connect has its code`(errno: CInt, code: SocketError.Code) {
    let plan = FaultPlan()
    plan.fail(.connect, with: errno)

    plan.whileActive { socket.connectToServer(name) }

    #expect(socket.error == code)
  }

  @Test func `an error without a code of its own shows its number`() {
    let plan = FaultPlan()
    plan.fail(.connect, with: EPROTOTYPE)

    plan.whileActive { socket.connectToServer(name) }

    #expect(socket.errorString == "QLocalSocket::connectToServer: Unknown error 91")
  }
  #endif
}
