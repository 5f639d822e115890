#if DEBUG
import Glibc
import LocalSockets
import TestSupport
import Testing

/// More than the kernel takes at once.
private let large = Transfer.patternedBytes(500_000)

extension FaultPath {
  static let loops: [FaultPath] =
    [
      makingLoop(.epollCreate, [.epoll]), makingLoop(.eventfd, PollerKind.allCases),
      turning("to watch", .epollControl, [.epoll]),
      turning("to sleep", .epollWait, [.epoll]), turning("to sleep", .poll, [.poll]),
      FaultPath("turning to watch for room", .epollControl, pollers: [.epoll]) { stage in
        let transfer = try Transfer(stage, .outward)
        try stage.loop.runReady(turns: 2)
        _ = transfer.socket.write(large)
        try stage.expectTurnsToFail()
        #expect(try stage.loop.run(until: { transfer.peer.bytesAvailable == large.count }))
        #expect(transfer.peer.readAll() == large)
      },
      FaultPath("turning to forget a closed descriptor", .epollCreate, pollers: [.epoll]) { stage in
        let transfer = try Transfer(stage, .inward)
        let gone = try LocalSocket.pair(loop: stage.loop)
        try stage.loop.runReady(turns: 2)
        let duplicate = dup(gone.first.socketDescriptor)
        defer { Glibc.close(duplicate) }
        gone.first.abort()
        _ = gone.second.write([1])
        try stage.expectTurnsToFail()
        try transfer.expectEmpty()
      },
      FaultPath("turning to watch an adopted listener", .epollControl, pollers: [.epoll]) { stage in
        let listener = try SystemCalls.socket(.stream)
        try SystemCalls.bind(listener.number, to: try SocketAddress(stage.name))
        try SystemCalls.listen(listener.number, backlog: 5)
        let server = LocalServer(loop: stage.loop)
        #expect(server.listen(descriptor: listener.release()))
        let client = LocalSocket(loop: stage.loop)
        client.connectToServer(stage.name)
        try stage.expectTurnsToFail()
        #expect(try stage.loop.run(until: { server.hasPendingConnections }))
        server.close()
        try LocalServer.removeServer(stage.name)
      },
      FaultPath("clearing a wake-up", .read) { stage in
        stage.loop.wakeup.wake()
        try stage.plan.whileActive {
          try stage.turn { stage.plan.count(of: .read) > stage.failures }
        }
        stage.expectNoSpin()
        try Transfer(stage, .inward).expectEmpty()
      },
      FaultPath("waking a loop", .write) { stage in
        stage.plan.whileActive { stage.loop.wakeup.wake() }
        #expect(stage.plan.count(of: .write) == 1)
        stage.loop.wakeup.wake()
        // Without the wake-up it would be a sleep without end.
        try stage.loop.turn(until: .never)
        try Transfer(stage, .inward).expectEmpty()
      },
      FaultPath("counting the processors", .schedGetaffinity) { stage in
        let count = stage.plan.whileActive { SystemCalls.usableProcessorCount() }
        #expect(count == (stage.fault.errno == EINTR ? SystemCalls.usableProcessorCount() : 1))
      },
    ]
    + MessageRoute.allCases.map { route in
      FaultPath("turning to watch a \(route)", .epollControl, pollers: [.epoll]) { stage in
        let transfer = try MessageTransfer(stage, route)
        for original in transfer.originals { try transfer.queue(original, from: transfer.socket) }
        try stage.expectTurnsToFail()
        try transfer.expectRecovery(at: transfer.peer)
        transfer.socket.abort()
        transfer.peer.abort()
      }
    }

  private static func makingLoop(_ call: SystemCall, _ pollers: [PollerKind]) -> FaultPath {
    FaultPath("making a loop", call, pollers: pollers) { stage in
      stage.plan.whileActive {
        for _ in 0..<stage.failures where !stage.isTransient {
          let error = #expect(throws: SystemError.self) { try EventLoop(poller: stage.poller) }
          #expect(error == SystemError(errno: stage.fault.errno, systemCall: call))
        }
        if !stage.fault.isEndless {
          #expect(throws: Never.self) { try EventLoop(poller: stage.poller) }
        }
      }
    }
  }

  private static func turning(
    _ purpose: String,
    _ call: SystemCall,
    _ pollers: [PollerKind]
  ) -> FaultPath {
    FaultPath("turning \(purpose)", call, pollers: pollers) { stage in
      let transfer = try Transfer(stage, .outward)
      _ = transfer.socket.write(Transfer.pattern)
      try stage.expectTurnsToFail()
      try transfer.expectRecovery()
    }
  }
}

extension FaultStage {
  /// Turns the loop as often as the call fails, and checks that each turn tells of it, after one try.
  fileprivate func expectTurnsToFail() throws {
    try plan.whileActive {
      for turn in 1...failures {
        if fault.errno == EINTR {
          try loop.turn(until: .now)
        } else {
          let error = #expect(throws: SystemError.self) { try loop.turn(until: .now) }
          #expect(error == SystemError(errno: fault.errno, systemCall: call))
          #expect(plan.count(of: call) <= turn + 2)
        }
      }
    }
  }
}

extension Transfer {
  /// Checks that nothing is wrong with two sockets between which nothing was sent.
  func expectEmpty() throws {
    sendFromPeer()
    try expectRecovery()
  }
}
#endif
