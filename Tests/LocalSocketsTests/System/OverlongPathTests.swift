import Glibc
import LocalSockets
import TestSupport
import Testing

/// Names that do not fit into a socket address.
@Suite("Overlong paths")
struct OverlongPathTests {
  private let directory = TemporaryDirectory()
  private let loop: EventLoop
  private let server: LocalServer
  private let socket: LocalSocket
  /// A directory whose path alone is too long.
  private let deep: String

  init() throws {
    loop = try EventLoop()
    server = LocalServer(loop: loop)
    socket = LocalSocket(loop: loop)
    deep = directory.file(String(repeating: "d", count: 120))
    unsafe mkdir(deep, 0o700)
  }

  private func contents() -> Int { TemporaryDirectory.names(in: deep).count }

  @Test(arguments: [1, 90, 255])
  func `a server listens and is connected to, however long the file's name`(length: Int) throws {
    let name = SocketName("\(deep)/\(String(repeating: "s", count: length))")

    #expect(server.listen(name))
    socket.connectToServer(name)

    #expect(socket.state == .connected)
    #expect(socket.fullServerName == name)
    #expect(server.fullServerName == name)
    #expect(server.waitForNewConnection().isPending)
    #expect(server.nextPendingConnection()?.fullServerName == name)
    #expect(contents() == 1)
  }

  @Test func `a long file name in a short directory is reached too`() {
    let name = SocketName(directory.file(String(repeating: "s", count: 255)))

    #expect(server.listen(name))
    socket.connectToServer(name)

    #expect(socket.state == .connected)
  }

  @Test func `bytes go both ways`() throws {
    let name = SocketName("\(deep)/s")
    #expect(server.listen(name))
    socket.connectToServer(name)
    #expect(server.waitForNewConnection().isPending)
    let peer = try #require(server.nextPendingConnection())
    _ = socket.write([1, 2, 3])

    #expect(try loop.run(until: { peer.bytesAvailable == 3 }))
  }

  @Test func `a close removes the file, and a stale one gives way`() throws {
    let name = SocketName("\(deep)/s")
    do {
      let stale = try SystemCalls.socket(.stream)
      try SystemCalls.bind(stale.number, to: try SocketAddress(name))
    }
    #expect(!server.listen(name))
    #expect(server.serverError == .addressInUse)
    #expect(server.listen(name, removesStale: true))

    server.close()

    #expect(contents() == 0)
  }

  @Test func `a server that lives is neither replaced nor taken for stale`() {
    let name = SocketName("\(deep)/s")
    #expect(server.listen(name))
    let second = LocalServer(loop: loop)

    #expect(!second.listen(name, removesStale: true))

    #expect(second.serverError == .addressInUse)
    #expect(contents() == 1)
  }

  @Test func `removing a server works by the path as it is`() throws {
    let name = SocketName("\(deep)/s")
    #expect(server.listen(name))

    try LocalServer.removeServer(name)

    #expect(contents() == 0)
  }

  @Test func `the file has the mode that one with a short path has`() {
    let second = LocalServer(loop: loop)
    #expect(server.listen(SocketName("\(deep)/s")))
    #expect(second.listen(SocketName(directory.file("s"))))

    #expect(mode(of: "\(deep)/s") == mode(of: directory.file("s")))
  }

  private func mode(of path: String) -> mode_t? {
    var status = stat()
    return unsafe lstat(path, &status) == 0 ? status.st_mode : nil
  }

  @Test func `a path that nothing is at is not found`() {
    socket.connectToServer(SocketName("\(deep)/absent"))

    #expect(socket.error == .serverNotFound)
    #expect(!server.listen(SocketName("\(deep)/absent/s")))
    #expect(server.serverError == .hostNotFound)
  }

  @Test func `a stale file refuses`() throws {
    let name = SocketName("\(deep)/s")
    do {
      let stale = try SystemCalls.socket(.stream)
      try SystemCalls.bind(stale.number, to: try SocketAddress(name))
    }

    socket.connectToServer(name)

    #expect(socket.error == .connectionRefused)
  }

  @Test func `a full queue is waited for as with other paths`() throws {
    let full = try FullServer(loop, at: SocketName("\(deep)/s"))
    socket.connectToServer(full.name)
    #expect(socket.state == .connecting)

    full.server.maxPendingConnections = 30

    #expect(try loop.run(until: { socket.state == .connected }))
  }

  @Test func `no descriptor is left of the way`() async {
    await #expect(processExitsWith: .success) {
      let directory = TemporaryDirectory()
      let deep = directory.file(String(repeating: "d", count: 120))
      unsafe mkdir(deep, 0o700)
      let loop = try EventLoop()
      do {
        let server = LocalServer(loop: loop)
        precondition(server.listen(SocketName("\(deep)/s"), removesStale: true))
        let client = LocalSocket(loop: loop)
        client.connectToServer(SocketName("\(deep)/s"))
        precondition(client.state == .connected)
      }
      // The runtime may open others meanwhile, but none that lead here.
      let left = (0..<CInt(1024)).compactMap(target).filter { $0.hasPrefix(deep) }
      precondition(left.isEmpty, "descriptors are left: \(left)")
    }
  }

  @Test func `a path longer than any is refused with the limit`() {
    let path = "/" + String(repeating: "d/", count: 2047) + "s"

    #expect(throws: SocketNameError.tooLong(length: 4096, limit: 4095)) {
      try SocketAddress(SocketName(path))
    }
  }

  @Test func `a part longer than any file name is refused with the limit`() {
    let name = SocketName(directory.file(String(repeating: "s", count: 256)))
    socket.connectToServer(name)

    #expect(!server.listen(name))

    #expect(server.serverError == .hostNotFound)
    #expect(server.lastError?.nameError == .tooLong(length: 256, limit: 255))
    #expect(socket.error == .serverNotFound)
    #expect(socket.lastError?.nameError == .tooLong(length: 256, limit: 255))
  }

  #if DEBUG
  @Test func `without proc the path is too long for an address`() {
    let name = SocketName("\(deep)/s")
    #expect(server.listen(name))
    let length = name.bytes.count
    let plan = FaultPlan()
    plan.fail(.connect, with: ENOENT)
    plan.fail(.bind, with: ENOENT)

    plan.whileActive {
      socket.connectToServer(name)
      let second = LocalServer(loop: loop)
      #expect(!second.listen(SocketName("\(deep)/t")))
      #expect(second.serverError == .hostNotFound)
      #expect(second.lastError?.nameError == .tooLong(length: length, limit: 107))
    }

    #expect(socket.error == .serverNotFound)
    #expect(socket.lastError?.nameError == .tooLong(length: length, limit: 107))
    #expect(contents() == 1)
  }

  @Test func `a connect without a descriptor for the way is short of resources`() {
    let plan = FaultPlan()
    plan.fail(.open, with: EMFILE)

    plan.whileActive { socket.connectToServer(SocketName("\(deep)/s")) }

    #expect(socket.error == .socketResource)
  }
  #endif
}

/// What a descriptor leads to, as proc(5) shows it; nil for one that is not open.
private func target(of descriptor: CInt) -> String? {
  unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { text in
    guard let start = text.baseAddress else { return nil }
    let count = unsafe readlink("/proc/self/fd/\(descriptor)", start, text.count)
    guard count >= 0 else { return nil }
    return unsafe String(decoding: UnsafeRawBufferPointer(text).prefix(count), as: UTF8.self)
  }
}
