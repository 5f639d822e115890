#if DEBUG
import Glibc
import LocalSockets
import TestSupport
import Testing

private typealias Act = @Sendable (MessageTransfer) throws -> Void

// Messages that go out.
extension FaultPath {
  static let sendingMessages: [FaultPath] = MessageRoute.allCases.flatMap { route in
    [
      sending(route, "the loop") { transfer in
        try transfer.stage.turn { transfer.socket.bytesToWrite == 0 || transfer.hasEnded }
      },
      sending(route, "flush") { for _ in 1...5 { $0.socket.flush() } },
      sending(route, "waitForBytesWritten") {
        _ = $0.socket.waitForBytesWritten(timeout: $0.stage.patience)
      },
      sending(route, "sendMessage") { try $0.sendOneMore() },
    ]
  }

  private static func sending(
    _ route: MessageRoute,
    _ way: String,
    _ act: @escaping Act
  ) -> FaultPath {
    FaultPath("sending messages by \(way) on \(route)", .sendmsg) { stage in
      let transfer = try MessageTransfer(stage, route)
      for original in transfer.originals { try transfer.queue(original, from: transfer.socket) }
      try stage.plan.whileActive { try act(transfer) }
      stage.expectNoSpin()
      try transfer.expectSent()
      transfer.socket.abort()
      transfer.peer.abort()
    }
  }
}

extension MessageTransfer {
  /// Sends a message that waits for its own turn, and is taken back when that does not come.
  fileprivate func sendOneMore() throws {
    let isSent =
      (try? socket.sendMessage([1], to: address(for: socket), timeout: stage.patience)) != nil
    let mayPass = stage.canPass || (!endsConnection && !stage.fault.isEndless)
    #expect(isSent == mayPass)
    if isSent { expectOneMore([1]) }
  }

  /// Whether an error of sending ends the connection, and not the one message.
  private var endsConnection: Bool {
    hasConnection && stage.fault.errno != EMSGSIZE && stage.fault.errno != ETOOMANYREFS
  }

  fileprivate func expectSent() throws {
    if stage.isTransient { return try expectRecovery(at: peer) }
    let code = sendCode
    if endsConnection { return try expectEnd(code) }
    let lost = stage.fault.times ?? originals.count
    expectErrors(code, count: lost...(lost + 1))
    try expectArrival(at: peer, without: lost)
  }

  private var sendCode: SocketError.Code {
    switch stage.fault.errno {
    case EPIPE, ECONNRESET: .peerClosed
    case EMSGSIZE: .datagramTooLarge
    case ETOOMANYREFS: .socketResource
    case ENOTCONN where !hasConnection: .connectionRefused
    case EACCES where !hasConnection: .socketAccess
    default: .unknown
    }
  }
}

// Messages that come in.
extension FaultPath {
  static let receivingMessages: [FaultPath] =
    receiving(.stream, .recvmsg)
    + [.seqpacket, .datagram, .addressed].flatMap {
      receiving($0, .recv) + receiving($0, .recvmsg)
    }

  private static func receiving(_ route: MessageRoute, _ call: SystemCall) -> [FaultPath] {
    [
      receiving(route, call, "the loop") { transfer in
        try transfer.stage.turn {
          transfer.isComplete(at: transfer.socket) || transfer.hasEnded
        }
      },
      receiving(route, call, "waitForReadyRead") {
        let isReady = $0.socket.waitForReadyRead(timeout: $0.stage.patience)
        #expect(isReady == $0.canArrive)
      },
      receiving(route, call, "receiveMessage") {
        let message = $0.socket.receiveMessage(timeout: $0.stage.patience)
        #expect((message != nil) == $0.canArrive)
        if let message { $0.takeNote(of: message) }
      },
      receiving(route, call, "waitForDisconnected") {
        let hasEnded = $0.socket.waitForDisconnected(timeout: .zero)
        #expect(hasEnded == (!$0.stage.isTransient && $0.hasConnection))
      },
    ]
  }

  private static func receiving(
    _ route: MessageRoute,
    _ call: SystemCall,
    _ way: String,
    _ act: @escaping Act
  ) -> FaultPath {
    FaultPath("receiving messages by \(way) on \(route)", call) { stage in
      let transfer = try MessageTransfer(stage, route)
      for original in transfer.originals { try transfer.queue(original, from: transfer.peer) }
      transfer.peer.flush()
      #expect(transfer.peer.bytesToWrite == 0)
      try stage.plan.whileActive { try act(transfer) }
      stage.expectNoSpin()
      try transfer.expectReceived()
      transfer.socket.abort()
      transfer.peer.abort()
    }
  }
}

extension MessageTransfer {
  /// Whether a wait lasts until messages come.
  fileprivate var canArrive: Bool {
    stage.canPass || (!hasConnection && !stage.fault.isEndless)
  }

  fileprivate func expectReceived() throws {
    if stage.isTransient { return try expectRecovery(at: socket) }
    if hasConnection { return try expectEnd(receiveCode) }
    expectErrors(receiveCode, count: 1...20)
    try expectArrival(at: socket)
  }

  private var receiveCode: SocketError.Code {
    switch stage.fault.errno {
    case ECONNRESET: .peerClosed
    case ETIMEDOUT: .socketTimeout
    default: .connection
    }
  }
}
#endif
