#if DEBUG
import Glibc
import LocalSockets
import TestSupport
import Testing

/// Bytes on their way between two sockets, of which the first one's calls fail.
struct Transfer {
  enum Direction {
    case outward
    case inward
  }

  let stage: FaultStage
  let socket: LocalSocket
  let peer: LocalSocket
  let recorder: SignalRecorder
  let receiver: LocalSocket
  private let waiter = RecordingWaiter()

  /// No two stretches of it are alike, so that bytes that are lost, doubled or exchanged show.
  static let pattern = patternedBytes(3000)

  static func patternedBytes(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: ($0 &* 31) ^ ($0 >> 8)) }
  }

  init(_ stage: FaultStage, _ direction: Direction) throws {
    self.stage = stage
    (socket, peer) = try LocalSocket.pair(loop: stage.loop)
    recorder = SignalRecorder(socket)
    receiver = direction == .outward ? peer : socket
  }

  var patience: Duration { stage.patience }
  var canPass: Bool { stage.canPass }
  /// Whether the fault ends the connection.
  var mustEnd: Bool { !stage.isTransient }
  var isComplete: Bool { receiver.bytesAvailable == Self.pattern.count }
  private var hasEnded: Bool { socket.state == .unconnected }

  /// Hands the pattern to the kernel on the peer's side.
  func sendFromPeer() {
    #expect(peer.write(Self.pattern) == Self.pattern.count)
    while peer.bytesToWrite > 0 { #expect(peer.flush()) }
  }

  /// Turns the loop until the bytes have arrived or the connection has ended.
  func turn() throws {
    try stage.turn { isComplete || hasEnded }
  }

  /// Turns the loop with a parked wait, and checks how that ended: how it does when the bytes pass,
  /// where nil means that it goes on, or how it does when the connection ends.
  func expectParked(
    _ condition: WaitCondition,
    passing: WaitOutcome? = nil,
    ending: WaitOutcome
  ) throws {
    if let outcome = socket.beginWait(condition, waiter) {
      waiter.waitEnded(outcome)
    } else {
      try turn()
    }
    let expected = mustEnd ? ending : canPass ? passing : nil
    #expect(waiter.outcomes == [expected].compactMap(\.self))
  }
}

// What comes of it.
extension Transfer {
  /// Checks that the connection has ended as Qt's would, and that the peer learns of it.
  func expectEnd(
    _ code: SocketError.Code,
    from state: LocalSocket.State = .connected
  ) throws {
    let closing = state == .connected ? ["stateChanged(closing)"] : []
    #expect(hasEnded)
    #expect(socket.error == code)
    #expect(
      recorder.endSignals == ["errorOccurred(\(code.name))"] + closing + Self.lastSignals
    )
    try expectPeerEnd()
  }

  /// Checks that nothing has happened but a delay: the bytes arrive, and others the other way.
  func expectRecovery() throws {
    #expect(recorder.endSignals.allSatisfy { $0 == "errorOccurred(SocketTimeoutError)" })
    #expect(socket.state == .connected)
    try expectArrival(at: receiver)
    let sender = receiver === peer ? socket : peer
    _ = receiver.write(Self.pattern)
    try expectArrival(at: sender)
  }

  func expectArrival(at receiver: LocalSocket) throws {
    #expect(
      try stage.loop.run(until: { receiver.bytesAvailable == Self.pattern.count })
    )
    #expect(receiver.readAll() == Self.pattern)
  }

  func expectPeerEnd() throws {
    #expect(try stage.loop.run(until: { peer.state == .unconnected }))
  }

  static let lastSignals = ["stateChanged(unconnected)", "readChannelFinished", "disconnected"]
}

extension FaultStage {
  /// How long a wait may take whose poll fails: an error ends it, and signals do not.
  var pollPatience: Duration { fault.errno == EINTR ? .milliseconds(50) : .seconds(20) }
}

extension LocalSocket {
  /// Checks that a wait was ended by the first poll that failed, and else by its time.
  func expectFailedPoll(_ stage: FaultStage) {
    if stage.isTransient { return #expect(error == .socketTimeout || state == .connecting) }
    #expect(stage.plan.count(of: .poll) == 1)
    #expect(error == (stage.fault.errno == ENOMEM ? .socketResource : .unknown))
    #expect(lastError?.operation == .wait)
    #expect(lastError?.systemError == SystemError(errno: stage.fault.errno, systemCall: .poll))
  }
}

extension SignalRecorder {
  /// The names of the signals but for those of bytes that come and go.
  var endSignals: [String] {
    entries.compactMap { $0.split(separator: " ").first.map(String.init) }
      .filter { $0 != "readyRead" && !$0.hasPrefix("bytesWritten") }
  }
}
#endif
