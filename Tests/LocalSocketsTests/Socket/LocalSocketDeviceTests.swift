import LocalSockets
import TestSupport
import Testing

@Suite("LocalSocket as a device")
struct LocalSocketDeviceTests {
  private let directory = TemporaryDirectory()
  private let loop: EventLoop
  private let server: LocalServer
  private let socket: LocalSocket
  private let name: SocketName

  init() throws {
    loop = try EventLoop()
    server = LocalServer(loop: loop)
    socket = LocalSocket(loop: loop)
    name = SocketName(directory.file("s"))
    #expect(server.listen(name))
  }

  private func connect(_ mode: OpenMode) throws -> LocalSocket {
    socket.connectToServer(name, mode: mode)
    #expect(server.waitForNewConnection().isPending)
    return try #require(server.nextPendingConnection())
  }

  @Test(arguments: [
    (OpenMode.notOpen, 0), (.readOnly, 1), (.writeOnly, 2), (.readWrite, 3), (.append, 4),
    (.truncate, 8), (.text, 16), (.unbuffered, 32), (.newOnly, 64), (.existingOnly, 128),
  ])
  func `an open mode has Qt's value and is kept as it is`(mode: OpenMode, value: Int) {
    #expect(mode.rawValue == value)

    socket.connectToServer(name, mode: mode)

    #expect(socket.state == .connected)
    #expect(socket.openMode == mode)
    #expect(socket.isOpen == (value != 0))
    #expect(socket.isReadable == (value & 1 != 0))
    #expect(socket.isWritable == (value & 2 != 0))
  }

  @Test func `a device opened for appending neither reads nor writes`() throws {
    let peer = try connect(.append)
    _ = peer.write([1])
    peer.flush()

    #expect(socket.waitForReadyRead())

    #expect(socket.isOpen && socket.bytesAvailable == 0)
    #expect(socket.read(maxLength: 1) == nil)
    #expect(socket.write([1]) == nil)
  }

  @Test func `a device opened for writing throws away what arrives, without a signal`() throws {
    let peer = try connect(.writeOnly)
    let recorder = SignalRecorder(socket)
    _ = peer.write([1, 2])
    peer.flush()

    #expect(socket.waitForReadyRead())

    #expect(recorder.entries.isEmpty)
    #expect(socket.bytesAvailable == 0)
    #expect(socket.readAll() == nil)
  }

  @Test func `a device that throws bytes away does so whatever the read buffer's size`() throws {
    socket.readBufferSize = 2
    let peer = try connect(.writeOnly)
    _ = peer.write([UInt8](repeating: 1, count: 100_000))
    peer.disconnectFromServer()

    #expect(try loop.run(until: { socket.state == .unconnected }))
  }

  @Test func `opening tells whether the device is open`() {
    #expect(!socket.open())
    #expect(socket.error == .serverNotFound)

    socket.setServerName(name)
    #expect(socket.open(mode: .readOnly))
    #expect(socket.state == .connected)
  }

  @Test func `opening an open device is refused and yet tells that it is open`() throws {
    _ = try connect(.readWrite)
    let recorder = SignalRecorder(socket)

    #expect(socket.open())

    #expect(recorder.entries == ["errorOccurred(OperationError) connected open 0"])
  }

  @Test func `opening does not wait for a server that is full`() throws {
    let full = try FullServer(loop, at: SocketName(directory.file("full")))
    socket.setServerName(full.name)

    #expect(!socket.open())
    #expect(socket.state == .connecting)
  }

  @Test func `a device stays open after a disconnect until it is closed`() throws {
    _ = try connect(.readWrite)
    socket.disconnectFromServer()
    #expect(socket.isOpen && socket.isReadable && socket.isWritable)
    #expect(socket.readChannelCount == 1 && socket.writeChannelCount == 1)
    #expect(!socket.isValid)

    socket.close()

    #expect(!socket.isOpen && !socket.isReadable && !socket.isWritable)
    #expect(socket.readChannelCount == 0 && socket.writeChannelCount == 0)
  }

  @Test func `a device has the channels that it is open for`() throws {
    _ = try connect(.readOnly)

    #expect(socket.readChannelCount == 1 && socket.writeChannelCount == 0)
    #expect(socket.currentReadChannel == 0 && socket.currentWriteChannel == 0)
  }

  @Test func `a connection has no positions`() throws {
    let peer = try connect(.readWrite)
    _ = peer.write([1, 2, 3])
    peer.flush()
    #expect(socket.waitForReadyRead())
    _ = socket.getChar()

    #expect(socket.isSequential)
    #expect(socket.pos == 0)
    #expect(socket.size == 2)
    #expect(!socket.seek(0) && !socket.reset())
  }

  @Test func `a text of the user's own replaces the error's, and an empty one means none`() {
    socket.setErrorString("out of cheese")
    #expect(socket.errorString == "out of cheese")
    #expect(socket.error == .unknown)

    socket.setErrorString("")
    #expect(socket.errorString == "Unknown error")
  }

  @Test func `the text of the last error stays after a close`() throws {
    let peer = try connect(.readWrite)
    peer.abort()
    #expect(socket.waitForDisconnected())

    socket.close()

    #expect(socket.errorString == "QLocalSocket: Remote closed")
    #expect(socket.error == .peerClosed)
  }
}

@Suite("LocalSocket below the device")
struct LocalSocketDataTests {
  private let pair: SocketPair
  private var socket: LocalSocket { pair.socket }

  init() throws {
    pair = try SocketPair()
  }

  @Test func `data is what the device has not looked at yet`() {
    pair.arrive("abcdef")
    #expect(text(socket.peek(maxLength: 2)) == "ab")

    #expect(text(socket.readData(maxLength: 2)) == "cd")

    #expect(text(socket.readAll()) == "abef")
    #expect(socket.readData(maxLength: 1) == [])
  }

  @Test func `data is read past a transaction and text mode`() {
    pair.arrive("ab\r\ncd\r\n")
    socket.setTextModeEnabled(true)
    socket.startTransaction()
    #expect(text(socket.read(maxLength: 2)) == "ab")

    #expect(text(socket.readLineData(maxLength: 100)) == "\r\n")
    #expect(socket.skipData(maxLength: 1) == 1)
    socket.rollbackTransaction()

    #expect(text(socket.readAll()) == "abd\n")
  }

  @Test func `data has ended when the connection has and nothing is left`() {
    pair.arrive("ab")
    pair.peer.abort()
    #expect(socket.waitForDisconnected())

    #expect(text(socket.readData(maxLength: 5)) == "ab")
    #expect(socket.readData(maxLength: 5) == nil)
    #expect(socket.skipData(maxLength: 5) == nil)
    #expect(socket.readLineData(maxLength: 5) == nil)
  }

  @Test func `data is queued as by a write`() {
    #expect(socket.writeData([1, 2]) == 2)
    #expect(socket.bytesToWrite == 2)

    socket.abort()
    #expect(socket.writeData([1]) == nil)
  }

  @Test func `a single byte is written and read`() {
    #expect(socket.putChar(7))
    socket.flush()
    #expect(pair.peer.waitForReadyRead())

    #expect(pair.peer.getChar() == 7)
    #expect(pair.peer.getChar() == nil)
    socket.abort()
    #expect(!socket.putChar(7))
  }
}
