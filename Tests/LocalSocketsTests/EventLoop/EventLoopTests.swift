import Glibc
import LocalSockets
import TestSupport
import Testing

@Suite("EventLoop")
struct EventLoopTests {
  private final class Log {
    var entries: [String] = []
  }

  private let log = Log()

  @Test(arguments: PollerKind.allCases)
  func `one turn sends, runs posted work, tells of readiness, fires timers, in this order`(
    poller: PollerKind
  ) throws {
    let loop = try EventLoop(poller: poller)
    let (writer, reader) = try LocalSocket.pair(loop: loop)
    writer.bytesWritten.connect { [log] _ in log.entries.append("sent") }
    reader.readyRead.connect { [log] in log.entries.append("ready") }
    loop.schedule(at: .now) { [log] in
      log.entries.append("timer")
      loop.post { log.entries.append("posted later") }
    }
    loop.post { [log] in log.entries.append("posted") }
    _ = writer.write([1])

    try loop.turn(until: .now)

    #expect(log.entries == ["sent", "posted", "ready", "timer", "posted later"])
  }

  @Test(arguments: PollerKind.allCases)
  func `what posted work writes is sent before the loop sleeps`(poller: PollerKind) throws {
    let loop = try EventLoop(poller: poller)
    let (writer, reader) = try LocalSocket.pair(loop: loop)
    loop.post { _ = writer.write([1]) }

    try loop.turn(until: .after(.seconds(20)))

    #expect(reader.bytesAvailable == 1)
  }

  @Test func `work that posts itself again does not hold up the turn`() throws {
    let loop = try EventLoop()
    weak let posted = loop
    func again() {
      log.entries.append("run")
      posted?.post { again() }
    }
    loop.post { again() }

    try loop.turn(until: .now)

    #expect(log.entries == ["run", "run"])
  }

  @Test(arguments: PollerKind.allCases)
  func `another thread ends the sleep`(poller: PollerKind) throws {
    let loop = try EventLoop(poller: poller)
    let deadline = Deadline.after(.seconds(20))
    let thread = PosixThread { [wakeup = loop.wakeup] in wakeup.wake() }

    try loop.turn(until: deadline)

    #expect(!deadline.isPast)
    thread.join()
  }

  @Test func `a wake-up counts once and does not end later sleeps`() throws {
    let loop = try EventLoop()
    loop.wakeup.wake()
    loop.wakeup.wake()
    try loop.turn(until: .never)
    loop.schedule(at: .after(.milliseconds(1))) { [log] in log.entries.append("timer") }

    _ = try loop.run(until: { !log.entries.isEmpty })

    #expect(log.entries == ["timer"])
  }

  @Test func `a wake-up outlives its loop`() throws {
    var loop: EventLoop? = try EventLoop()
    let wakeup = loop?.wakeup
    loop = nil

    wakeup?.wake()

    #expect(wakeup != nil)
  }

  @Test func `stop ends a run`() throws {
    let loop = try EventLoop()
    loop.schedule(at: .now) { loop.stop() }

    try loop.run()

    #expect(!loop.hasPendingTimers)
  }

  @Test(arguments: PollerKind.allCases)
  func `an inner turn deals with the events that the outer one has left`(poller: PollerKind) throws
  {
    let loop = try EventLoop(poller: poller)
    let (writer, first) = try LocalSocket.pair(loop: loop)
    let (otherWriter, second) = try LocalSocket.pair(loop: loop)
    for (name, socket) in [("first", first), ("second", second)] {
      socket.readyRead.connect { [log] in
        log.entries.append("\(name) begins")
        try? loop.turn(until: .now)
        log.entries.append("\(name) ends")
      }
    }
    _ = writer.write([1])
    _ = otherWriter.write([1])

    try loop.turn(until: .now)

    let firstName = try #require(log.entries.first?.split(separator: " ").first)
    #expect(log.entries.count == 4)
    #expect(log.entries.last == "\(firstName) ends")
  }

  @Test(arguments: PollerKind.allCases)
  func `a watch tells of readiness until it is cancelled`(poller: PollerKind) throws {
    let loop = try EventLoop(poller: poller)
    let pair = try SystemCalls.socketPair()
    let watch = loop.watch(pair.first.number, for: .writable) { [log] in
      log.entries.append($0.contains(.writable) ? "writable" : "other")
    }

    try loop.turn(until: .now)
    watch.cancel()
    try loop.turn(until: .now)

    #expect(log.entries == ["writable"])
    #expect(loop.watchedDescriptorCount == 0)
  }

