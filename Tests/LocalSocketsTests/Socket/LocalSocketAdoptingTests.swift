import Glibc
import TestSupport
import Testing

@testable import LocalSockets

@Suite("LocalSocket adopting a descriptor")
struct LocalSocketAdoptingTests {
  private let directory = TemporaryDirectory()
  private let loop: EventLoop
  private let socket: LocalSocket

  init() throws {
    loop = try EventLoop()
    socket = LocalSocket(loop: loop)
  }

  /// Two connected descriptors that are blocking and not closed on exec.
  private func makeDescriptors(_ kind: __socket_type = SOCK_STREAM) -> (CInt, CInt) {
    var numbers: [CInt] = [-1, -1]
    precondition(unsafe socketpair(AF_UNIX, CInt(kind.rawValue), 0, &numbers) == 0)
    return (numbers[0], numbers[1])
  }

  private func expectRefusal(_ number: CInt, _ reason: DescriptorError) {
    let recorder = SignalRecorder(socket)

    #expect(!socket.setSocketDescriptor(number))

    #expect(socket.lastError?.descriptorError == reason)
    #expect(socket.error == .unsupportedSocketOperation)
    #expect(socket.errorString == "Unknown error")
    #expect(socket.state == .unconnected && !socket.isOpen && socket.socketDescriptor == -1)
    #expect(recorder.entries.isEmpty)
  }

  @Test func `a descriptor that stands for a path alone is no socket`() throws {
    // O_PATH, which the Glibc module lacks.
    let number = unsafe open("/tmp", 0o10_000_000)
    try #require(number >= 0)
    defer { close(number) }

    expectRefusal(number, .notSocket)
  }

  @Test func `an adopted descriptor is the socket's connection`() {
    let (mine, other) = makeDescriptors()
    defer { close(other) }
    let recorder = SignalRecorder(socket)

    #expect(socket.setSocketDescriptor(mine, mode: .readOnly))

    #expect(recorder.entries == ["stateChanged(connected) connected open 0"])
    #expect(socket.socketDescriptor == mine && socket.isValid)
    #expect(socket.openMode == .readOnly)
    #expect(fcntl(mine, F_GETFL) & O_NONBLOCK != 0)
    #expect(fcntl(mine, F_GETFD) & FD_CLOEXEC != 0)
    #expect(socket.serverName.isEmpty && socket.fullServerName.isEmpty)
  }

  @Test func `bytes flow through an adopted descriptor`() throws {
    let (mine, other) = makeDescriptors()
    let peer = LocalSocket(loop: loop)
    #expect(socket.setSocketDescriptor(mine) && peer.setSocketDescriptor(other))

    _ = peer.write([1, 2, 3])

    #expect(try loop.run(until: { socket.bytesAvailable == 3 }))
    peer.abort()
    #expect(socket.waitForDisconnected())
    #expect(socket.error == .peerClosed)
  }

  @Test func `names are those of the peer, or of the socket where the peer has none`() throws {
    let path = directory.file("s")
    let server = LocalServer(loop: loop)
    #expect(server.listen(SocketName(path)))
    let client = try SystemCalls.socket(.stream)
    #expect(try SystemCalls.connect(client.number, to: SocketAddress(SocketName(path))) == .done(0))
    #expect(socket.setSocketDescriptor(dup(client.number)))

    #expect(socket.serverName == "s")
    #expect(socket.fullServerName == SocketName(path))
    #expect(socket.socketOptions == .noOptions)
    #expect(server.waitForNewConnection().isPending)
    #expect(server.nextPendingConnection()?.fullServerName == SocketName(path))
  }

  @Test func `an adopted connection tells that its address is abstract`() throws {
    let name = SocketName("@parley-test-\(getpid())-\(directory.path)")
    let server = LocalServer(loop: loop)
    #expect(server.listen(name))
    let client = try SystemCalls.socket(.stream)
    #expect(try SystemCalls.connect(client.number, to: SocketAddress(name)) == .done(0))

    #expect(socket.setSocketDescriptor(dup(client.number)))

    #expect(socket.socketOptions == .abstractNamespace)
    #expect(socket.serverName.bytes == Array(name.bytes.dropFirst()))
  }

  @Test func `a number that is not open is refused`() {
    expectRefusal(-1, .notOpen)
    expectRefusal(99_999, .notOpen)
  }

