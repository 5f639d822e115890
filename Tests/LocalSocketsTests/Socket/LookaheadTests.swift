import LocalSockets
import TestSupport
import Testing

@Suite("LocalSocket looking ahead")
struct LookaheadTests {
  private let pair: SocketPair
  private var socket: LocalSocket { pair.socket }

  init() throws {
    pair = try SocketPair()
  }

  @Test func `peeking leaves the bytes unread, again and again`() {
    pair.arrive("abc")

    #expect(text(socket.peek(maxLength: 2)) == "ab")
    #expect(text(socket.peek(maxLength: 10)) == "abc")
    #expect(socket.bytesAvailable == 3)
    #expect(text(socket.readAll()) == "abc")
  }

  @Test func `peeking sees what arrived since the last time`() {
    pair.arrive("ab")
    #expect(text(socket.peek(maxLength: 10)) == "ab")
    pair.arrive("cd")

    #expect(text(socket.peek(maxLength: 10)) == "abcd")
  }

  @Test func `peeking tells the end as reading does`() {
    #expect(socket.peek(maxLength: 1) == [])
    pair.peer.abort()
    #expect(socket.waitForDisconnected())

    #expect(socket.peek(maxLength: 1) == nil)
  }

  @Test func `a negative length is refused`() {
    pair.arrive("ab")

    #expect(socket.read(maxLength: -1) == nil)
    #expect(socket.peek(maxLength: -1) == nil)
    #expect(socket.skip(maxLength: -1) == nil)
    #expect(socket.readLine(maxLength: -1) == nil)
    #expect(socket.readData(maxLength: -1) == nil)
    #expect(socket.bytesAvailable == 2)
  }

  @Test func `skipping drops what is there and counts it`() {
    pair.arrive("abc")

    #expect(socket.skip(maxLength: 2) == 2)
    #expect(socket.skip(maxLength: 5) == 1)
    #expect(socket.skip(maxLength: 5) == 0)
    pair.peer.abort()
    #expect(socket.waitForDisconnected())
    #expect(socket.skip(maxLength: 5) == nil)
    #expect(socket.skip(maxLength: 0) == nil)
  }

  @Test func `bytes that are put back are read first, the last one before the others`() {
    pair.arrive("c")

    #expect(socket.ungetChar(UInt8(ascii: "b")))
    #expect(socket.ungetChar(UInt8(ascii: "a")))

    #expect(socket.bytesAvailable == 3)
    #expect(text(socket.readAll()) == "abc")
  }

  /// With the largest limit the room left would overflow if less were unread than was looked at.
  @Test func `what was looked at with a descriptor beside it is dropped whole`() throws {
    socket.readBufferSize = .max
    try pair.peer.sendMessage(Array("ab".utf8), descriptors: [0], timeout: nil)
    #expect(socket.waitForReadyRead())
    #expect(socket.startTransaction())
    #expect(text(socket.read(maxLength: 1)) == "a")

    socket.commitTransaction()
    #expect(text(socket.peek(maxLength: 1)) == "b")
    socket.abort()

    #expect(socket.bytesAvailable == 0)
  }

  /// As above, where nothing is left.
  @Test func `a transaction that has read a descriptor's bytes is committed`() throws {
    socket.readBufferSize = .max
    try pair.peer.sendMessage(Array("ab".utf8), descriptors: [0], timeout: nil)
    #expect(socket.waitForReadyRead())
    #expect(socket.startTransaction())
    #expect(text(socket.readAll()) == "ab")

    socket.commitTransaction()

    #expect(socket.bytesAvailable == 0)
    pair.arrive("c")
    #expect(text(socket.readAll()) == "c")
  }

  @Test func `a byte can be put back that was never read, also at the end`() {
    let recorder = SignalRecorder(socket)
    #expect(socket.ungetChar(10))
    #expect(recorder.entries.isEmpty)
    #expect(socket.canReadLine)
    #expect(socket.getChar() == 10)

    socket.disconnectFromServer()
    #expect(socket.ungetChar(9))
    #expect(socket.getChar() == 9)
    #expect(socket.getChar() == nil)
  }

  @Test func `nothing is put back into a device that cannot be read`() {
    socket.abort()

    #expect(!socket.ungetChar(1))
    #expect(socket.bytesAvailable == 0)
  }
}

@Suite("LocalSocket transactions")
struct TransactionTests {
  private let directory = TemporaryDirectory()
  private let pair: SocketPair
  private var socket: LocalSocket { pair.socket }

  init() throws {
    pair = try SocketPair()
  }

  @Test func `what a transaction has read counts as gone`() {
    pair.arrive("a\nb")
    socket.startTransaction()
    #expect(socket.isTransactionStarted)
    #expect(text(socket.readLine()) == "a\n")

    #expect(socket.bytesAvailable == 1)
    #expect(!socket.canReadLine && !socket.atEnd)
    #expect(text(socket.peek(maxLength: 9)) == "b")
    #expect(socket.getChar() == UInt8(ascii: "b"))
    #expect(socket.atEnd)
  }

  @Test func `a rollback makes everything unread again`() {
    pair.arrive("abcdef")
    socket.startTransaction()
    _ = socket.read(maxLength: 2)
    _ = socket.skip(maxLength: 1)
    _ = socket.getChar()
    _ = socket.readAll()

    socket.rollbackTransaction()

    #expect(!socket.isTransactionStarted)
    #expect(text(socket.readAll()) == "abcdef")
  }

  @Test func `a commit drops only what was read`() {
    pair.arrive("abcdef")
    socket.startTransaction()
    _ = socket.read(maxLength: 2)
    _ = socket.peek(maxLength: 2)

    socket.commitTransaction()

    #expect(!socket.isTransactionStarted)
    #expect(text(socket.readAll()) == "cdef")
  }

