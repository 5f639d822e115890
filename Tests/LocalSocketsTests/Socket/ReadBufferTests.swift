import LocalSockets
import TestSupport
import Testing

@Suite("LocalSocket with a limited read buffer")
struct ReadBufferTests {
  @Test func `there is no limit at first, and one survives a new connection`() throws {
    let pair = try SocketPair()
    #expect(pair.socket.readBufferSize == 0)

    pair.socket.readBufferSize = 5
    pair.socket.abort()

    #expect(pair.socket.readBufferSize == 5)
  }

  @Test(arguments: PollerKind.allCases)
  func `no more is taken in than the limit, and any reading lets more in`(
    poller: PollerKind
  ) throws {
    let pair = try SocketPair(poller)
    pair.socket.readBufferSize = 4
    pair.send("abcdefgh")
    #expect(try pair.loop.run(until: { pair.socket.bytesAvailable == 4 }))
    try pair.loop.runReady()
    #expect(pair.socket.bytesAvailable == 4)

    #expect(text(pair.socket.read(maxLength: 1)) == "a")

    #expect(try pair.loop.run(until: { pair.socket.bytesAvailable == 4 }))
    #expect(text(pair.socket.readAll()) == "bcde")
  }

  @Test func `the greatest limit is none, also after bytes were peeked at`() throws {
    let pair = try SocketPair()
    pair.socket.readBufferSize = .max
    pair.arrive("ab")
    #expect(text(pair.socket.peek(maxLength: 1)) == "a")

    pair.arrive("cd")

    #expect(text(pair.socket.readAll()) == "abcd")
  }

  @Test func `the least limit lets nothing in and leaves what is there`() throws {
    let pair = try SocketPair()
    pair.arrive("ab")

    pair.socket.readBufferSize = .min
    pair.send("cd")
    try pair.loop.runReady()

    #expect(text(pair.socket.readAll()) == "ab")
    pair.socket.readBufferSize = 0
    #expect(pair.socket.waitForReadyRead())
    #expect(text(pair.socket.readAll()) == "cd")
  }

  @Test(arguments: [SocketKind.datagram, .seqpacket])
  func `an empty message counts as a byte`(kind: SocketKind) throws {
    let loop = try EventLoop()
    let (socket, peer) = try LocalSocket.pair(loop: loop, kind: kind)
    socket.readBufferSize = 3
    for _ in 0..<5 { _ = peer.write([]) }

    try loop.runReady()

    var arrived = 0
    while socket.hasPendingMessages {
      _ = socket.readAll()
      arrived += 1
    }
    #expect(arrived == 3)
    try loop.runReady()
    #expect(socket.hasPendingMessages)
  }

  @Test(arguments: PollerKind.allCases)
  func `a loop sleeps while a read buffer is full, even when the peer is gone`(
    poller: PollerKind
  ) throws {
    let pair = try SocketPair(poller)
    pair.socket.readBufferSize = 4
    pair.send("abcdef")
    #expect(try pair.loop.run(until: { pair.socket.bytesAvailable == 4 }))
    pair.peer.abort()

    #expect(try pair.turns() <= fewTurns)
    #expect(pair.socket.state == .connected)

    #expect(text(pair.socket.readAll()) == "abcd")
    #expect(try pair.loop.run(until: { pair.socket.state == .unconnected }))
    #expect(text(pair.socket.readAll()) == "ef")
  }

  @Test(arguments: PollerKind.allCases)
  func `a full read buffer does not hold up what is sent`(poller: PollerKind) throws {
    let pair = try SocketPair(poller)
    pair.socket.readBufferSize = 1
    pair.send("ab")
    #expect(try pair.loop.run(until: { pair.socket.bytesAvailable == 1 }))

    let count = 2_000_000
    _ = pair.socket.write([UInt8](repeating: 1, count: count))

    #expect(try pair.loop.run(until: { pair.peer.bytesAvailable == count }))
  }

