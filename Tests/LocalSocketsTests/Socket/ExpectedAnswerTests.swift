import LocalSockets
import TestSupport
import Testing

#if DEBUG
/// A socket with handlers that has sent something is looked at before the loop asks what is ready.
@Suite("Expected answers")
struct ExpectedAnswerTests {
  private let pair: SocketPair
  private let plan = FaultPlan()

  init() throws {
    pair = try SocketPair(.epoll)
  }

  @Test func `two ends that answer each other cost no question what is ready`() throws {
    var answers = 0
    let (socket, peer) = (pair.socket, pair.peer)
    socket.readyRead.connect { [unowned socket] in
      if let bytes = socket.readAll() { _ = socket.write(bytes) }
    }
    peer.readyRead.connect { [unowned peer] in
      answers += 1
      if let bytes = peer.readAll() { _ = peer.write(bytes) }
    }
    pair.send("ping")
    #expect(try pair.loop.run(until: { answers == 1 }))

    let haveCome = try plan.whileActive { () throws(SystemError) in
      try pair.loop.run(until: { answers == 11 })
    }

    #expect(haveCome)
    #expect(plan.count(of: .epollWait) == 0)
    #expect(plan.count(of: .recvmsg) == 20 && plan.count(of: .send) == 20)
  }

  @Test func `an answer that does not come is looked for twice`() throws {
    pair.peer.readyRead.connect {}
    pair.arrive("ping")

    try plan.whileActive { () throws(SystemError) in
      for _ in 0..<4 { try pair.loop.turn(until: .after(.milliseconds(1))) }
    }

    #expect(plan.count(of: .recvmsg) == 2)
  }

  @Test func `a socket without handlers expects no answer`() throws {
    pair.arrive("ping")

    try plan.whileActive { () throws(SystemError) in
      for _ in 0..<4 { try pair.loop.turn(until: .after(.milliseconds(1))) }
    }

    #expect(plan.count(of: .recvmsg) == 0)
  }
}
#endif
