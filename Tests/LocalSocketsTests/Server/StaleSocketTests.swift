import Glibc
import LocalSockets
import Synchronization
import TestSupport
import Testing

@Suite("LocalServer and stale files")
struct StaleSocketTests {
  private let directory = TemporaryDirectory()
  private let loop: EventLoop
  private let server: LocalServer
  private let name: SocketName

  init() throws {
    loop = try EventLoop()
    server = LocalServer(loop: loop)
    name = SocketName(directory.file("s"))
  }

  /// Leaves a socket's file behind, as a server does that crashed.
  private func leaveFile() throws {
    let socket = try SystemCalls.socket(.stream)
    try SystemCalls.bind(socket.number, to: try SocketAddress(name))
  }

  @Test func `a stale file is in use for a plain listen`() throws {
    try leaveFile()

    #expect(!server.listen(name))

    #expect(server.serverError == .addressInUse)
  }

  @Test(arguments: [LocalServer.SocketOptions.userAccess, []])
  func `a stale file gives way where that is asked for`(
    options: LocalServer.SocketOptions
  ) throws {
    try leaveFile()
    server.socketOptions = options

    #expect(server.listen(name, removesStale: true))

    let client = LocalSocket(loop: loop)
    client.connectToServer(name)
    #expect(client.state == .connected)
    #expect(directory.contents == ["s"])
  }

  @Test func `a path where nothing is needs no removal`() {
    #expect(server.listen(name, removesStale: true))
  }

  @Test func `a server that lives keeps its file and sees no connection`() throws {
    #expect(server.listen(name))
    let second = LocalServer(loop: loop)

    #expect(!second.listen(name, removesStale: true))

    #expect(second.serverError == .addressInUse)
    #expect(server.waitForNewConnection() == (false, true))
    let client = LocalSocket(loop: loop)
    client.connectToServer(name)
    #expect(server.waitForNewConnection().isPending)
  }

  @Test func `a server with a full queue lives`() throws {
    let full = try FullServer(loop, at: name)

    #expect(!server.listen(name, removesStale: true))

    #expect(server.serverError == .addressInUse)
    #expect(full.server.isListening)
    #expect(directory.contents == ["s"])
  }

  @Test func `a socket that is bound and does not listen yet lives`() throws {
    let early = try SystemCalls.socket(.stream)
    try SystemCalls.bind(early.number, to: try SocketAddress(name))

    #expect(!server.listen(name, removesStale: true))

    #expect(server.serverError == .addressInUse)
    #expect(directory.contents == ["s"])
  }

  @Test func `a datagram socket lives`() throws {
    let datagrams = try SystemCalls.socket(.datagram)
    try SystemCalls.bind(datagrams.number, to: try SocketAddress(name))

    #expect(!server.listen(name, removesStale: true))

    #expect(server.serverError == .addressInUse)
    #expect(directory.contents == ["s"])
  }

  @Test func `a file that is no socket is never removed`() {
    unsafe close(creat(directory.file("s"), 0o600))

    #expect(!server.listen(name, removesStale: true))

    #expect(server.serverError == .addressInUse)
    #expect(directory.contents == ["s"])
  }

  @Test(arguments: [
    (ServerError.Obstacle.staleSocket, "nobody has the socket there any more, and removeServer"),
    (.socket, "a socket that is in use is there"),
    (.otherFile, "what is there is no socket"),
  ])
  func `the error says what is in the way`(obstacle: ServerError.Obstacle, text: String) throws {
    let other = LocalServer(loop: loop)
    switch obstacle {
    case .staleSocket: try leaveFile()
    case .socket: #expect(other.listen(name))
    case .otherFile: unsafe close(creat(directory.file("s"), 0o600))
    }

    #expect(!server.listen(name))

    #expect(server.lastError?.obstacle == obstacle)
    #expect(server.lastError?.description.contains("(errno 98); \(text)") == true)
  }

  @Test func `an abstract name has nothing to remove`() {
    let abstract = SocketName("@parley-test-\(getpid())-\(directory.path)")
    #expect(server.listen(abstract, removesStale: true))
    let second = LocalServer(loop: loop)

    #expect(!second.listen(abstract, removesStale: true))

    #expect(second.serverError == .addressInUse)
  }

  #if DEBUG
  @Test func `who replaces a stale file waits while another does so, and sees its server`() throws {
    try leaveFile()
    let other = unsafe open(directory.path, O_RDONLY | O_CLOEXEC)
    defer { close(other) }
    #expect(flock(other, LOCK_EX) == 0)
    let attempt = ListeningAttempt(at: name)
    let thread = PosixThread { attempt.run() }
    while !attempt.hasEnded, attempt.plan.count(of: .flock) < 2 { sched_yield() }

    unsafe unlink(directory.file("s"))
    #expect(server.listen(name))
    #expect(flock(other, LOCK_UN) == 0)
    thread.join()

    #expect(!attempt.hasListened)
    let client = LocalSocket(loop: loop)
    client.connectToServer(name)
    #expect(server.waitForNewConnection().isPending)
  }

  @Test func `a directory in which nothing is stale is not locked`() {
    let plan = FaultPlan()

    #expect(plan.whileActive { server.listen(name, removesStale: true) })

    #expect(plan.count(of: .flock) == 0)
  }

  @Test func `a directory that others have locked is waited for`() throws {
    try leaveFile()
    let plan = FaultPlan()
    plan.fail(.flock, with: EAGAIN, times: 3)

    #expect(plan.whileActive { server.listen(name, removesStale: true) })

    #expect(plan.count(of: .flock) == 4)
  }

  @Test(arguments: [EACCES, EPERM, EPROTOTYPE, ETIMEDOUT])
  func `a probe that is not plainly refused lets the file be`(errno: CInt) throws {
    try leaveFile()
    let plan = FaultPlan()
    plan.fail(.connect, with: errno)

    #expect(!plan.whileActive { server.listen(name, removesStale: true) })

    #expect(server.serverError == .addressInUse)
    #expect(directory.contents == ["s"])
  }

  @Test(arguments: [SystemCall.open, .fstat, .lstat, .unlink])
  func `a removal that fails is the listen's error and leaves the file`(call: SystemCall) throws {
    try leaveFile()
    let plan = FaultPlan()
    // Before the file the directory is opened, which may fail.
    plan.fail(call, with: EACCES, at: call == .open ? 2 : 1)

    #expect(!plan.whileActive { server.listen(name, removesStale: true) })

    #expect(server.serverError == .socketAccess)
    #expect(directory.contents == ["s"])
  }
  #endif
}

#if DEBUG
/// A listen that replaces a stale file, on another thread.
private final class ListeningAttempt: Sendable {
  private let name: SocketName
  private let ended = Atomic(false)
  private let listened = Atomic(false)
  /// Counts the calls that it makes.
  let plan = FaultPlan()

  init(at name: SocketName) {
    self.name = name
  }

  var hasEnded: Bool { ended.load(ordering: .acquiring) }
  var hasListened: Bool { listened.load(ordering: .acquiring) }

  func run() {
    plan.whileActive {
      guard let loop = try? EventLoop() else { return }
      let server = LocalServer(loop: loop)
      listened.store(server.listen(name, removesStale: true), ordering: .releasing)
    }
    ended.store(true, ordering: .releasing)
  }
}
#endif