  @Test(arguments: PollerKind.allCases)
  func `a peer that goes while much is to be sent ends a connection whose buffer is full`(
    poller: PollerKind
  ) throws {
    let pair = try SocketPair(poller)
    pair.socket.readBufferSize = 1
    pair.send("abc")
    #expect(try pair.loop.run(until: { pair.socket.bytesAvailable == 1 }))
    _ = pair.socket.write([UInt8](repeating: 1, count: 2_000_000))
    pair.socket.flush()
    pair.peer.abort()

    #expect(try pair.loop.run(until: { pair.socket.state == .unconnected }))

    #expect(text(pair.socket.readAll()) == "abc")
  }

  @Test func `a limit that is raised or lifted lets more in`() throws {
    let pair = try SocketPair()
    pair.socket.readBufferSize = 2
    pair.arrive("abcdef")

    pair.socket.readBufferSize = 4
    #expect(pair.socket.waitForReadyRead())
    #expect(pair.socket.bytesAvailable == 4)

    pair.socket.readBufferSize = 0
    #expect(pair.socket.waitForReadyRead())
    #expect(pair.socket.bytesAvailable == 6)
  }

  @Test func `a limit that is lowered takes nothing away and lets nothing in`() throws {
    let pair = try SocketPair()
    pair.arrive("abcdef")

    pair.socket.readBufferSize = 2
    pair.send("g")
    try pair.loop.runReady()
    #expect(pair.socket.bytesAvailable == 6)

    _ = pair.socket.read(maxLength: 5)
    #expect(try pair.loop.run(until: { pair.socket.bytesAvailable == 2 }))
  }

  @Test func `a negative limit lets nothing in`() throws {
    let pair = try SocketPair()
    pair.socket.readBufferSize = -1
    pair.send("a")

    try pair.loop.runReady()
    #expect(pair.socket.bytesAvailable == 0)

    pair.socket.readBufferSize = 0
    #expect(try pair.loop.run(until: { pair.socket.bytesAvailable == 1 }))
  }

  @Test func `the least and the greatest limit hold beside bytes that are there`() throws {
    let pair = try SocketPair()
    pair.send("ab")
    #expect(try pair.loop.run(until: { pair.socket.bytesAvailable == 2 }))
    pair.socket.readBufferSize = .min
    pair.send("cd")
    try pair.loop.runReady()
    #expect(pair.socket.bytesAvailable == 2)

    _ = pair.socket.peek(maxLength: 2)
    pair.socket.readBufferSize = .max

    #expect(try pair.loop.run(until: { pair.socket.bytesAvailable == 4 }))
  }

  @Test func `bytes that were looked at do not count`() throws {
    let pair = try SocketPair()
    pair.socket.readBufferSize = 2
    pair.arrive("abcdef")

    #expect(text(pair.socket.peek(maxLength: 2)) == "ab")
    #expect(pair.socket.waitForReadyRead())
    #expect(pair.socket.bytesAvailable == 4)

    pair.socket.startTransaction()
    _ = pair.socket.readAll()
    #expect(pair.socket.waitForReadyRead())
    pair.socket.rollbackTransaction()
    #expect(text(pair.socket.readAll()) == "abcdef")
  }

  @Test func `a handler that reads a part is called for the rest`() throws {
    let pair = try SocketPair()
    pair.socket.readBufferSize = 3
    var received = ""
    pair.socket.readyRead.connect { [unowned socket = pair.socket] in
      received += text(socket.read(maxLength: 2)) ?? ""
    }

    pair.send("abcdefgh")

    #expect(try pair.loop.run(until: { received == "abcdefgh" }))
  }

  @Test func `a wait for bytes that cannot come uses up its time without turning`() throws {
    let pair = try SocketPair()
    pair.socket.readBufferSize = 1
    pair.arrive("ab")
    pair.peer.abort()

    let deadline = Deadline.after(.milliseconds(30))
    #expect(!pair.socket.waitForReadyRead(timeout: .milliseconds(30)))

    #expect(deadline.isPast)
    #expect(pair.socket.error == .socketTimeout)
    #expect(pair.socket.state == .connected)
  }