  @Test(arguments: PollerKind.allCases)
  func `an event for a descriptor that an earlier handler closed is dropped`(
    poller: PollerKind
  ) throws {
    let loop = try EventLoop(poller: poller)
    let (firstWriter, first) = try LocalSocket.pair(loop: loop)
    let (secondWriter, second) = try LocalSocket.pair(loop: loop)
    let replacements = try LocalSocket.pair(loop: loop)
    for (socket, other) in [(first, second), (second, first)] {
      socket.readyRead.connect { [log, unowned other] in
        log.entries.append("read")
        other.abort()
      }
    }
    replacements.first.readyRead.connect { [log] in log.entries.append("wrong") }
    try loop.turn(until: .now)
    _ = firstWriter.write([1])
    _ = secondWriter.write([1])

    try loop.turn(until: .now)

    #expect(log.entries == ["read"])
  }

  @Test func `a registration in a reused slot does not answer to the old token`() throws {
    let loop = try EventLoop()
    let pair = try SystemCalls.socketPair()
    let old = loop.watch(pair.first.number, for: .writable) { [log] _ in log.entries.append("old") }
    old.cancel()
    let new = loop.watch(pair.first.number, for: .writable) { [log] _ in log.entries.append("new") }
    old.setInterest([])
    old.cancel()

    try loop.turn(until: .now)

    #expect(log.entries == ["new"])
    #expect(loop.watchedDescriptorCount == 1)
    new.cancel()
  }

  @Test func `a duplicate of a closed descriptor does not keep the loop awake`() throws {
    let loop = try EventLoop(poller: .epoll)
    let pair = try LocalSocket.pair(loop: loop)
    try loop.turn(until: .now)
    let duplicate = dup(pair.first.socketDescriptor)
    defer { close(duplicate) }
    pair.first.abort()
    _ = pair.second.write([1])
    try loop.runReady()

    loop.schedule(at: .after(.milliseconds(30))) { [log] in log.entries.append("timer") }
    var turns = 0
    while log.entries.isEmpty {
      try loop.turn(until: .never)
      turns += 1
    }

    #expect(turns <= 3)
  }

  @Test(arguments: PollerKind.allCases)
  func `a file that comes back to the number under which it was closed is watched again`(
    poller: PollerKind
  ) throws {
    let loop = try EventLoop(poller: poller)
    let pair = try LocalSocket.pair(loop: loop)
    try loop.turn(until: .now)
    let number = pair.first.socketDescriptor
    let duplicate = dup(number)
    defer { close(duplicate) }
    pair.first.abort()
    let adopting = LocalSocket(loop: loop)
    // Another thread may have got the number in between.
    let again = fcntl(duplicate, F_DUPFD, number)
    #expect(adopting.setSocketDescriptor(again))
    _ = pair.second.write([1])

    #expect(try loop.run(until: { adopting.bytesAvailable == 1 }))
  }

  @Test(arguments: PollerKind.allCases)
  func `what a loop has yet to do does not keep it alive`(poller: PollerKind) throws {
    weak var gone: EventLoop?
    do {
      let loop = try EventLoop(poller: poller)
      gone = loop
      loop.schedule(every: .seconds(1)) {}
      let directory = TemporaryDirectory()
      let full = try FullServer(loop, at: SocketName(directory.file("s")))
      let client = LocalSocket(loop: loop)
      client.errorOccurred.connect { [weak client] _ in client?.connectToServer("") }
      client.connectToServer("")
      full.clients.last?.connectToServer(full.name)
      #expect(full.clients.last?.state == .connecting)
      let waiter = RecordingWaiter()
      _ = full.clients.last?.beginWait(.connected, waiter)
      try loop.turn(until: .now)
      loop.post { [weak client] in client?.abort() }
      #expect(gone != nil)
    }

    #expect(gone == nil)
  }

  @Test func `a loop goes that lets go of sockets which have yet to send`() throws {
    weak var gone: EventLoop?
    do {
      let loop = try EventLoop()
      gone = loop
      let pair = try LocalSocket.pair(loop: loop)
      _ = pair.first.write([UInt8](repeating: 1, count: 1 << 22))
      pair.first.disconnectFromServer()
      #expect(pair.first.state == .closing)
      loop.releaseRetained()
    }

    #expect(gone == nil)
  }
}
