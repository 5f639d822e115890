import Glibc
import LocalSockets
import TestSupport
import Testing

/// As many connections as a process can have; in processes of their own, whose limits they change.
///
/// What is expected is a value of its own: an expectation describes the objects in it, all of them.
@Suite("Many connections of a local server")
struct ManyConnectionsTests {
  @Test(.enabled(if: hardLimit() >= 18_100, "the hard limit of descriptors is below 18,100"))
  func `nine thousand connections echo in one process`() async {
    await #expect(processExitsWith: .success) {
      setSoftLimit(18_100)
      let directory = TemporaryDirectory()
      let crowd = try Crowd(at: SocketName(directory.file("s")))
      for _ in 0..<9000 {
        guard crowd.connect() else { break }
        // The kernel's queue is shorter than the crowd.
        try crowd.loop.turn(until: .now)
      }

      let haveAllEchoed = try crowd.loop.run(
        until: { crowd.echoed == 9000 },
        within: .seconds(100)
      )
      #expect(haveAllEchoed)
    }
  }

  @Test func `accepting rests while there are no descriptors, and then goes on`() async {
    await #expect(processExitsWith: .success) {
      setSoftLimit(100)
      let directory = TemporaryDirectory()
      let crowd = try Crowd(at: SocketName(directory.file("s")))
      while crowd.connect() {}
      let error = crowd.clients.removeLast().lastError
      #expect(error?.code == .unsupportedSocketOperation)
      #expect(error?.description.contains("too many open files") == true)
      let hasRun = try crowd.loop.run(until: { crowd.server.serverError == .socketResource })
      let isListening = crowd.server.isListening
      #expect(hasRun && isListening)

      let remaining = crowd.clients.count / 2 - 1
      crowd.clients.removeLast(crowd.clients.count - remaining)

      let haveEchoed = try crowd.loop.run(until: { crowd.echoed == remaining })
      #expect(haveEchoed)
    }
  }
}

/// A server that echoes, and its clients, each of which sends its number.
private final class Crowd {
  let loop: EventLoop
  let server: LocalServer
  var clients: [LocalSocket] = []
  private(set) var served: [LocalSocket] = []
  /// How many clients have got their own number back.
  private(set) var echoed = 0

  init(at name: SocketName) throws {
    loop = try EventLoop()
    server = LocalServer(loop: loop)
    server.listenBacklogSize = 10_000
    precondition(server.listen(name), server.errorString)
    server.newConnection.connect { [unowned self] in serve() }
  }

  /// Adds a client; false when it could not connect.
  func connect() -> Bool {
    let client = LocalSocket(loop: loop)
    let line = Array("\(clients.count)\n".utf8)
    client.connectToServer(server.serverName)
    client.readyRead.connect { [unowned self, unowned client] in
      if client.canReadLine, client.readLine() == line { echoed += 1 }
    }
    clients.append(client)
    return client.waitForConnected(timeout: .zero) && client.write(line) == line.count
  }

  private func serve() {
    guard let socket = server.nextPendingConnection() else { return }
    served.append(socket)
    socket.readyRead.connect { [unowned socket] in _ = socket.write(socket.readAll() ?? []) }
    socket.disconnected.connect { [unowned self, unowned socket] in
      loop.post { self.served.removeAll { $0 === socket } }
    }
  }
}

private func hardLimit() -> Int {
  var limit = rlimit()
  unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  return Int(clamping: limit.rlim_max)
}

private func setSoftLimit(_ count: rlim_t) {
  var limit = rlimit()
  unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  limit.rlim_cur = count
  unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
}
