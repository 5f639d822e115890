import Glibc
import LocalSockets
import TestSupport
import Testing

@Suite("LocalSocket message boundaries")
struct MessageBoundariesTests {
  private let directory = TemporaryDirectory()

  private func pair(
    _ kind: SocketKind,
    _ poller: PollerKind = .epoll
  ) throws -> (EventLoop, LocalSocket, LocalSocket) {
    let loop = try EventLoop(poller: poller)
    let (socket, peer) = try LocalSocket.pair(loop: loop, kind: kind)
    return (loop, socket, peer)
  }

  @Test(arguments: [SocketKind.datagram, .seqpacket], PollerKind.allCases)
  func `each write is one message and each read takes one`(
    kind: SocketKind,
    poller: PollerKind
  ) throws {
    let (loop, socket, peer) = try pair(kind, poller)
    for text in ["one", "", "three"] { #expect(peer.write(Array(text.utf8)) == text.utf8.count) }

    try loop.runReady()

    #expect(socket.bytesAvailable == 8)
    #expect(socket.readAll() == Array("one".utf8))
    #expect(socket.hasPendingMessages)
    #expect(socket.readAll() == [])
    #expect(socket.readAll() == Array("three".utf8))
    #expect(!socket.hasPendingMessages)
    #expect(socket.state == .connected)
  }

  @Test(arguments: [SocketKind.datagram, .seqpacket])
  func `what a short read leaves of a message is read next`(kind: SocketKind) throws {
    let (_, socket, peer) = try pair(kind)
    _ = peer.write(Array("abcd".utf8))
    _ = peer.write(Array("ef".utf8))
    peer.flush()
    #expect(socket.waitForReadyRead())

    #expect(socket.read(maxLength: 3) == Array("abc".utf8))
    #expect(socket.read(maxLength: 3) == Array("d".utf8))
    #expect(socket.read(maxLength: 3) == Array("ef".utf8))
  }

  @Test func `a read of no bytes leaves a message as it is`() throws {
    let (_, socket, peer) = try pair(.seqpacket)
    _ = peer.write([1])
    peer.flush()
    #expect(socket.waitForReadyRead())

    #expect(socket.read(maxLength: 0) == [])

    #expect(socket.receiveMessage()?.data == [1])
  }

  @Test func `a line ends with its message`() throws {
    let (_, socket, peer) = try pair(.seqpacket)
    _ = peer.write(Array("a".utf8))
    _ = peer.write(Array("b\nc".utf8))
    peer.flush()
    #expect(socket.waitForReadyRead())

    #expect(socket.readLine() == Array("a".utf8))
    #expect(socket.readLine() == Array("b\n".utf8))
    #expect(socket.readLine() == Array("c".utf8))
  }

  @Test(arguments: [SocketKind.datagram, .seqpacket])
  func `a message that is longer than a block arrives whole`(kind: SocketKind) throws {
    let (_, socket, peer) = try pair(kind)
    let long = (0..<180_000).map { UInt8(truncatingIfNeeded: $0) }
    _ = peer.write([1])
    _ = peer.write(long)
    peer.flush()
    #expect(socket.waitForReadyRead())

    #expect(socket.readAll() == [1])
    #expect(socket.readAll() == long)
  }

  @Test(arguments: PollerKind.allCases)
  func `empty messages before the end are messages, and the end is the end`(
    poller: PollerKind
  ) throws {
    let (loop, socket, peer) = try pair(.seqpacket, poller)
    let recorder = SignalRecorder(socket)
    _ = peer.write([])
    _ = peer.write([])
    peer.disconnectFromServer()

    #expect(try loop.run(until: { socket.state == .unconnected }))

    #expect(
      recorder.entries == [
        "readyRead connected open 0",
        "errorOccurred(PeerClosedError) connected open 0",
        "stateChanged(closing) closing open 0",
        "stateChanged(unconnected) unconnected open 0",
        "readChannelFinished unconnected open 0",
        "disconnected unconnected open 0",
      ]
    )
    #expect(socket.receiveMessage()?.data == [])
    #expect(socket.read(maxLength: 1) == [])
    #expect(socket.read(maxLength: 1) == nil)
  }

  @Test func `a wait is told of an empty message`() throws {
    let (_, socket, peer) = try pair(.datagram)
    _ = peer.write([])
    #expect(peer.flush())

    #expect(socket.waitForReadyRead())

    #expect(socket.receiveMessage()?.data == [])
    #expect(socket.receiveMessage() == nil)
  }

