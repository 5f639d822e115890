import LocalSockets
import TestSupport
import Testing

/// What becomes of the bytes that a script leaves queued, as its peer in another process sees it.
@Suite("Last bytes of lua5.4", .enabled(if: StockLua.cpath != nil, StockLua.skipReason))
struct LastBytesTests {
  private static let large = 4 << 20
  private let directory = TemporaryDirectory()
  private let loop: EventLoop
  private let server: LocalServer

  init() throws {
    loop = try EventLoop()
    server = LocalServer(loop: loop)
    try #require(server.listen(SocketName(directory.file("s"))))
  }

  @Test(arguments: [
    "socket:write('last words')",
    "socket:write('last words') socket:close()",
    "socket:write('last words') socket:shutdown('write')",
    "socket:write('last words') socket = nil collectgarbage()",
    "socket:write('last words') os.exit(true, true)",
    "socket:write('last words') error('out')",
    "socket:on('bytesWritten', print) socket:write('last words')",
    "localsocket.spawn(function() socket:waitForReadyRead() end) localsocket.step() "
      + "socket:write('last words')",
  ])
  func `a script that ends sends what it has queued`(ending: String) throws {
    let program = try start("socket = assert(localsocket.connect(name)) \(ending)")

    let peer = try accept()

    #expect(peer.waitForDisconnected(timeout: .seconds(60)))
    #expect(peer.readAll() == Array("last words".utf8))
    #expect(program.finish().output.contains("10") == false)
  }

  @Test func `a large string is sent whole though its state is closed before`() throws {
    let count = 12_000
    let program = try start(
      """
      local numbers = {}
      for number = 1, \(count) do numbers[number] = ("%06d"):format(number) end
      localsocket.connect(name):write(table.concat(numbers))
      """
    )

    let peer = try accept()

    #expect(peer.waitForDisconnected(timeout: .seconds(60)))
    let sent = (1...count).map { number in
      let digits = String(number)
      return String(repeating: "0", count: 6 - digits.utf8.count) + digits
    }
    #expect(peer.readAll() == Array(sent.joined().utf8))
    #expect(program.finish().status == 0)
  }

  @Test func `a script that ends does not wait for room`() throws {
    let program = try start(
      "socket = assert(localsocket.connect(name)) socket:write(('x'):rep(\(Self.large)))"
    )

    let peer = try accept()
    #expect(program.finish().status == 0)

    #expect(peer.waitForDisconnected(timeout: .seconds(60)))
    #expect((1..<Self.large).contains(peer.bytesAvailable))
  }

  @Test func `run waits for what collected sockets have yet to send`() throws {
    let program = try start(
      """
      do
        local socket = assert(localsocket.connect(name))
        socket:write(("x"):rep(\(Self.large)))
      end
      collectgarbage()
      collectgarbage()
      localsocket.run()
      """
    )

    let peer = try accept()
    #expect(peer.waitForDisconnected(timeout: .seconds(60)))

    #expect(peer.bytesAvailable == Self.large)
    #expect(program.finish().status == 0)
  }

  @Test func `run ends when a collected socket's peer is gone`() throws {
    let program = try start(
      """
      localsocket.connect(name):write(("x"):rep(\(Self.large)))
      collectgarbage()
      collectgarbage()
      localsocket.run()
      print "over"
      """
    )

    try accept().abort()

    #expect(program.finish().output == "over\n")
  }

  /// Starts a script that knows the server's name as `name`.
  private func start(_ source: String) throws -> Command.Running {
    let prologue = "local localsocket, name = require 'localsocket', '\(directory.file("s"))'"
    return try Command.Running(
      ["lua5.4", "-e", "\(prologue) \(source)"],
      environment: StockLua.environment,
      seconds: 60
    )
  }

  private func accept() throws -> LocalSocket {
    try #require(server.waitForNewConnection(timeout: .seconds(60)).isPending)
    return try #require(server.nextPendingConnection())
  }
}
