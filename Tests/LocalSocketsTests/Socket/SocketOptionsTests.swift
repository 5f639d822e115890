import Glibc
import LocalSockets
import TestSupport
import Testing

@Suite("LocalSocket options")
struct SocketOptionsTests {
  private let directory = TemporaryDirectory()
  private let loop: EventLoop
  private let socket: LocalSocket
  private let server: LocalServer
  private let name: String

  init() throws {
    loop = try EventLoop()
    socket = LocalSocket(loop: loop)
    server = LocalServer(loop: loop)
    name = "parley-test-\(getpid())-\(directory.path)"
  }

  @Test func `options have Qt's values and none is set at first`() {
    #expect(LocalSocket.SocketOptions.noOptions.rawValue == 0)
    #expect(LocalSocket.SocketOptions.abstractNamespace.rawValue == 1)
    #expect(socket.socketOptions == .noOptions)
  }

  @Test func `a name is abstract when the option says so`() {
    #expect(server.listen(SocketName("@\(name)")))
    socket.setSocketOptions(.abstractNamespace)

    socket.connectToServer(SocketName(name))

    #expect(socket.state == .connected)
    #expect(socket.serverName == SocketName(name))
    #expect(socket.fullServerName == SocketName(name))
    #expect(socket.socketOptions == .abstractNamespace)
  }

  @Test(arguments: ["@", "@@"])
  func `a name that is written as abstract is taken as it is`(prefix: String) {
    #expect(server.listen(SocketName(prefix + name)))
    socket.setSocketOptions(.abstractNamespace)

    socket.connectToServer(SocketName(prefix + name))

    #expect(socket.state == .connected)
  }

  @Test func `an abstract name that nobody listens at refuses`() {
    socket.setSocketOptions(.abstractNamespace)

    socket.connectToServer(SocketName(name))
    #expect(socket.error == .connectionRefused)

    socket.connectToServer("")
    #expect(socket.error == .serverNotFound)
  }

  @Test func `options are only set while unconnected`() {
    #expect(server.listen(SocketName(directory.file("s"))))
    socket.connectToServer(server.serverName)

    socket.setSocketOptions(.abstractNamespace)
    #expect(socket.socketOptions == .noOptions)

    socket.abort()
    socket.setSocketOptions(.abstractNamespace)
    #expect(socket.socketOptions == .abstractNamespace)
  }
}
