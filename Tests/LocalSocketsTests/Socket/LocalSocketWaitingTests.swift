import LocalSockets
import TestSupport
import Testing

@Suite("LocalSocket blocking waits")
struct LocalSocketWaitingTests {
  private let loop: EventLoop
  private let socket: LocalSocket
  private let peer: LocalSocket

  init() throws {
    loop = try EventLoop()
    (socket, peer) = try LocalSocket.pair(loop: loop)
  }

  @Test func `waits on an unconnected socket are over at once and silent`() {
    let fresh = LocalSocket(loop: loop)
    let recorder = SignalRecorder(fresh)

    #expect(!fresh.waitForConnected(timeout: nil))
    #expect(!fresh.waitForReadyRead(timeout: nil))
    #expect(!fresh.waitForBytesWritten(timeout: nil))
    #expect(!fresh.waitForDisconnected(timeout: nil))
    #expect(recorder.entries.isEmpty)
  }

  @Test func `waits on a closing socket serve only its end`() {
    _ = socket.write([1])
    socket.disconnectFromServer()
    let recorder = SignalRecorder(socket)

    #expect(!socket.waitForConnected(timeout: nil))
    #expect(recorder.entries.isEmpty)
    #expect(socket.waitForDisconnected(timeout: nil))
    #expect(socket.state == .unconnected)
  }

  @Test func `a wait for room takes in what comes while the socket is closing`() {
    closeWithMuchToSend()
    _ = peer.write(Array("late".utf8))
    #expect(peer.flush())

    _ = socket.waitForBytesWritten(timeout: .zero)

    #expect(socket.state == .closing)
    #expect(socket.readAll() == Array("late".utf8))
    socket.abort()
  }

  @Test func `a wait for room takes in nothing once the device is closed`() {
    closeWithMuchToSend()
    socket.close()
    let recorder = SignalRecorder(socket)
    _ = peer.write(Array("late".utf8))
    #expect(peer.flush())

    _ = socket.waitForBytesWritten(timeout: .zero)

    #expect(recorder.entries == ["errorOccurred(SocketTimeoutError) closing closed 0"])
    socket.abort()
  }

