import Glibc
import LocalSockets
import TestSupport
import Testing

@Suite("LocalSocket reading")
struct LocalSocketReadingTests {
  private let loop: EventLoop
  private let socket: LocalSocket
  private let peer: LocalSocket

  init() throws {
    loop = try EventLoop()
    (socket, peer) = try LocalSocket.pair(loop: loop)
  }

  private func arrive(_ text: String) {
    _ = peer.write(Array(text.utf8))
    peer.flush()
    #expect(socket.waitForReadyRead())
  }

  @Test func `a read takes at most what is asked for`() {
    arrive("abcdef")

    #expect(socket.read(maxLength: 4) == Array("abcd".utf8))
    #expect(socket.read(maxLength: 4) == Array("ef".utf8))
    #expect(socket.read(maxLength: 4) == [])
  }

  @Test func `bytes that are lent have left, and stay in place whatever is called meanwhile`() {
    arrive("abc")

    let rest = socket.readAll { bytes in
      _ = socket.write(bytes)
      socket.flush()
      arrive("de")
      let lent = unsafe bytes.withUnsafeBytes { unsafe Array($0) }
      #expect(lent == Array("abc".utf8))
      return socket.readAll()
    }

    #expect(rest == Array("de".utf8))
    #expect(peer.waitForReadyRead())
    #expect(peer.readAll() == Array("abc".utf8))
  }

  @Test func `a line that is lent has left, and stays in place whatever is called meanwhile`() {
    arrive("one\ntwo")

    let rest = socket.readLine { line in
      #expect(socket.ungetChar(UInt8(ascii: "t")))
      let lent = unsafe line.withUnsafeBytes { unsafe Array($0) }
      #expect(lent == Array("one\n".utf8))
      return socket.readAll()
    }

    #expect(rest == Array("ttwo".utf8))
    #expect(socket.readLine { $0.count } == 0)
  }

  @Test func `bytes that are lent inside a transaction can be put back`() {
    arrive("abc")
    socket.startTransaction()

    #expect(socket.readAll { $0.count } == 3)
    socket.rollbackTransaction()

    #expect(socket.readAll() == Array("abc".utf8))
  }

  @Test func `nothing is lent once nothing more can come`() {
    arrive("ab")
    #expect(socket.readAll { $0.count } == 2)
    #expect(socket.readAll { $0.count } == 0)

    peer.abort()
    #expect(socket.waitForDisconnected())

    #expect(socket.readAll { $0.count } == nil)
  }

  @Test func `a line is taken with its end, and a part of a line when there is no end`() {
    arrive("one\ntwo\nthr")

    #expect(socket.canReadLine)
    #expect(socket.readLine() == Array("one\n".utf8))
    #expect(socket.readLine(maxLength: 2) == Array("tw".utf8))
    #expect(socket.readLine() == Array("o\n".utf8))
    #expect(!socket.canReadLine)
    #expect(socket.readLine() == Array("thr".utf8))
  }

  @Test func `who is lent bytes keeps no memory of others from being given back`() {
    arrive("one\ntwo\n")

    #expect(socket.readLine { _ in loop.pool.lendings } == 0)
    #expect(socket.readAll { _ in loop.pool.lendings } == 0)
  }

  @Test func `nothing more can come once the socket is unconnected and empty`() {
    arrive("ab")
    peer.abort()
    #expect(socket.waitForDisconnected())

    #expect(socket.read(maxLength: 1) == [UInt8(ascii: "a")])
    #expect(socket.readAll() == [UInt8(ascii: "b")])
    #expect(socket.readAll() == nil)
    #expect(socket.read(maxLength: 0) == [])
  }

  @Test func `a line of many pieces arrives whole`() throws {
    let line = [UInt8](repeating: 97, count: 3_000_000) + [10]
    _ = peer.write(line)

    #expect(try loop.run(until: { socket.canReadLine }))

    #expect(socket.readLine() == line)
  }

  @Test func `bytes that come while a handler runs cause one more signal after it`() {
    var running = 0
    var seen: [Int] = []
    socket.readyRead.connect { [unowned socket, peer] in
      running += 1
      #expect(running == 1)
      seen.append(socket.bytesAvailable)
      if seen.count == 1 {
        _ = peer.write([2])
        peer.flush()
        #expect(socket.waitForReadyRead())
      }
      running -= 1
    }

    arrive("a")

    #expect(seen == [1, 2])
  }

  @Test func `bytes that a handler has taken itself cause no more signal`() {
    var signals = 0
    socket.readyRead.connect { [unowned socket, peer] in
      signals += 1
      _ = socket.readAll()
      _ = peer.write([2])
      peer.flush()
      #expect(socket.waitForReadyRead())
      _ = socket.readAll()
    }

    arrive("a")

    #expect(signals == 1)
  }

  @Test func `a held signal is sent when it is let go`() {
    let recorder = SignalRecorder(socket)
    socket.holdReadyRead()
    arrive("a")
    arrive("b")
    #expect(recorder.entries.isEmpty)

    socket.releaseReadyRead()

    #expect(recorder.entries == ["readyRead connected open 2"])
  }

  @Test func `an idle socket holds no memory for bytes`() {
    arrive("ab")
    #expect(socket.readAll() != nil)

    #expect(loop.pool.freeBlockCount >= 1)
  }

  #if DEBUG
  @Test(arguments: [
    (ECONNRESET, SocketError.Code.peerClosed), (ETIMEDOUT, .socketTimeout), (EIO, .connection),
  ])
  func `each error of a read has its code and ends the connection`(
    errno: CInt,
    code: SocketError.Code
  ) {
    let recorder = SignalRecorder(socket)
    let plan = FaultPlan()
    plan.fail(.recvmsg, with: errno)
    _ = peer.write([1])
    peer.flush()

    #expect(!plan.whileActive { socket.waitForReadyRead() })

    #expect(
      recorder.entries == [
        "errorOccurred(\(code.name)) connected open 0",
        "stateChanged(closing) closing open 0",
        "stateChanged(unconnected) unconnected open 0",
        "readChannelFinished unconnected open 0",
        "disconnected unconnected open 0",
      ]
    )
  }

  @Test func `an interrupted read and one that would block change nothing`() {
    let plan = FaultPlan()
    plan.fail(.recvmsg, with: EINTR)
    plan.fail(.recvmsg, with: EAGAIN)
    _ = peer.write([1])
    peer.flush()

    #expect(plan.whileActive { socket.waitForReadyRead() })

    #expect(socket.readAll() == [1])
  }

  @Test func `what follows a large piece of a stream is taken in with one call`() {
    let piece = [UInt8](repeating: 1, count: 100_000)
    let plan = FaultPlan()
    _ = peer.write(piece)
    peer.flush()
    #expect(socket.waitForReadyRead())
    #expect(socket.readAll() == piece)
    _ = peer.write(piece)
    peer.flush()

    #expect(plan.whileActive { socket.waitForReadyRead() })

    #expect(plan.count(of: .recvmsg) == 1)
    #expect(socket.readAll() == piece)
  }
  #endif
}
