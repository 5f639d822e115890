#if DEBUG
import Glibc
import LocalSockets
import TestSupport
import Testing

/// What the kernel has no memory for; that it comes late and whole is shown with all other faults.
@Suite("LocalSocket short of memory")
struct RetryingTests {
  private let limit = Duration.milliseconds(20)

  private func pair(
    _ kind: SocketKind,
    _ poller: PollerKind = .epoll
  ) throws -> (EventLoop, LocalSocket, LocalSocket) {
    let loop = try EventLoop(poller: poller)
    let (socket, peer) = try LocalSocket.pair(loop: loop, kind: kind)
    loop.retryLimit = limit
    return (loop, socket, peer)
  }

  private func shortage(of calls: SystemCall..., errno: CInt = ENOMEM) -> FaultPlan {
    let plan = FaultPlan()
    for call in calls { plan.fail(call, with: errno, times: nil) }
    return plan
  }

  @Test(arguments: [SocketKind.stream, .seqpacket], [ENOMEM, ENOBUFS])
  func `a send without memory ends the connection after its limit`(
    kind: SocketKind,
    errno: CInt
  ) throws {
    let (loop, socket, peer) = try pair(kind)
    let plan = shortage(of: .send, .sendmsg, errno: errno)
    _ = socket.write([1])
    let begin = Deadline.now

    let hasEnded = try plan.whileActive { try loop.run(until: { socket.state == .unconnected }) }

    #expect(hasEnded)
    #expect(begin.advanced(by: limit).isPast)
    #expect(socket.error == .socketResource)
    #expect(socket.lastError?.systemError?.errno == errno)
    #expect(try loop.run(until: { peer.state == .unconnected }))
    #expect(!loop.hasPendingTimers)
  }

  @Test func `a datagram without memory is dropped after its limit`() throws {
    let (loop, socket, peer) = try pair(.datagram)
    let plan = shortage(of: .sendmsg)
    _ = socket.write([1])

    let isDropped = try plan.whileActive { try loop.run(until: { socket.bytesToWrite == 0 }) }

    #expect(isDropped)
    #expect(socket.state == .connected)
    #expect(socket.error == .socketResource)
    _ = socket.write([2])
    #expect(try loop.run(until: { peer.bytesAvailable == 1 }))
    #expect(peer.readAll() == [2])
  }

  @Test(arguments: [SocketKind.stream, .seqpacket])
  func `a receive without memory ends the connection after its limit`(kind: SocketKind) throws {
    let (loop, socket, peer) = try pair(kind)
    let plan = shortage(of: .recvmsg)
    _ = peer.write([1])

    let hasEnded = try plan.whileActive { try loop.run(until: { socket.state == .unconnected }) }

    #expect(hasEnded)
    #expect(socket.error == .socketResource)
    #expect(!loop.hasPendingTimers)
  }

  @Test func `a datagram receive without memory reports and stays`() throws {
    let (loop, socket, peer) = try pair(.datagram)
    let plan = shortage(of: .recv)
    _ = peer.write([1])

    let isTold = try plan.whileActive { try loop.run(until: { socket.lastError != nil }) }

    #expect(isTold)
    #expect(socket.error == .socketResource)
    #expect(try loop.run(until: { socket.bytesAvailable == 1 }))
  }

  @Test(arguments: PollerKind.allCases)
  func `the loop sleeps between the tries`(poller: PollerKind) throws {
    let (loop, socket, peer) = try pair(.stream, poller)
    let plan = shortage(of: .send, .recvmsg)
    loop.retryLimit = .seconds(30)
    _ = peer.write([2])
    peer.flush()
    _ = socket.write([1])
    var turns = 0

    try plan.whileActive {
      let end = Deadline.after(.milliseconds(100))
      while !end.isPast {
        try loop.turn(until: end)
        turns += 1
      }
    }

    // The pauses double from a millisecond.
    #expect(turns < 40)
    #expect(plan.count(of: .send) <= 10)
    #expect(plan.count(of: .recvmsg) <= 10)
    #expect(socket.state == .connected)
  }

  @Test func `what a peer sent before it went outlasts a shortage`() throws {
    let (loop, socket, peer) = try pair(.stream)
    loop.retryLimit = .seconds(30)
    _ = peer.write([1, 2, 3])
    peer.flush()
    peer.abort()
    _ = socket.write([4])
    let plan = FaultPlan()
    plan.fail(.recvmsg, with: ENOMEM, times: 3)

    plan.whileActive { #expect(!socket.flush()) }
    #expect(socket.state == .connected)
    let hasEnded = try plan.whileActive { try loop.run(until: { socket.state == .unconnected }) }

    #expect(hasEnded)
    #expect(plan.missedCalls.isEmpty)
    #expect(socket.error == .peerClosed)
    #expect(socket.readAll() == [1, 2, 3])
  }

  @Test func `a full read buffer is taken in late when the peer has gone`() throws {
    let (loop, socket, peer) = try pair(.stream)
    loop.retryLimit = .seconds(30)
    socket.readBufferSize = 1
    _ = peer.write([1, 2, 3])
    peer.flush()
    #expect(socket.waitForReadyRead())
    peer.abort()
    let plan = FaultPlan()
    plan.fail(.recvmsg, with: ENOMEM, times: 2)

    #expect(plan.whileActive { socket.waitForDisconnected() })

    #expect(plan.missedCalls.isEmpty)
    #expect(socket.readAll() == [1, 2, 3])
    #expect(!loop.hasPendingTimers)
  }

  @Test func `writes wait for the next try`() throws {
    let (loop, socket, peer) = try pair(.stream)
    loop.retryLimit = .seconds(30)
    let plan = shortage(of: .send)

    try plan.whileActive {
      for byte in 1..<UInt8(50) {
        _ = socket.write([byte])
        try loop.turn(until: .now)
      }
    }

    #expect(plan.count(of: .send) < 25)
    #expect(try loop.run(until: { peer.bytesAvailable == 49 }))
    #expect(peer.readAll() == Array(1..<50))
  }
}
#endif