  @Test func `a wait for room on a closing socket sends on after the peer has ended its sending`() {
    closeWithMuchToSend()
    peer.allowsHalfOpen = true
    peer.shutdown(.write)
    let recorder = SignalRecorder(socket)
    #expect(!socket.waitForBytesWritten(timeout: .zero))

    var received = 0
    repeat {
      received += peer.readAll()?.count ?? 0
      _ = socket.waitForBytesWritten(timeout: .zero)
    } while peer.waitForReadyRead(timeout: .zero)

    #expect(received == Self.muchToSend)
    #expect(socket.state == .unconnected)
    #expect(socket.lastError?.code != .peerClosed)
    let signals = recorder.entries.map { $0.prefix { $0 != " " } }
    #expect(
      signals.suffix(3) == ["stateChanged(unconnected)", "readChannelFinished", "disconnected"]
    )
  }

  private static let muchToSend = 600_000

  private func closeWithMuchToSend() {
    _ = socket.write([UInt8](repeating: 7, count: Self.muchToSend))
    while socket.flush() {}
    socket.disconnectFromServer()
    #expect(socket.state == .closing)
  }

  @Test func `a connected socket is connected`() {
    #expect(socket.waitForConnected(timeout: .zero))
  }

  @Test func `a wait for bytes sends what is queued first`() {
    _ = socket.write([1])

    #expect(!socket.waitForReadyRead(timeout: .zero))

    #expect(peer.waitForReadyRead())
  }

  @Test func `an arrival is reported once`() {
    _ = peer.write([1])
    peer.flush()

    #expect(socket.waitForReadyRead())
    #expect(!socket.waitForReadyRead(timeout: .zero))
    #expect(socket.bytesAvailable == 1)
  }

  @Test func `a wait for bytes takes in all that the kernel has, unread bytes or not`() {
    _ = peer.write([UInt8](repeating: 7, count: 150_000))
    #expect(peer.flush())
    #expect(socket.waitForReadyRead(timeout: .zero))
    #expect(socket.bytesAvailable == 150_000)
    _ = peer.write([UInt8](repeating: 8, count: 50_000))
    #expect(peer.flush())

    #expect(socket.waitForReadyRead())
    socket.disconnectFromServer()

    #expect(socket.bytesAvailable == 200_000)
  }

  @Test func `a wait for bytes takes in no more than the limit of unread ones`() {
    socket.readBufferSize = 100_000
    _ = peer.write([UInt8](repeating: 7, count: 150_000))
    #expect(peer.flush())

    #expect(socket.waitForReadyRead(timeout: .zero))

    #expect(socket.bytesAvailable == 100_000)
  }

  @Test func `an arrival that the loop took in is still new to a wait`() throws {
    _ = peer.write([1])
    try loop.runReady()

    #expect(socket.waitForReadyRead(timeout: .zero))
  }

  @Test func `an arrival that was read is not new any more`() throws {
    _ = peer.write([1, 2])
    try loop.runReady()
    _ = socket.read(maxLength: 1)

    #expect(!socket.waitForReadyRead(timeout: .zero))
  }

  @Test func `a wait has seen bytes although a handler aborts`() {
    socket.readyRead.connect { [unowned socket] in socket.abort() }
    _ = peer.write([1])
    peer.flush()

    #expect(socket.waitForReadyRead())
    #expect(socket.state == .unconnected)
  }

  @Test func `a peer that closes ends a wait for bytes`() {
    peer.abort()

    #expect(!socket.waitForReadyRead(timeout: nil))
    #expect(socket.error == .peerClosed)
  }

  @Test func `a wait for room ends when one write was made`() {
    _ = socket.write([UInt8](repeating: 1, count: 2_000_000))
    #expect(socket.waitForBytesWritten())
    #expect(socket.bytesToWrite > 0)

    #expect(!socket.waitForBytesWritten(timeout: .zero))
    #expect(socket.error == .socketTimeout)
  }

  @Test func `there is nothing to wait for when nothing is queued`() {
    #expect(!socket.waitForBytesWritten(timeout: nil))
    #expect(socket.error == .unknown)
  }

  @Test func `a wait for the end takes in what still comes`() {
    _ = peer.write([1, 2, 3])
    peer.disconnectFromServer()
    peer.flush()

    #expect(socket.waitForDisconnected())
    #expect(socket.bytesAvailable == 3)
  }

  @Test func `a time-out takes its time`() {
    let end = Deadline.after(.milliseconds(20))

    #expect(!socket.waitForReadyRead(timeout: .milliseconds(20)))

    #expect(end.isPast)
  }

  @Test func `a peer that never stops sending does not prolong a wait`() {
    socket.readyRead.connect { [unowned peer] in
      _ = peer.write([1])
      peer.flush()
    }
    _ = peer.write([1])
    peer.flush()

    #expect(!socket.waitForDisconnected(timeout: .milliseconds(5)))

    #expect(socket.error == .socketTimeout)
    #expect(socket.bytesAvailable > 1)
  }
}

@Suite("LocalSocket parked waits")
struct ParkedWaitTests {
  private let waiter = RecordingWaiter()

  private func pair(_ poller: PollerKind) throws -> (EventLoop, LocalSocket, LocalSocket) {
    let loop = try EventLoop(poller: poller)
    let (socket, peer) = try LocalSocket.pair(loop: loop)
    return (loop, socket, peer)
  }

  @Test(arguments: PollerKind.allCases)
  func `an arrival ends a parked wait once`(poller: PollerKind) throws {
    let (loop, socket, peer) = try pair(poller)
    #expect(socket.beginWait(.readyRead, waiter) == nil)
    _ = peer.write([1])

    #expect(try loop.run(until: { !waiter.outcomes.isEmpty }))

    #expect(waiter.outcomes == [.satisfied])
    #expect(socket.beginWait(.readyRead, waiter) == nil)
  }

  @Test func `an arrival that no wait has reported answers at once`() throws {
    let (loop, socket, peer) = try pair(.epoll)
    _ = peer.write([1])
    try loop.runReady()

    #expect(socket.beginWait(.readyRead, waiter) == .satisfied)
  }

