import LocalSockets
import TestSupport
import Testing

/// Exchanges of 10 MiB each way with Qt's own QLocalSocket and QLocalServer.
@Suite("Qt as the peer", .enabled(if: QtPython.path != nil, QtPython.skipReason))
struct QtPeerTests {
  private let directory = TemporaryDirectory()

  /// What the side prints that ends the connection.
  private static let endedHere = """
    all bytes came
    stateChanged ClosingState
    stateChanged UnconnectedState
    readChannelFinished
    disconnected

    """

  /// What the other side prints.
  private static let endedThere = """
    all bytes came
    errorOccurred PeerClosedError
    stateChanged ClosingState
    stateChanged UnconnectedState
    readChannelFinished
    disconnected

    """

  private enum Ending: String, CaseIterable {
    case here
    case there

    var output: String { self == .here ? endedHere : endedThere }
    var opposite: Ending { self == .here ? .there : .here }
  }

  @Test(.enabled(if: StockLua.cpath != nil, StockLua.skipReason), arguments: Ending.allCases)
  private func `QLocalSocket talks to a server in Lua`(ending: Ending) throws {
    let server = try startLua("listen", ending)
    try #require(server.readLine() == "listening\n")
    let client = try startQt("connect", ending.opposite)

    #expect(client.finish().output == ending.opposite.output)
    #expect(server.finish().output.tabsAsBlanks == ending.output)
  }

  @Test(.enabled(if: StockLua.cpath != nil, StockLua.skipReason), arguments: Ending.allCases)
  private func `a socket in Lua talks to QLocalServer`(ending: Ending) throws {
    let server = try startQt("listen", ending.opposite)
    try #require(server.readLine() == "listening\n")
    let client = try startLua("connect", ending)

    #expect(client.finish().output.tabsAsBlanks == ending.output)
    #expect(server.finish().output == ending.opposite.output)
  }

  @Test(arguments: Ending.allCases)
  private func `QLocalSocket talks to a server in Swift`(ending: Ending) throws {
    let loop = try EventLoop()
    let server = LocalServer(loop: loop)
    try #require(server.listen(name))
    let client = try startQt("connect", ending.opposite)

    try #require(try loop.run(until: { server.hasPendingConnections }))
    let socket = try #require(server.nextPendingConnection())
    let exchange = Exchange(socket, endsHere: ending == .here)

    #expect(try exchange.run(on: loop) == ending.output)
    #expect(client.finish().output == ending.opposite.output)
  }

  @Test(arguments: Ending.allCases)
  private func `a socket in Swift talks to QLocalServer`(ending: Ending) throws {
    let server = try startQt("listen", ending.opposite)
    try #require(server.readLine() == "listening\n")
    let loop = try EventLoop()
    let socket = LocalSocket(loop: loop)
    socket.connectToServer(name)
    let exchange = Exchange(socket, endsHere: ending == .here)

    #expect(try exchange.run(on: loop) == ending.output)
    #expect(server.finish().output == ending.opposite.output)
  }

  private var name: SocketName { SocketName(directory.file("s")) }

  private func startQt(_ role: String, _ ending: Ending) throws -> Command.Running {
    let python = try #require(QtPython.path)
    return try Command.Running([
      python, SpecFile.program("exchange.py"), role, directory.file("s"), ending.rawValue,
    ])
  }

  private func startLua(_ role: String, _ ending: Ending) throws -> Command.Running {
    try Command.Running(
      ["lua5.4", SpecFile.program("exchange.lua"), role, directory.file("s"), ending.rawValue],
      environment: StockLua.environment
    )
  }
}

/// The half of an exchange that `Programs/exchange.lua` is in Lua.
private final class Exchange {
  private let socket: LocalSocket
  private let endsHere: Bool
  private var received: [UInt8] = []
  private var output = ""

  /// 10 MiB in which each eight bytes are their own number.
  private static let content: [UInt8] = (0..<UInt64(10 << 20) / 8).flatMap { number in
    (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
  }

  init(_ socket: LocalSocket, endsHere: Bool) {
    self.socket = socket
    self.endsHere = endsHere
    socket.readyRead.connect { [unowned self] in receive() }
    socket.stateChanged.connect { [unowned self] in print("stateChanged \(name(of: $0))") }
    socket.errorOccurred.connect { [unowned self] in print("errorOccurred \($0.name)") }
    socket.readChannelFinished.connect { [unowned self] in print("readChannelFinished") }
    socket.disconnected.connect { [unowned self] in print("disconnected") }
    _ = socket.write(Self.content)
  }

  /// Exchanges the bytes; gives what the programs print.
  func run(on loop: EventLoop) throws -> String {
    try #require(try loop.run(until: { socket.state == .unconnected }, within: .seconds(60)))
    return output
  }

  private func receive() {
    received += socket.readAll() ?? []
    guard received.count >= Self.content.count else { return }
    print(received == Self.content ? "all bytes came" : "the bytes differ")
    if endsHere { socket.disconnectFromServer() }
  }

  private func print(_ line: String) { output += line + "\n" }

  private func name(of state: LocalSocket.State) -> String {
    switch state {
    case .unconnected: "UnconnectedState"
    case .connecting: "ConnectingState"
    case .connected: "ConnectedState"
    case .closing: "ClosingState"
    }
  }
}

extension String {
  /// As Python's `print` parts its arguments, and Lua's does not.
  fileprivate var tabsAsBlanks: String { String(map { $0 == "\t" ? " " : $0 }) }
}
