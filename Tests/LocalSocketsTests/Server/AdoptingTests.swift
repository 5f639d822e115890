import Glibc
import LocalSockets
import TestSupport
import Testing

@Suite("LocalServer adopting")
struct AdoptingTests {
  private let directory = TemporaryDirectory()
  private let loop: EventLoop
  private let server: LocalServer
  private let name: SocketName

  init() throws {
    loop = try EventLoop()
    server = LocalServer(loop: loop)
    name = SocketName(directory.file("s"))
  }

  /// A listening socket as another program makes it: inherited by children, and blocking.
  private func foreignListener(at name: SocketName) throws -> CInt {
    let listener = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
    try SystemCalls.bind(listener, to: try SocketAddress(name))
    try SystemCalls.listen(listener, backlog: 5)
    return listener
  }

  private func reason(of descriptor: CInt) -> DescriptorError? {
    #expect(!server.listen(descriptor: descriptor))
    #expect(!server.isListening)
    return server.lastError?.descriptorError
  }

  @Test func `a socket that listens is adopted with the kernel's names`() throws {
    let listener = try foreignListener(at: name)

    #expect(server.listen(descriptor: listener))

    #expect(server.isListening)
    #expect(server.socketDescriptor == listener)
    #expect(server.fullServerName == name)
    #expect(server.serverName == "s")
    #expect(fcntl(listener, F_GETFD) & FD_CLOEXEC != 0)
    #expect(fcntl(listener, F_GETFL) & O_NONBLOCK != 0)
  }

  @Test(arguments: PollerKind.allCases)
  func `an adopted server accepts, also who came before it`(poller: PollerKind) throws {
    let loop = try EventLoop(poller: poller)
    let server = LocalServer(loop: loop)
    let listener = try foreignListener(at: name)
    let client = LocalSocket(loop: loop)
    client.connectToServer(name)

    #expect(server.listen(descriptor: listener))

    #expect(try loop.run(until: { server.hasPendingConnections }))
    #expect(client.state == .connected)
  }

  @Test func `an abstract socket sets the option, and a path takes it away`() throws {
    let abstract = SocketName("@parley-test-\(getpid())-\(directory.path)")
    #expect(server.listen(descriptor: try foreignListener(at: abstract)))
    #expect(server.socketOptions == .abstractNamespace)
    #expect(server.fullServerName.bytes == Array(abstract.bytes.dropFirst()))
    server.close()

    #expect(server.listen(descriptor: try foreignListener(at: name)))

    #expect(server.socketOptions == [])
  }

  @Test func `a close leaves the file that the server did not make`() throws {
    #expect(server.listen(descriptor: try foreignListener(at: name)))

    server.close()

    #expect(directory.contents == ["s"])
    let client = LocalSocket(loop: loop)
    client.connectToServer(name)
    #expect(client.error == .connectionRefused)
  }

  @Test func `a socket that others share is not heard of after the close`() throws {
    let listener = try foreignListener(at: name)
    let shared = OwnedDescriptor(adopting: dup(listener))
    #expect(server.listen(descriptor: listener))
    try loop.turn(until: .after(.milliseconds(1)))
    server.close()
    let client = LocalSocket(loop: try EventLoop())
    client.connectToServer(name)
    #expect(client.state == .connected)

    // A loop that still watched would find the socket ready and not sleep.
    let end = Deadline.after(.milliseconds(30))
    try loop.turn(until: end)

    #expect(end.isPast)
    #expect(shared.number >= 0)
  }

  @Test(arguments: [-1, 9999, CInt.max, CInt.min])
  func `a number that is not open is refused`(number: CInt) {
    #expect(reason(of: number) == .notOpen)
    #expect(server.errorString == "QLocalServer::listen: Unknown error 9")
    #expect(
      "\(server.lastError, default: "")" == "cannot listen on descriptor \(number): it is not open"
    )
  }

  @Test func `a file is refused and stays open`() {
    let file = unsafe OwnedDescriptor(adopting: open("/dev/null", O_RDONLY))

    #expect(reason(of: file.number) == .notSocket)
    #expect(fcntl(file.number, F_GETFD) == 0)
  }

  @Test func `a socket of the network is refused`() {
    let network = OwnedDescriptor(adopting: socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0))

    #expect(reason(of: network.number) == .notLocal)
  }

  @Test func `a datagram socket is refused`() throws {
    let datagrams = try SystemCalls.socket(.datagram)

    #expect(reason(of: datagrams.number) == .wrongType)
  }

  @Test func `a connected socket is refused and stays connected`() throws {
    let pair = try SystemCalls.socketPair()

    #expect(reason(of: pair.first.number) == .notListening)
    #expect(fcntl(pair.first.number, F_GETFD) >= 0)
  }

  @Test func `the socket of another server is refused`() throws {
    let other = LocalServer(loop: loop)
    #expect(other.listen(name))

    #expect(reason(of: other.socketDescriptor) == .alreadyInUse)
    #expect(other.isListening)
  }

  @Test func `a server that listens adopts nothing`() throws {
    #expect(server.listen(name))
    let listener = try foreignListener(at: SocketName(directory.file("t")))
    defer { close(listener) }

    #expect(!server.listen(descriptor: listener))

    #expect(server.fullServerName == name)
  }

  #if DEBUG
  @Test func `a descriptor whose flags cannot be set stays the caller's`() throws {
    let listener = try foreignListener(at: name)
    defer { close(listener) }
    let plan = FaultPlan()
    plan.fail(.fcntl, with: EACCES, at: 3)

    #expect(!plan.whileActive { server.listen(descriptor: listener) })

    #expect(server.serverError == .socketAccess)
    #expect(fcntl(listener, F_GETFD) >= 0)
  }
  #endif
}
