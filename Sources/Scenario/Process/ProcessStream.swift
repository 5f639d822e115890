internal import LocalSockets
internal import LuaBridge

/// Our end of a process's standard stream, or of its terminal: what a conversation takes for a socket.
///
/// What the process writes is read as it comes, whether or not the script asks for it: a process
/// never waits for its reader. Sockets are read with `recvmsg`, which pipes do not have, so this is a
/// source of its own with the members that conversations use.
final class ProcessStream {
  /// What messages call it: `the standard output of «redis»`.
  let title: String
  /// Called with all that arrives, and with nothing at the end.
  var arrived: ([UInt8]) -> Void = { _ in }
  /// Called when the script has left so much unread that its oldest bytes were dropped.
  var dropped: () -> Void = {}
  /// Why nothing more comes, for the script.
  var endReason: () -> String

  private let loop: EventLoop
  private var descriptor: OwnedDescriptor?
  private var watch: EventLoop.Watch?
  private let isReadable: Bool
  private let isWritable: Bool
  /// What the script has not taken yet.
  private(set) var unread = UnreadOutput()
  /// What the process has not taken yet, from `nextToSend` on.
  private var queue: [UInt8] = []
  private var nextToSend = 0
  /// How many bytes the process has not taken yet.
  var unsentCount: Int { queue.count - nextToSend }
  private var closesWhenSent = false
  private var writeProblem: String?
  private(set) var hasEnded = false
  /// The script wants no more of it.
  private var isClosed = false
  private var waits: [StreamWait] = []
  private var space: [UInt8] = []

  /// The most bytes of one read.
  private static let readSize = 1 << 16
  /// How many reads of one stream a turn of the loop makes, so that a flood leaves time for others.
  private static let readsPerTurn = 16

  /// Takes over a descriptor.
  ///
  /// - Parameters:
  ///   - title: What messages call the stream.
  ///   - descriptor: Our end, which nothing else will close.
  ///   - reads: Whether we read from it.
  ///   - writes: Whether we write to it.
  ///   - loop: What serves it.
  init(
    _ title: String,
    descriptor: CInt,
    reads: Bool,
    writes: Bool,
    loop: EventLoop
  ) {
    self.title = title
    self.loop = loop
    isReadable = reads
    isWritable = writes
    endReason = { "\(title) has ended" }
    ProcessCalls.makeNonBlocking(descriptor)
    self.descriptor = OwnedDescriptor(adopting: descriptor)
    watch = loop.watch(descriptor, for: reads ? .readable : .hangUp) { [unowned self] readiness in
      becameReady(readiness)
    }
  }

  deinit {
    watch?.cancel()
  }

  var isOpen: Bool { descriptor != nil }

  private func becameReady(_ readiness: Readiness) {
    let hasHungUp = readiness.contains(.hangUp)
    if !queue.isEmpty, readiness.contains(.writable) || hasHungUp { send() }
    if isReadable, isOpen { return read(times: Self.readsPerTurn) }
    if hasHungUp, isOpen { lose(.brokenPipe) }
  }

  /// Closes the descriptor; what is queued is lost.
  func close() {
    watch?.cancel()
    watch = nil
    descriptor = nil
    queue = []
    nextToSend = 0
    end()
  }
}

// MARK: Reading

extension ProcessStream {
  /// Reads all that is there, for a process that has ended.
  ///
  /// What has inherited the stream may go on writing for ever, so there is a limit.
  func drain() {
    if isReadable { read(times: Self.readsPerTurn * 4) }
  }

  private func read(times: Int) {
    if space.isEmpty { space = [UInt8](repeating: 0, count: Self.readSize) }
    for _ in 0..<times {
      guard let number = descriptor?.number else { return }
      switch ProcessCalls.read(number, into: &space) {
      case .nothingNow: return
      case .end: return close()
      case .bytes(let count): take(Array(space[..<count]))
      }
    }
  }

  private func take(_ bytes: [UInt8]) {
    arrived(bytes)
    if !isClosed { keep(bytes) }
    wake()
  }

  private func keep(_ bytes: [UInt8]) {
    let hadDropped = unread.droppedCount > 0
    unread.append(bytes)
    if !hadDropped, unread.droppedCount > 0 { dropped() }
  }