  @Test(arguments: [SocketKind.datagram, .seqpacket])
  func `a message that is too long is dropped with its sizes and the socket stays`(
    kind: SocketKind
  ) throws {
    let (_, socket, peer) = try pair(kind)
    let recorder = SignalRecorder(peer)
    let long = [UInt8](repeating: 1, count: 10_000_000)
    _ = peer.write(long)
    _ = peer.write([7])

    #expect(!peer.flush())

    #expect(
      recorder.entries == [
        "errorOccurred(DatagramTooLargeError) connected open 0", "bytesWritten(1) connected open 0",
      ]
    )
    let excess = try #require(peer.lastError?.excess)
    #expect(excess.count == long.count)
    #expect(excess.limit ?? long.count < long.count)
    #expect(peer.errorString.contains("10000000 bytes, and at most"))
    #expect(socket.waitForReadyRead())
    #expect(socket.readAll() == [7])
  }

  @Test(arguments: [SocketKind.datagram, .seqpacket])
  func `a wait for a message that is too long fails at once with its sizes`(
    kind: SocketKind
  ) throws {
    let (_, _, peer) = try pair(kind)
    _ = peer.write([UInt8](repeating: 1, count: 10_000_000))

    #expect(!peer.waitForBytesWritten(timeout: nil))

    #expect(peer.error == .datagramTooLarge)
    #expect(peer.lastError?.excess?.count == 10_000_000)
  }

  @Test(arguments: [SocketKind.datagram, .seqpacket])
  func `a message that is given up makes the flush fail that has sent another`(
    kind: SocketKind
  ) throws {
    let (_, socket, peer) = try pair(kind)
    _ = peer.write([7])
    _ = peer.write([UInt8](repeating: 1, count: 10_000_000))

    #expect(!peer.flush())

    #expect(peer.error == .datagramTooLarge)
    #expect(socket.waitForReadyRead())
    #expect(socket.readAll() == [7])
    _ = peer.write([8])
    #expect(peer.flush())
  }

  @Test(arguments: [SocketKind.datagram, .seqpacket])
  func `a message that is given up makes the wait fail that has sent another`(
    kind: SocketKind
  ) throws {
    let (_, socket, peer) = try pair(kind)
    _ = peer.write([7])
    _ = peer.write([UInt8](repeating: 1, count: 10_000_000))

    #expect(!peer.waitForBytesWritten(timeout: nil))

    #expect(peer.error == .datagramTooLarge)
    #expect(socket.waitForReadyRead())
    #expect(socket.readAll() == [7])
  }

  @Test func `the limit that is told is the longest message that can be sent`() throws {
    let (_, socket, peer) = try pair(.datagram)
    _ = peer.write([UInt8](repeating: 1, count: 10_000_000))
    peer.flush()
    let limit = try #require(peer.lastError?.excess?.limit)

    #expect(throws: SocketError.self) {
      try peer.sendMessage([UInt8](repeating: 1, count: limit + 1), timeout: nil)
    }
    #expect(try peer.sendMessage([UInt8](repeating: 2, count: limit), timeout: nil) == limit)

    #expect(socket.waitForReadyRead())
    #expect(socket.receiveMessage()?.data.count == limit)
  }

  @Test(arguments: [SocketKind.datagram, .seqpacket], PollerKind.allCases)
  func `more messages than the kernel holds arrive in order`(
    kind: SocketKind,
    poller: PollerKind
  ) throws {
    let (loop, socket, peer) = try pair(kind, poller)
    let count = 3000
    var received: [Int] = []
    socket.readyRead.connect { [unowned socket] in
      while let message = socket.receiveMessage() { received.append(message.data.count) }
    }
    for size in 0..<count { _ = peer.write([UInt8](repeating: 1, count: size % 700)) }

    #expect(try loop.run(until: { received.count == count }))

    #expect(received == (0..<count).map { $0 % 700 })
    #expect(peer.bytesToWrite == 0)
  }

  @Test func `queued messages are sent before a disconnect`() throws {
    let (loop, socket, peer) = try pair(.seqpacket)
    _ = peer.write([1])
    _ = peer.write([])
    peer.disconnectFromServer()
    #expect(peer.state == .closing)

    #expect(try loop.run(until: { socket.state == .unconnected }))

    #expect(socket.receiveMessage()?.data == [1])
    #expect(socket.receiveMessage()?.data == [])
    #expect(socket.receiveMessage() == nil)
  }

  @Test func `an empty message alone keeps a socket closing until it is sent`() throws {
    let (loop, socket, peer) = try pair(.seqpacket)
    _ = peer.write([])

    peer.disconnectFromServer()

    #expect(peer.state == .closing)
    #expect(try loop.run(until: { socket.state == .unconnected }))
    #expect(socket.receiveMessage()?.data == [])
  }

  @Test(arguments: PollerKind.allCases)
  func `a seqpacket server accepts sockets of its kind`(poller: PollerKind) throws {
    let loop = try EventLoop(poller: poller)
    let name = SocketName(directory.file("s"))
    let server = LocalServer(loop: loop, kind: .seqpacket)
    #expect(server.listen(name))
    let client = LocalSocket(loop: loop, kind: .seqpacket)
    client.connectToServer(name)
    #expect(server.waitForNewConnection().isPending)
    let accepted = try #require(server.nextPendingConnection())
    #expect(accepted.kind == .seqpacket)

    _ = client.write([1])
    _ = client.write([2])
    try loop.runReady()

    #expect(accepted.readAll() == [1])
    #expect(accepted.readAll() == [2])
  }

  @Test func `a stream socket cannot connect to a seqpacket server`() throws {
    let loop = try EventLoop()
    let name = SocketName(directory.file("s"))
    let server = LocalServer(loop: loop, kind: .seqpacket)
    #expect(server.listen(name))
    let client = LocalSocket(loop: loop)

    client.connectToServer(name)

    #expect(client.lastError?.systemError?.errno == EPROTOTYPE)
  }

  @Test func `a server of datagrams is a trap`() async {
    await #expect(processExitsWith: .failure) {
      _ = LocalServer(loop: try EventLoop(), kind: .datagram)
    }
  }

  @Test func `a new connection begins without the messages of the old one`() throws {
    let loop = try EventLoop()
    let name = SocketName(directory.file("s"))
    let server = LocalServer(loop: loop, kind: .seqpacket)
    #expect(server.listen(name))
    let client = LocalSocket(loop: loop, kind: .seqpacket)
    client.connectToServer(name)
    #expect(server.waitForNewConnection().isPending)
    let accepted = server.nextPendingConnection()
    _ = accepted?.write([1])
    accepted?.disconnectFromServer()
    #expect(try loop.run(until: { client.state == .unconnected }))
    #expect(client.hasPendingMessages)

    client.connectToServer(name)

    #expect(client.state == .connected)
    #expect(!client.hasPendingMessages)
  }

  #if DEBUG
  @Test func `a message that was cut is dropped and reported with its sizes`() throws {
    let (_, socket, peer) = try pair(.datagram)
    let plan = FaultPlan()
    plan.shorten(.recvmsg, to: 2, times: 1)
    _ = peer.write([1, 2, 3])
    peer.flush()

    var errors: [SocketError?] = []
    socket.errorOccurred.connect { [unowned socket] _ in errors.append(socket.lastError) }

    #expect(!plan.whileActive { socket.waitForReadyRead(timeout: .zero) })

    #expect(errors.map { $0?.code } == [.datagramTooLarge, .socketTimeout])
    #expect(errors.first??.excess?.count == 3)
    #expect(socket.state == .connected)
    #expect(!socket.hasPendingMessages)
    _ = peer.write([4])
    peer.flush()
    #expect(socket.waitForReadyRead())
    #expect(socket.receiveMessage()?.data == [4])
  }

  @Test(arguments: [SystemCall.recv, .recvmsg])
  func `an interrupted receive and one that would block lose no message`(call: SystemCall) throws {
    let (_, socket, peer) = try pair(.seqpacket)
    let plan = FaultPlan()
    plan.fail(call, with: EINTR, times: 2)
    plan.fail(call, with: EAGAIN)
    _ = peer.write([1])
    peer.flush()

    #expect(plan.whileActive { socket.waitForReadyRead() })

    #expect(socket.receiveMessage()?.data == [1])
  }

  @Test(arguments: [SystemCall.recv, .recvmsg])
  func `an error of receiving ends a seqpacket connection`(call: SystemCall) throws {
    let (_, socket, peer) = try pair(.seqpacket)
    let plan = FaultPlan()
    plan.fail(call, with: EIO)
    _ = peer.write([1])
    peer.flush()

    #expect(!plan.whileActive { socket.waitForReadyRead() })

    #expect(socket.state == .unconnected)
    #expect(socket.error == .connection)
  }

  @Test func `an error of receiving leaves a datagram socket as it is`() throws {
    let (_, socket, peer) = try pair(.datagram)
    let plan = FaultPlan()
    plan.fail(.recv, with: ECONNRESET)
    _ = peer.write([1])
    peer.flush()

    #expect(plan.whileActive { socket.waitForReadyRead() })

    #expect(socket.error == .peerClosed)
    #expect(socket.receiveMessage()?.data == [1])
  }

  @Test func `an interrupted send and one that would block lose no message`() throws {
    let (_, socket, peer) = try pair(.seqpacket)
    let plan = FaultPlan()
    plan.fail(.sendmsg, with: EINTR, times: 2)
    plan.fail(.sendmsg, with: EAGAIN)
    _ = peer.write([1])

    #expect(plan.whileActive { !peer.flush() && peer.waitForBytesWritten() })

    #expect(socket.waitForReadyRead())
    #expect(socket.receiveMessage()?.data == [1])
  }

  @Test(arguments: [
    (EPIPE, SocketError.Code.peerClosed), (ECONNRESET, .peerClosed), (EIO, .unknown),
  ])
  func `an error of sending ends a seqpacket connection`(
    errno: CInt,
    code: SocketError.Code
  ) throws {
    let (_, socket, peer) = try pair(.seqpacket)
    let plan = FaultPlan()
    plan.fail(.sendmsg, with: errno)
    _ = peer.write([1])

    #expect(plan.whileActive { !peer.flush() })

    #expect(peer.state == .unconnected)
    #expect(peer.error == code)
    #expect(socket.state == .connected)
  }

  @Test(arguments: [
    (ECONNREFUSED, SocketError.Code.connectionRefused), (EPIPE, .peerClosed),
    (ETOOMANYREFS, .socketResource), (EACCES, .socketAccess), (ENOENT, .serverNotFound),
    (EIO, .unknown),
  ])
  func `an error of sending drops one datagram`(errno: CInt, code: SocketError.Code) throws {
    let (_, socket, peer) = try pair(.datagram)
    let plan = FaultPlan()
    plan.fail(.sendmsg, with: errno)
    _ = peer.write([1])
    _ = peer.write([2])

    #expect(plan.whileActive { !peer.flush() })

    #expect(peer.state == .connected)
    #expect(peer.error == code)
    #expect(socket.waitForReadyRead())
    #expect(socket.receiveMessage()?.data == [2])
  }
  #endif

  @Test func `a line of a later message cannot be read yet`() throws {
    let (loop, socket, peer) = try pair(.seqpacket)
    for text in ["a", "b\n"] { _ = peer.write(Array(text.utf8)) }
    try loop.runReady()

    #expect(!socket.canReadLine)
    #expect(socket.readLine() == Array("a".utf8))
    #expect(socket.canReadLine)
  }

  @Test(arguments: SocketKind.allCases)
  func `only a stream begins a transaction`(kind: SocketKind) throws {
    let (_, socket, _) = try pair(kind)

    #expect(socket.startTransaction() == (kind == .stream))
    #expect(socket.isTransactionStarted == (kind == .stream))
  }

  #if DEBUG
  @Test(arguments: [SocketKind.datagram, .seqpacket])
  func `a message that a parked wait is for costs two calls`(kind: SocketKind) throws {
    let (loop, socket, peer) = try pair(kind)
    let waiter = RecordingWaiter()
    #expect(socket.beginWait(.readyRead, waiter) == nil)
    for byte in [UInt8(1), 2] { _ = peer.write([byte]) }
    peer.flush()
    let plan = FaultPlan()

    let hasCome = try plan.whileActive { () throws(SystemError) in
      try loop.run(until: { !waiter.outcomes.isEmpty })
    }

    #expect(hasCome)
    #expect(plan.count(of: .recv) == 1 && plan.count(of: .recvmsg) == 1)
    #expect(socket.readAll() == [1])
    #expect(try loop.run(until: { socket.bytesAvailable == 1 }))
  }

  @Test func `a message that is refused costs no look at the longest one`() throws {
    let (_, socket, peer) = try pair(.datagram)
    let plan = FaultPlan()
    socket.abort()

    _ = peer.write([1])
    #expect(plan.whileActive { !peer.flush() })

    #expect(peer.error == .connectionRefused)
    #expect(plan.count(of: .sendmsg) == 1 && plan.count(of: .getsockopt) == 0)
  }
  #endif
}