  @Test func `a wait without end for bytes that cannot come is over at once`() throws {
    let pair = try SocketPair()
    pair.socket.readBufferSize = 1
    pair.arrive("ab")

    #expect(!pair.socket.waitForReadyRead(timeout: nil))
  }

  @Test func `a wait for the end does not outlive its time when the buffer is full`() throws {
    let pair = try SocketPair()
    pair.socket.readBufferSize = 1
    pair.arrive("ab")

    #expect(!pair.socket.waitForDisconnected(timeout: .milliseconds(20)))

    #expect(pair.socket.error == .socketTimeout)
  }

  @Test func `a wait for the end notices it when the buffer is full, and loses no byte`() throws {
    let pair = try SocketPair()
    pair.socket.readBufferSize = 1
    pair.arrive("abc")
    pair.peer.abort()
    let recorder = SignalRecorder(pair.socket)

    #expect(pair.socket.waitForDisconnected(timeout: nil))

    #expect(
      recorder.entries == [
        "readyRead connected open 3",
        "errorOccurred(PeerClosedError) connected open 3",
        "stateChanged(closing) closing open 3",
        "stateChanged(unconnected) unconnected open 3",
        "readChannelFinished unconnected open 3",
        "disconnected unconnected open 3",
      ]
    )
    #expect(text(pair.socket.readAll()) == "abc")
  }

  @Test(arguments: PollerKind.allCases)
  func `a parked wait for the end notices it when the buffer is full`(poller: PollerKind) throws {
    let pair = try SocketPair(poller)
    pair.socket.readBufferSize = 1
    pair.arrive("abc")
    let waiter = RecordingWaiter()
    #expect(pair.socket.beginWait(.disconnected, waiter) == nil)
    #expect(try pair.turns() <= fewTurns)
    #expect(waiter.outcomes.isEmpty)

    pair.peer.abort()

    #expect(try pair.loop.run(until: { waiter.outcomes == [.satisfied] }))
    #expect(text(pair.socket.readAll()) == "abc")
  }

  @Test(arguments: PollerKind.allCases)
  func `a wait for the end that was given up lets the loop sleep again`(
    poller: PollerKind
  ) throws {
    let pair = try SocketPair(poller)
    pair.socket.readBufferSize = 1
    pair.arrive("abc")
    let waiter = RecordingWaiter()
    #expect(pair.socket.beginWait(.disconnected, waiter) == nil)
    try pair.loop.runReady()

    pair.socket.cancelWait(.disconnected)
    pair.peer.abort()

    #expect(try pair.turns() <= fewTurns)
    #expect(pair.socket.state == .connected)
  }

  @Test(arguments: PollerKind.allCases)
  func `a parked wait for bytes goes on when there is room again`(poller: PollerKind) throws {
    let pair = try SocketPair(poller)
    pair.socket.readBufferSize = 1
    pair.arrive("ab")
    let waiter = RecordingWaiter()
    #expect(pair.socket.beginWait(.readyRead, waiter) == nil)
    #expect(try pair.turns() <= fewTurns)
    #expect(waiter.outcomes.isEmpty)

    #expect(text(pair.socket.readAll()) == "a")

    #expect(try pair.loop.run(until: { waiter.outcomes == [.satisfied] }))
  }

  #if DEBUG
  @Test func `a wait with a full buffer asks the kernel a few times only`() throws {
    let pair = try SocketPair()
    pair.socket.readBufferSize = 1
    pair.arrive("ab")
    pair.peer.abort()
    let plan = FaultPlan()

    plan.whileActive { _ = pair.socket.waitForReadyRead(timeout: .milliseconds(30)) }

    #expect((1...fewTurns).contains(plan.count(of: .poll)))
    #expect(plan.count(of: .recvmsg) == 0)
  }
  #endif
}