  @Test func `bytes that arrive inside a transaction can be read in it`() {
    pair.arrive("ab")
    socket.startTransaction()
    _ = socket.readAll()
    pair.arrive("cd")

    #expect(text(socket.readAll()) == "cd")
    socket.rollbackTransaction()
    #expect(text(socket.readAll()) == "abcd")
  }

  @Test func `a line is found behind what was read, and again after a rollback`() {
    pair.arrive("one\ntwo\n")
    socket.startTransaction()
    #expect(text(socket.readLine()) == "one\n")
    #expect(text(socket.readLine()) == "two\n")
    #expect(!socket.canReadLine)

    socket.rollbackTransaction()

    #expect(text(socket.readLine()) == "one\n")
  }

  @Test func `a transaction inside another has no effect`() {
    pair.arrive("abc")
    socket.startTransaction()
    _ = socket.read(maxLength: 2)

    socket.startTransaction()
    socket.rollbackTransaction()

    #expect(text(socket.readAll()) == "abc")
  }

  @Test func `a commit and a rollback without a transaction have no effect`() {
    pair.arrive("abc")
    _ = socket.peek(maxLength: 2)

    socket.commitTransaction()
    socket.rollbackTransaction()

    #expect(text(socket.readAll()) == "abc")
  }

  @Test func `nothing is put back inside a transaction`() {
    pair.arrive("a")
    socket.startTransaction()

    #expect(!socket.ungetChar(1))
    #expect(text(socket.readAll()) == "a")
  }

  @Test func `a transaction survives a disconnect`() {
    pair.arrive("abc")
    socket.startTransaction()
    _ = socket.read(maxLength: 2)
    pair.peer.abort()
    #expect(socket.waitForDisconnected())

    #expect(socket.isTransactionStarted)
    socket.rollbackTransaction()
    #expect(text(socket.readAll()) == "abc")
  }

  @Test func `a close ends a transaction`() {
    socket.startTransaction()

    socket.close()

    #expect(!socket.isTransactionStarted)
  }

  @Test func `a new connection ends a transaction and begins with its own first byte`() throws {
    let server = LocalServer(loop: pair.loop)
    #expect(server.listen(SocketName(directory.file("s"))))
    pair.arrive("abc")
    socket.startTransaction()
    _ = socket.read(maxLength: 2)
    socket.disconnectFromServer()

    socket.connectToServer(server.serverName)

    #expect(!socket.isTransactionStarted)
    #expect(socket.bytesAvailable == 0)
    #expect(server.waitForNewConnection().isPending)
    let peer = try #require(server.nextPendingConnection())
    _ = peer.write([7, 8, 9])
    peer.flush()
    #expect(socket.waitForReadyRead())
    #expect(socket.readAll() == [7, 8, 9])
  }
}

@Suite("LocalSocket in text mode")
struct TextModeTests {
  private let pair: SocketPair
  private var socket: LocalSocket { pair.socket }

  init() throws {
    pair = try SocketPair()
    socket.setTextModeEnabled(true)
  }

  @Test func `text mode is one of the open modes`() {
    #expect(socket.openMode == [.readWrite, .text])
    socket.setTextModeEnabled(false)
    #expect(socket.openMode == .readWrite)
    #expect(!socket.isTextModeEnabled)
  }

  @Test func `a closed device has no text mode`() {
    socket.close()

    socket.setTextModeEnabled(true)

    #expect(!socket.isTextModeEnabled && !socket.isOpen)
  }

  @Test func `reading leaves out each carriage return`() {
    pair.arrive("a\r\nb\rc\r")

    #expect(socket.bytesAvailable == 7)
    #expect(text(socket.readAll()) == "a\nbc")
    #expect(socket.bytesAvailable == 0)
  }

  @Test func `a length counts what is returned`() {
    pair.arrive("\ra\r\nbc")

    #expect(text(socket.read(maxLength: 2)) == "a\n")
    #expect(text(socket.read(maxLength: 2)) == "bc")
  }

  @Test func `a line ends in its line feed alone`() {
    pair.arrive("ab\r\ncd\r\n")

    #expect(text(socket.readLine()) == "ab\n")
    #expect(text(socket.readLine(maxLength: 2)) == "cd")
    #expect(text(socket.readLine()) == "\n")
  }

  @Test func `skipping counts what reading would return`() {
    pair.arrive("a\r\nbc")

    #expect(socket.skip(maxLength: 3) == 3)
    #expect(text(socket.readAll()) == "c")
  }

  @Test func `peeking translates and leaves the bytes as they came`() {
    pair.arrive("a\r\nb")

    #expect(text(socket.peek(maxLength: 3)) == "a\nb")
    socket.setTextModeEnabled(false)
    #expect(text(socket.readAll()) == "a\r\nb")
  }

  @Test func `a single byte is the next that is not left out`() {
    pair.arrive("\r\n\r")

    #expect(socket.getChar() == 10)
    #expect(socket.getChar() == nil)
    #expect(socket.bytesAvailable == 0)
  }

  @Test func `a transaction brings back the bytes as they came`() {
    pair.arrive("a\r\nb")
    socket.startTransaction()
    #expect(text(socket.read(maxLength: 2)) == "a\n")
    #expect(text(socket.readAll()) == "b")

    socket.rollbackTransaction()
    socket.setTextModeEnabled(false)

    #expect(text(socket.readAll()) == "a\r\nb")
  }

  @Test func `writing changes nothing`() {
    _ = socket.write(Array("a\n\r\n".utf8))
    socket.flush()
    #expect(pair.peer.waitForReadyRead())

    #expect(text(pair.peer.readAll()) == "a\n\r\n")
  }
}