  private func end() {
    guard !hasEnded else { return }
    hasEnded = true
    arrived([])
    wake()
  }

  private func wake() {
    let waits = waits
    self.waits = []
    for wait in waits { wait.complete(isReady: true) }
  }

  /// Answers `readAll`: what has come, or why nothing more will.
  func readAll(_ call: LuaCall) -> LuaAnswer {
    if !unread.isEmpty {
      call.thread.push(unread.takeAll())
      return .results(1)
    }
    if !hasEnded, !isClosed { return call.returning("") }
    return call.failing(isClosed ? "this script closed it" : endReason(), code: "EndOfOutput")
  }

  /// Answers `waitForReadyRead`: a wait for bytes or the end.
  func waitForReadyRead(_ call: LuaCall) -> LuaAnswer {
    if !unread.isEmpty || hasEnded || isClosed || !isReadable { return call.returning(hasBytes) }
    let wait = StreamWait(self, loop, milliseconds: call.thread.number(at: 2) ?? -1)
    waits.append(wait)
    return call.waiting(for: wait)
  }

  fileprivate var hasBytes: Bool { !unread.isEmpty }

  fileprivate func forget(_ wait: StreamWait) {
    waits.removeAll { $0 === wait }
  }
}

// MARK: Writing

extension ProcessStream {
  /// Queues bytes for the process, and gives it what it takes now.
  ///
  /// - Returns: Why it takes none; `nil` when they are queued.
  func write(_ bytes: [UInt8]) -> String? {
    if let writeProblem { return writeProblem }
    guard isWritable, isOpen, !closesWhenSent, !isClosed else { return "\(title) is closed" }
    queue += bytes
    send()
    return writeProblem
  }

  private func send() {
    guard let number = descriptor?.number else { return }
    do throws(ProcessCalls.Failure) {
      while nextToSend < queue.count {
        let count = try ProcessCalls.write(number, queue[nextToSend...])
        if count == 0 { return setInterest(waitsForRoom: true) }
        nextToSend += count
      }
      queue.removeAll(keepingCapacity: true)
      nextToSend = 0
      setInterest(waitsForRoom: false)
      if closesWhenSent { close() }
    } catch {
      lose(error)
    }
  }

  /// Nobody will take what is written any more.
  private func lose(_ failure: ProcessCalls.Failure) {
    writeProblem = "\(title) takes no bytes: \(failure.reason)"
    queue = []
    nextToSend = 0
    if isReadable { setInterest(waitsForRoom: false) } else { close() }
  }

  private func setInterest(waitsForRoom: Bool) {
    var interest: Readiness = isReadable ? .readable : .hangUp
    if waitsForRoom { interest.insert(.writable) }
    watch?.setInterest(interest)
  }

  /// The script has no more to write: the process meets the end when it has read what is queued.
  ///
  /// A terminal stays open; its end would be a hang-up.
  func endInput() {
    guard !isReadable else { return }
    closesWhenSent = true
    if queue.isEmpty { close() }
  }

  /// The script is done with the stream; what the process writes still goes to the log.
  func leave() {
    endInput()
    isClosed = true
    unread = UnreadOutput()
    wake()
  }
}

/// A parked wait for a stream.
final class StreamWait: LuaOperation {
  let progress = LuaProgress()
  private let stream: ProcessStream
  private var timer: EventLoop.Timer?
  private var isReady = false

  init(_ stream: ProcessStream, _ loop: EventLoop, milliseconds: Double) {
    self.stream = stream
    guard milliseconds >= 0 else { return }
    timer = loop.schedule(at: .after(.nanoseconds(Int64(milliseconds * 1e6)))) { [unowned self] in
      complete(isReady: false)
    }
  }

  var subject: String { "bytes of \(stream.title)" }
  var source: AnyObject? { stream }

  func complete(isReady: Bool) {
    self.isReady = isReady
    stop()
    progress.complete()
  }

  func cancelled() { stop() }

  private func stop() {
    timer?.cancel()
    stream.forget(self)
  }

  func finish(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    if isReady { return call.returning(stream.hasBytes) }
    return call.failing("\(subject): the time is up", code: "SocketTimeoutError", with: false)
  }
}