  @Test func `a descriptor that is no socket stays the caller's`() {
    let file = unsafe open("/dev/null", O_RDWR)
    defer { #expect(close(file) == 0) }

    expectRefusal(file, .notSocket)
  }

  @Test func `a socket of another family is refused`() {
    let other = Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    defer { close(other) }

    expectRefusal(other, .notLocal)
  }

  @Test(arguments: [SOCK_DGRAM.rawValue, SOCK_SEQPACKET.rawValue])
  func `a socket of another kind is refused, and is not changed`(kind: UInt32) {
    let (mine, other) = makeDescriptors(__socket_type(kind))
    defer {
      close(mine)
      close(other)
    }

    expectRefusal(mine, .wrongType)
    #expect(fcntl(mine, F_GETFL) & O_NONBLOCK == 0)
  }

  @Test func `a listening socket and one without a connection are refused`() throws {
    let descriptor = try SystemCalls.socket(.stream)
    expectRefusal(descriptor.number, .notConnected)
    try SystemCalls.bind(descriptor.number, to: SocketAddress(SocketName(directory.file("s"))))
    try SystemCalls.listen(descriptor.number, backlog: 1)

    expectRefusal(descriptor.number, .listening)
  }

  @Test func `a descriptor that another socket owns is refused`() throws {
    let pair = try LocalSocket.pair(loop: loop)

    expectRefusal(pair.first.socketDescriptor, .alreadyInUse)
    #expect(!pair.first.setSocketDescriptor(pair.first.socketDescriptor))
    #expect(pair.first.state == .connected)
  }

  @Test func `a descriptor that a socket of another loop owns is refused`() throws {
    let pair = try LocalSocket.pair(loop: EventLoop())

    expectRefusal(pair.first.socketDescriptor, .alreadyInUse)
  }

  /// While the new state is announced the socket has no descriptor yet; the kernel knows which it is.
  @Test func `a descriptor that is about to be a connecting socket's own is refused`() throws {
    let path = directory.file("s")
    let server = LocalServer(loop: loop)
    #expect(server.listen(SocketName(path)))
    let client = LocalSocket(loop: loop)
    var number: CInt?
    client.stateChanged.connect { [socket] state in
      guard state == .connected else { return }
      number = (0..<65536).first { SystemCalls.peerAddress(of: $0)?.name == Array(path.utf8) }
      #expect(!socket.setSocketDescriptor(number ?? -1))
      #expect(socket.lastError?.descriptorError == .alreadyInUse)
    }

    client.connectToServer(SocketName(path))

    #expect(client.state == .connected)
    #expect(number == client.socketDescriptor)
  }

  @Test(arguments: [LocalSocket.State.unconnected, .connecting])
  func `a state without a connection is refused`(state: LocalSocket.State) {
    let (mine, other) = makeDescriptors()
    defer {
      close(mine)
      close(other)
    }

    #expect(!socket.setSocketDescriptor(mine, state: state))

    #expect(socket.state == .unconnected && socket.error == .unknown)
    #expect(socket.lastError?.code == .operation)
  }

  @Test func `a connection that is adopted as closing only waits for its end`() {
    let (mine, other) = makeDescriptors()
    defer { close(other) }
    #expect(socket.setSocketDescriptor(mine, state: .closing))
    #expect(socket.state == .closing && socket.isOpen)

    #expect(socket.waitForDisconnected(timeout: nil))

    #expect(socket.state == .unconnected)
  }

  @Test func `another descriptor takes the place of a connection without signals of an end`() throws
  {
    let pair = try LocalSocket.pair(loop: loop)
    _ = pair.second.write([1])
    pair.second.flush()
    #expect(pair.first.waitForReadyRead())
    _ = pair.first.write([9])
    let (mine, other) = makeDescriptors()
    defer { close(other) }
    let recorder = SignalRecorder(pair.first)

    #expect(pair.first.setSocketDescriptor(mine))

    #expect(recorder.entries == ["stateChanged(connected) connected open 0"])
    #expect(pair.first.bytesAvailable == 0 && pair.first.bytesToWrite == 0)
    #expect(pair.second.waitForDisconnected())
    #expect(pair.second.readAll() == nil)
  }

  @Test func `a refusal leaves the connection as it is`() throws {
    let pair = try LocalSocket.pair(loop: loop)
    let number = pair.first.socketDescriptor

    #expect(!pair.first.setSocketDescriptor(-1))

    #expect(pair.first.state == .connected && pair.first.socketDescriptor == number)
  }

  @Test func `waits for the connection that is replaced end as with it`() throws {
    let pair = try LocalSocket.pair(loop: loop)
    let bytes = RecordingWaiter()
    let end = RecordingWaiter()
    #expect(pair.first.beginWait(.readyRead, bytes) == nil)
    #expect(pair.first.beginWait(.disconnected, end) == nil)
    let (mine, other) = makeDescriptors()
    defer { close(other) }

    #expect(pair.first.setSocketDescriptor(mine))

    #expect(bytes.outcomes == [.failed])
    #expect(end.outcomes == [.satisfied])
  }

  @Test func `an adopted descriptor resets the last error`() {
    socket.connectToServer("")
    let (mine, other) = makeDescriptors()
    defer { close(other) }

    #expect(socket.setSocketDescriptor(mine))

    #expect(socket.error == .unknown && socket.errorString == "Unknown error")
  }

  @Test func `a refusal says what is wrong with the descriptor`() throws {
    #expect(!socket.setSocketDescriptor(-1))

    #expect(socket.lastError.map { "\($0)" } == "cannot adopt the descriptor: it is not open")
  }
}
