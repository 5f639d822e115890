#if DEBUG
import Glibc
import LocalSockets
import TestSupport
import Testing

private typealias Act = @Sendable (Transfer) throws -> Void

extension FaultPath {
  static let sending: [FaultPath] = [
    sending("the loop") { try $0.turn() },
    sending("flush") { for _ in 1...5 { $0.socket.flush() } },
    sending("waitForBytesWritten") {
      #expect($0.socket.waitForBytesWritten(timeout: $0.patience) == $0.canPass)
    },
    sending("waitForReadyRead") { #expect(!$0.socket.waitForReadyRead(timeout: .zero)) },
    sending("waitForDisconnected") {
      #expect($0.socket.waitForDisconnected(timeout: .zero) == $0.mustEnd)
    },
    sending("a parked wait for bytesWritten") {
      try $0.expectParked(.bytesWritten, passing: .satisfied, ending: .failed)
    },
    sending("a parked wait for readyRead") {
      try $0.expectParked(.readyRead, ending: .failed)
    },
    sending("a parked wait for disconnected") {
      try $0.expectParked(.disconnected, ending: .satisfied)
    },
  ]

  static let receiving: [FaultPath] = [
    receiving("the loop") { try $0.turn() },
    receiving("waitForReadyRead") {
      #expect($0.socket.waitForReadyRead(timeout: $0.patience) == $0.canPass)
    },
    receiving("waitForDisconnected") {
      #expect($0.socket.waitForDisconnected(timeout: .zero) == $0.mustEnd)
    },
    receiving("a parked wait for readyRead") {
      try $0.expectParked(.readyRead, passing: .satisfied, ending: .failed)
    },
    receiving("a parked wait for disconnected") {
      try $0.expectParked(.disconnected, ending: .satisfied)
    },
    receivingMuch,
  ]

  /// Bytes that one receive leaves in the kernel are taken in by the next turn at the latest.
  static let receivingMuch = FaultPath("asking how many bytes are left", .ioctl) { stage in
    let (socket, peer) = try LocalSocket.pair(loop: stage.loop)
    let bytes = Transfer.patternedBytes(150_000)
    _ = peer.write(bytes)
    while peer.bytesToWrite > 0 { #expect(peer.flush()) }
    let hasArrived = try stage.plan.whileActive {
      try stage.loop.run(until: { socket.bytesAvailable == bytes.count })
    }
    #expect(hasArrived)
    #expect(socket.readAll() == bytes)
  }

  /// Waits in which poll(2) itself fails, which ends the wait and nothing else.
  static let polling: [FaultPath] = [
    polling("waitForReadyRead") { $0.socket.waitForReadyRead(timeout: $0.stage.pollPatience) },
    polling("waitForDisconnected") {
      $0.socket.waitForDisconnected(timeout: $0.stage.pollPatience)
    },
    polling("waitForBytesWritten") {
      $0.socket.waitForBytesWritten(timeout: $0.stage.pollPatience)
    },
    polling("receiveMessage") {
      $0.socket.receiveMessage(timeout: $0.stage.pollPatience) != nil
    },
  ]

  private static func polling(
    _ way: String,
    _ wait: @escaping @Sendable (Transfer) -> Bool
  ) -> FaultPath {
    FaultPath("polling by \(way)", .poll) { stage in
      let transfer = try Transfer(stage, .outward)
      // Else the bytes would be gone before there is anything to wait for.
      stage.plan.fail(.sending, with: EAGAIN, times: nil)
      #expect(transfer.socket.write(Transfer.pattern) == Transfer.pattern.count)
      stage.plan.whileActive { #expect(!wait(transfer)) }
      transfer.socket.expectFailedPoll(stage)
      try transfer.expectArrival(at: transfer.peer)
      #expect(transfer.socket.state == .connected)
    }
  }

  private static func sending(_ way: String, _ act: @escaping Act) -> FaultPath {
    FaultPath("sending by \(way)", .sending) { stage in
      let transfer = try Transfer(stage, .outward)
      #expect(transfer.socket.write(Transfer.pattern) == Transfer.pattern.count)
      try transfer.perform(act, endingWith: writeCodes[stage.fault.errno, default: .unknown])
    }
  }

  private static func receiving(_ way: String, _ act: @escaping Act) -> FaultPath {
    FaultPath("receiving by \(way)", .receiving) { stage in
      let transfer = try Transfer(stage, .inward)
      transfer.sendFromPeer()
      try transfer.perform(act, endingWith: readCodes[stage.fault.errno, default: .connection])
    }
  }

  private static let writeCodes: [CInt: SocketError.Code] = [
    EPIPE: .peerClosed, ECONNRESET: .peerClosed, EMSGSIZE: .datagramTooLarge,
  ]
  private static let readCodes: [CInt: SocketError.Code] = [
    ECONNRESET: .peerClosed, ETIMEDOUT: .socketTimeout,
  ]
}

// The end of a connection that has bytes under way.
extension FaultPath {
  static let closing: [FaultPath] = [
    closing("the loop") { transfer in
      try transfer.stage.turn { transfer.socket.state == .unconnected }
    },
    closing("flush") { for _ in 1...5 { $0.socket.flush() } },
    closing("waitForDisconnected") {
      let ends = $0.canPass || $0.mustEnd
      #expect($0.socket.waitForDisconnected(timeout: $0.patience) == ends)
    },
    closing("a parked wait for disconnected") {
      try $0.expectParked(.disconnected, passing: .satisfied, ending: .satisfied)
    },
    lastBytes("the loop") { try $0.turn() },
    lastBytes("waitForDisconnected") {
      let ends = $0.canPass || $0.mustEnd
      #expect($0.socket.waitForDisconnected(timeout: $0.patience) == ends)
    },
    FaultPath("writing to a peer that has gone", .receiving, errors: []) { stage in
      let transfer = try Transfer(stage, .inward)
      transfer.sendFromPeer()
      transfer.peer.abort()
      _ = transfer.socket.write([1])
      #expect(!stage.plan.whileActive { transfer.socket.flush() })
      try transfer.expectEnd(.peerClosed)
      #expect(transfer.socket.readAll() == Transfer.pattern)
    },
    FaultPath("aborting", .close) { stage in
      let transfer = try Transfer(stage, .outward)
      stage.plan.whileActive { transfer.socket.abort() }
      #expect(stage.plan.count(of: .close) == 1)
      try transfer.expectPeerEnd()
    },
  ]

  /// A disconnect that has yet to send what is queued.
  private static func closing(_ way: String, _ act: @escaping Act) -> FaultPath {
    FaultPath("closing by \(way)", .sending) { stage in
      let transfer = try Transfer(stage, .outward)
      _ = transfer.socket.write(Transfer.pattern)
      transfer.socket.disconnectFromServer()
      transfer.recorder.clear()
      try stage.plan.whileActive { try act(transfer) }
      stage.expectNoSpin()
      if transfer.mustEnd {
        let code = writeCodes[stage.fault.errno, default: .unknown]
        return try transfer.expectEnd(code, from: .closing)
      }
      #expect((transfer.socket.state == .closing) == stage.fault.isEndless)
      try transfer.expectPeerEnd()
      #expect(transfer.peer.readAll() == Transfer.pattern)
      #expect(transfer.recorder.endSignals.suffix(3) == Transfer.lastSignals)
    }
  }

  /// A peer that sends and goes.
  private static func lastBytes(_ way: String, _ act: @escaping Act) -> FaultPath {
    FaultPath("receiving the last bytes by \(way)", .receiving) { stage in
      let transfer = try Transfer(stage, .inward)
      transfer.sendFromPeer()
      transfer.peer.disconnectFromServer()
      try stage.plan.whileActive { try act(transfer) }
      stage.expectNoSpin()
      if transfer.mustEnd {
        return try transfer.expectEnd(readCodes[stage.fault.errno, default: .connection])
      }
      #expect(try stage.loop.run(until: { transfer.socket.state == .unconnected }))
      #expect(transfer.socket.error == .peerClosed)
      #expect(transfer.socket.readAll() == Transfer.pattern)
    }
  }
}

extension Transfer {
  fileprivate func perform(_ act: Act, endingWith code: SocketError.Code) throws {
    try stage.plan.whileActive { try act(self) }
    stage.expectNoSpin()
    if mustEnd {
      try expectEnd(code)
    } else {
      try expectRecovery()
    }
  }
}
#endif
