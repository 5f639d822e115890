#if DEBUG
import Glibc
import LocalSockets
import TestSupport
import Testing

/// How messages get from one socket to another.
enum MessageRoute: CaseIterable, Sendable {
  case stream
  case seqpacket
  case datagram
  /// Datagrams between sockets that have names and no peers.
  case addressed

  var kind: SocketKind {
    switch self {
    case .stream: .stream
    case .seqpacket: .seqpacket
    case .datagram, .addressed: .datagram
    }
  }
}

/// Messages on their way between two sockets, of which the first one's calls fail.
final class MessageTransfer {
  /// A message, and what is told of the descriptors that go with it.
  struct Original {
    let data: [UInt8]
    let descriptors: [PassedSocket]
  }

  /// A socket that can be told from others when a duplicate of it comes.
  final class PassedSocket {
    let owned: OwnedDescriptor
    let identity: SystemCalls.FileIdentity

    init() throws {
      owned = try SystemCalls.socket(.datagram)
      identity = try SystemCalls.identity(of: owned.number)
    }
  }

  let stage: FaultStage
  let route: MessageRoute
  let socket: LocalSocket
  let peer: LocalSocket
  let recorder: SignalRecorder
  /// What shall arrive.
  private(set) var originals: [Original]
  private var received: [Message] = []

  init(_ stage: FaultStage, _ route: MessageRoute) throws {
    self.stage = stage
    self.route = route
    switch route {
    case .stream, .seqpacket, .datagram:
      (socket, peer) = try LocalSocket.pair(loop: stage.loop, kind: route.kind)
    case .addressed:
      socket = try LocalSocket.receiver(at: stage.name, loop: stage.loop)
      peer = try LocalSocket.receiver(at: SocketName(stage.directory.file("p")), loop: stage.loop)
    }
    recorder = SignalRecorder(socket)
    originals = try Self.makeOriginals(for: route)
  }

  /// Messages of several lengths, of which some have descriptors and one is empty.
  private static func makeOriginals(for route: MessageRoute) throws -> [Original] {
    try [(1, 1), (2000, 0), (0, 0), (300, 2), (50, 0), (7, 1)]
      .filter { route != .stream || $0.0 > 0 }
      .map { length, count in
        Original(
          data: Array(Transfer.patternedBytes(length + 100).dropFirst(100)),
          descriptors: try (0..<count).map { _ in try PassedSocket() }
        )
      }
  }

  var hasEnded: Bool { socket.state == .unconnected }
  /// Whether the fault can end the connection; else it can only cost the message that it meets.
  var hasConnection: Bool { route.kind != .datagram }

  /// Queues a message to the other end.
  func queue(_ original: Original, from sender: LocalSocket) throws(SocketError) {
    try sender.sendMessage(
      original.data,
      to: address(for: sender),
      descriptors: original.descriptors.map { $0.owned.number }
    )
  }

  func address(for sender: LocalSocket) -> SocketName? {
    guard route == .addressed else { return nil }
    return sender === socket ? peer.boundName : socket.boundName
  }

  /// Expects a message more, without descriptors.
  func expectOneMore(_ data: [UInt8]) {
    originals.append(Original(data: data, descriptors: []))
  }

  /// Expects one message, and none of the others.
  func expectOnly(_ original: Original) {
    originals = [original]
  }

  func takeNote(of message: Message) {
    received.append(message)
  }
}

// What comes of it.
extension MessageTransfer {
  /// Whether all that is on its way has come, of which some is taken in here.
  func isComplete(at receiver: LocalSocket, without lost: Int = 0) -> Bool {
    while let message = receiver.receiveMessage() { received.append(message) }
    let expected = originals.dropFirst(lost)
    if route != .stream { return received.count >= expected.count }
    return received.map(\.data.count).reduce(0, +) >= expected.map(\.data.count).reduce(0, +)
  }

  /// Checks that all messages but the first ones come, with their descriptors.
  func expectArrival(at receiver: LocalSocket, without lost: Int = 0) throws {
    #expect(try stage.loop.run(until: { isComplete(at: receiver, without: lost) }))
    let expected = originals.dropFirst(lost)
    if route == .stream {
      #expect(received.flatMap(\.data) == expected.flatMap(\.data))
    } else {
      #expect(received.map(\.data) == expected.map(\.data))
    }
    let identities = try received.flatMap(\.descriptors).map {
      try SystemCalls.identity(of: $0.number)
    }
    #expect(identities == expected.flatMap(\.descriptors).map(\.identity))
    received.removeAll()
  }

  /// Checks that all messages come, and go the other way, and that nobody has heard of an error.
  func expectRecovery(at receiver: LocalSocket) throws {
    #expect(recorder.endSignals.allSatisfy { $0 == "errorOccurred(SocketTimeoutError)" })
    try expectArrival(at: receiver)
    let sender = receiver
    for original in originals { try queue(original, from: sender) }
    try expectArrival(at: sender === socket ? peer : socket)
    #expect(socket.state == .connected)
  }

  /// Checks that the connection has ended as Qt's would, and that the peer learns of it.
  func expectEnd(_ code: SocketError.Code) throws {
    #expect(hasEnded)
    #expect(socket.error == code)
    #expect(
      recorder.endSignals
        == ["errorOccurred(\(code.name))", "stateChanged(closing)"] + Transfer.lastSignals
    )
    #expect(try stage.loop.run(until: { peer.state == .unconnected }))
  }

  /// Checks that errors of one code were told of, and nothing else.
  func expectErrors(_ code: SocketError.Code, count: ClosedRange<Int>) {
    let errors = recorder.endSignals.filter { $0 != "errorOccurred(SocketTimeoutError)" }
    #expect(errors.allSatisfy { $0 == "errorOccurred(\(code.name))" })
    #expect(count ~= errors.count || code == .socketTimeout)
    #expect(socket.state == .connected)
  }
}
#endif
