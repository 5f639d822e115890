import Glibc
import LocalSockets
import TestSupport
import Testing

@Suite("LocalServer options")
struct ServerOptionsTests {
  private let directory = TemporaryDirectory()
  private let loop: EventLoop
  private let server: LocalServer
  private let name: SocketName

  init() throws {
    loop = try EventLoop()
    server = LocalServer(loop: loop)
    name = SocketName(directory.file("s"))
  }

  private func mode(of path: String) -> mode_t? {
    var status = stat()
    return unsafe lstat(path, &status) == 0 ? status.st_mode & 0o7777 : nil
  }

  @Test func `the options have Qt's numbers`() {
    typealias Options = LocalServer.SocketOptions
    let all: [Options] = [
      .userAccess, .groupAccess, .otherAccess, .worldAccess, .abstractNamespace,
    ]

    #expect(all.map(\.rawValue) == [1, 2, 4, 7, 8])
  }

  static let modes: [(LocalServer.SocketOptions, mode_t)] = [
    (.userAccess, 0o700), (.groupAccess, 0o070), (.otherAccess, 0o007), (.worldAccess, 0o777),
    ([.userAccess, .groupAccess], 0o770),
  ]

  @Test(arguments: modes)
  func `access options set the file's mode and leave nothing else behind`(
    options: LocalServer.SocketOptions,
    mode: mode_t
  ) {
    server.socketOptions = options

    #expect(server.listen(name))

    #expect(self.mode(of: directory.file("s")) == mode)
    #expect(directory.contents == ["s"])
  }

  @Test func `the umask does not touch the access options`() async {
    await #expect(processExitsWith: .success) {
      let directory = TemporaryDirectory()
      umask(0o077)
      let server = LocalServer(loop: try EventLoop())
      server.socketOptions = .worldAccess
      precondition(server.listen(SocketName(directory.file("s"))))
      var status = stat()
      precondition(unsafe lstat(directory.file("s"), &status) == 0)
      precondition(status.st_mode & 0o7777 == 0o777)
    }
  }

  @Test func `a server with access options is connected to by its name`() throws {
    server.socketOptions = .userAccess
    #expect(server.listen(name))
    let client = LocalSocket(loop: loop)

    client.connectToServer(name)

    #expect(client.state == .connected)
    #expect(server.fullServerName == name)
    #expect(server.waitForNewConnection().isPending)
    let accepted = try #require(server.nextPendingConnection())
    #expect(accepted.fullServerName == name)
    #expect(accepted.serverName == "s")
  }

  @Test func `a server with access options removes its file when it closes`() {
    server.socketOptions = .userAccess
    #expect(server.listen(name))

    server.close()

    #expect(directory.contents.isEmpty)
  }

  @Test func `access options replace nothing that is at the path`() throws {
    #expect(server.listen(name))
    let second = LocalServer(loop: loop)
    second.socketOptions = .worldAccess

    #expect(!second.listen(name))

    #expect(second.serverError == .addressInUse)
    #expect(directory.contents == ["s"])
    let client = LocalSocket(loop: loop)
    client.connectToServer(name)
    #expect(server.waitForNewConnection().isPending)
  }

  @Test func `the abstract option makes any name abstract, whatever the access options`() {
    let plain = SocketName("parley-test-\(getpid())-\(directory.path)")
    server.socketOptions = [.abstractNamespace, .worldAccess]

    #expect(server.listen(plain))

    #expect(server.serverName == plain)
    #expect(server.fullServerName == plain)
    #expect(directory.contents.isEmpty)
    let client = LocalSocket(loop: loop)
    client.connectToServer(SocketName("@\(plain)"))
    #expect(client.state == .connected)
  }

  @Test func `the abstract option does not make a name abstract twice`() {
    let abstract = SocketName("@parley-test-\(getpid())-\(directory.path)")
    server.socketOptions = .abstractNamespace

    #expect(server.listen(abstract))

    #expect(server.fullServerName.bytes == Array(abstract.bytes.dropFirst()))
  }

  @Test func `an option set while the server listens waits for the next listen`() {
    #expect(server.listen(name))
    let before = mode(of: directory.file("s"))

    server.socketOptions = .groupAccess

    #expect(mode(of: directory.file("s")) == before)
  }

  #if DEBUG
  @Test(arguments: [SystemCall.mkdtemp, .bind, .chmod, .listen, .lstat, .link])
  func `a failure on the way to the permissions leaves nothing behind`(call: SystemCall) {
    server.socketOptions = .userAccess
    let plan = FaultPlan()
    plan.fail(call, with: EACCES)

    #expect(!plan.whileActive { server.listen(name) })

    #expect(plan.count(of: call) == 1)
    #expect(server.serverError == .socketAccess)
    #expect(directory.contents.isEmpty)
  }
  #endif
}