  @Test func `an arrival that is followed by the end is still reported`() throws {
    let (loop, socket, peer) = try pair(.epoll)
    _ = peer.write([1])
    peer.disconnectFromServer()
    #expect(try loop.run(until: { socket.state == .unconnected }))

    #expect(socket.beginWait(.readyRead, waiter) == .satisfied)
    #expect(socket.beginWait(.readyRead, waiter) == .failed)
  }

  @Test func `a second waiter for the same finds it busy`() throws {
    let (_, socket, peer) = try pair(.epoll)
    #expect(socket.beginWait(.readyRead, waiter) == nil)
    #expect(peer.state == .connected)

    #expect(socket.beginWait(.readyRead, RecordingWaiter()) == .busy)
    #expect(socket.beginWait(.disconnected, RecordingWaiter()) == nil)
  }

  @Test func `a wait that a handler begins while another begins is the one that goes on`() throws {
    let (loop, socket, peer) = try pair(.epoll)
    socket.bytesWritten.connect { [waiter, unowned socket] _ in
      #expect(socket.beginWait(.disconnected, waiter) == nil)
    }
    _ = socket.write([1])

    #expect(socket.beginWait(.disconnected, RecordingWaiter()) == .busy)

    peer.abort()
    #expect(try loop.run(until: { !waiter.outcomes.isEmpty }))
    #expect(waiter.outcomes == [.satisfied])
  }

  @Test(arguments: PollerKind.allCases)
  func `the end fails a wait for bytes and satisfies one for the end`(poller: PollerKind) throws {
    let (loop, socket, peer) = try pair(poller)
    let endWaiter = RecordingWaiter()
    #expect(socket.beginWait(.readyRead, waiter) == nil)
    #expect(socket.beginWait(.disconnected, endWaiter) == nil)
    peer.abort()

    #expect(try loop.run(until: { !waiter.outcomes.isEmpty }))

    #expect(waiter.outcomes == [.failed])
    #expect(endWaiter.outcomes == [.satisfied])
  }

  @Test func `bytes cannot be waited for on a closing socket, whoever waits for room`() throws {
    let (_, socket, peer) = try pair(.epoll)
    _ = socket.write([UInt8](repeating: 1, count: 2_000_000))
    while socket.flush() {}
    socket.disconnectFromServer()
    #expect(socket.beginWait(.bytesWritten, waiter) == nil)

    #expect(socket.beginWait(.readyRead, RecordingWaiter()) == .failed)

    #expect(peer.state == .connected)
    socket.abort()
  }

  @Test func `a wait sends what is queued`() throws {
    let (_, socket, peer) = try pair(.epoll)
    _ = socket.write([1])

    #expect(socket.beginWait(.bytesWritten, waiter) == .satisfied)
    #expect(peer.waitForReadyRead())
  }

  @Test func `a wait for room ends when the peer reads`() throws {
    let (loop, socket, peer) = try pair(.epoll)
    _ = socket.write([UInt8](repeating: 1, count: 2_000_000))
    #expect(socket.flush())
    #expect(socket.beginWait(.bytesWritten, waiter) == nil)

    #expect(try loop.run(until: { !waiter.outcomes.isEmpty }))

    #expect(waiter.outcomes == [.satisfied])
    #expect(peer.state == .connected)
  }

  @Test func `a wait that is given up ends nothing and nobody is told`() throws {
    let (loop, socket, peer) = try pair(.epoll)
    #expect(socket.beginWait(.readyRead, waiter) == nil)
    socket.cancelWait(.readyRead)
    _ = peer.write([1])

    try loop.runReady()

    #expect(waiter.outcomes.isEmpty)
    #expect(socket.error == .unknown)
  }

  @Test func `a wait whose time is up reports it as the blocking one does`() throws {
    let (_, socket, peer) = try pair(.epoll)
    #expect(socket.beginWait(.readyRead, waiter) == nil)

    socket.expireWait(.readyRead)

    #expect(peer.state == .connected)
    #expect(socket.error == .socketTimeout)
    #expect(waiter.outcomes.isEmpty)
  }

  @Test func `a wait for bytes goes on through the connecting`() throws {
    let directory = TemporaryDirectory()
    let loop = try EventLoop()
    let full = try FullServer(loop, at: SocketName(directory.file("s")))
    let socket = LocalSocket(loop: loop)
    socket.connectToServer(full.name)
    #expect(socket.beginWait(.readyRead, waiter) == nil)
    var taken: [LocalSocket] = []
    full.server.newConnection.connect { [unowned server = full.server] in
      guard let peer = server.nextPendingConnection() else { return }
      _ = peer.write([1])
      taken.append(peer)
    }

    full.server.maxPendingConnections = 30

    #expect(try loop.run(until: { !waiter.outcomes.isEmpty }))
    #expect(waiter.outcomes == [.satisfied])
    #expect(socket.bytesAvailable == 1)
  }

  #if DEBUG
  @Test(arguments: PollerKind.allCases)
  func `a round trip on one loop costs two writes, two reads and nothing else`(
    poller: PollerKind
  ) throws {
    let (loop, socket, peer) = try pair(poller)
    let plan = FaultPlan()
    let trips = 50

    try plan.whileActive {
      #expect(peer.beginWait(.readyRead, waiter) == nil)
      for _ in 0..<trips {
        _ = socket.write([1])
        #expect(socket.beginWait(.readyRead, waiter) == nil)
        try loop.turn(until: .never)
        #expect(peer.readAll() == [1])
        _ = peer.write([2])
        #expect(peer.beginWait(.readyRead, waiter) == nil)
        try loop.turn(until: .never)
        #expect(socket.readAll() == [2])
      }
    }

    #expect(plan.count(of: .send) == 2 * trips)
    #expect(plan.count(of: .recvmsg) == 2 * trips)
    #expect(plan.count(of: .epollControl) <= 3)
    #expect(plan.count(of: .epollWait) + plan.count(of: .poll) <= 2 * trips / 64)
  }

  @Test func `a loop whose tries come to nothing stops trying for a while`() throws {
    let (loop, socket, peer) = try pair(.epoll)
    #expect(socket.beginWait(.readyRead, waiter) == nil)
    let plan = FaultPlan()

    try plan.whileActive {
      for _ in 0..<100 {
        loop.wakeup.wake()
        try loop.turn(until: .never)
      }
    }

    #expect(plan.count(of: .epollWait) == 100)
    #expect(plan.count(of: .recvmsg) == 16)
    #expect(peer.state == .connected)
  }

  @Test func `waits that are served by trying do not starve the other descriptors`() throws {
    let (loop, socket, peer) = try pair(.epoll)
    let (writer, other) = try LocalSocket.pair(loop: loop)
    var hasArrived = false
    other.readyRead.connect { hasArrived = true }
    _ = writer.write([1])
    var turns = 0

    while !hasArrived, turns < 200 {
      turns += 1
      #expect(socket.beginWait(.readyRead, waiter) == nil)
      _ = peer.write([1])
      try loop.turn(until: .never)
      _ = socket.readAll()
      socket.cancelWait(.readyRead)
    }

    #expect(hasArrived)
    #expect(turns <= 66)
  }

  @Test func `an idle descriptor is told to the kernel once, whatever is written`() throws {
    let (loop, socket, peer) = try pair(.epoll)
    let plan = FaultPlan()
    try plan.whileActive {
      for _ in 0..<10 {
        _ = socket.write([1])
        let hasArrived = try loop.run(until: { peer.bytesAvailable > 0 })
        #expect(hasArrived)
        _ = peer.readAll()
      }
    }

    #expect(plan.count(of: .epollControl) == 3)
  }

  @Test func `a connection that never meets a sleep is not told to the kernel`() throws {
    let plan = FaultPlan()
    let loop = try EventLoop()
    try plan.whileActive {
      let (socket, peer) = try LocalSocket.pair(loop: loop)
      _ = socket.write([1])
      socket.flush()
      #expect(peer.waitForReadyRead())
    }

    #expect(plan.count(of: .epollControl) == 0)
  }
  #endif
}
