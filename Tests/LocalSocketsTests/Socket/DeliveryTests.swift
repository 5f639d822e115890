import LocalSockets
import TestSupport
import Testing

@Suite("Delivery")
struct DeliveryTests {
  private let loop: EventLoop
  private let socket: LocalSocket
  private let peer: LocalSocket

  init() throws {
    loop = try EventLoop()
    (socket, peer) = try LocalSocket.pair(loop: loop)
  }

  private func queue(_ byte: UInt8) throws -> Delivery {
    try unsafe [byte].span.withUnsafeBytes { bytes throws(SocketError) in
      try unsafe peer.queueMessage(bytes, to: nil, descriptors: [0])
    }
  }

  @Test func `it has no outcome before the message is sent`() throws {
    let delivery = try queue(1)
    #expect(delivery.outcome == nil)

    peer.flush()

    guard case .sent = delivery.outcome else {
      Issue.record("the message was not sent")
      return
    }
    #expect(socket.waitForReadyRead())
  }

  @Test func `a message that was withdrawn is left out`() throws {
    _ = try queue(1)
    let delivery = try queue(2)
    _ = try queue(3)

    peer.withdraw(delivery)
    peer.flush()

    #expect(socket.waitForReadyRead())
    try loop.runReady()
    #expect(socket.readAll() == [1, 3])
    #expect(delivery.outcome == nil)
  }

  @Test func `a message that was withdrawn leaves nothing behind a half-sent one`() throws {
    _ = peer.write([UInt8](repeating: 7, count: 2_000_000))
    peer.flush()
    let queued = peer.bytesToWrite
    #expect(queued > 0)

    for _ in 0..<3 { peer.withdraw(try queue(1)) }

    #expect(peer.bytesToWrite == queued)
  }

  @Test func `a message of which bytes were sent cannot be withdrawn`() throws {
    let bytes = [UInt8](repeating: 7, count: 2_000_000)
    let delivery = try unsafe bytes.span.withUnsafeBytes { bytes throws(SocketError) in
      try unsafe peer.queueMessage(bytes, to: nil, descriptors: [0])
    }
    peer.flush()
    let queued = peer.bytesToWrite

    peer.withdraw(delivery)

    #expect(peer.bytesToWrite == queued)
  }

  @Test func `a connection that waits for a message ends when it is withdrawn`() throws {
    let (socket, peer) = try LocalSocket.pair(loop: loop, kind: .seqpacket)
    socket.readBufferSize = -1
    let message = [UInt8](repeating: 7, count: 1000)
    var delivery: Delivery
    repeat {
      delivery = try unsafe message.span.withUnsafeBytes { bytes throws(SocketError) in
        try unsafe peer.queueMessage(bytes, to: nil, descriptors: [])
      }
      peer.flush()
    } while delivery.outcome != nil
    peer.disconnectFromServer()
    #expect(peer.state == .closing)

    peer.withdraw(delivery)

    #expect(try loop.run(until: { peer.state == .unconnected }))
  }

  @Test func `a connection that is aborted fails what is queued`() throws {
    let delivery = try queue(1)

    peer.abort()

    guard case .failed = delivery.outcome else {
      Issue.record("the message did not fail")
      return
    }
    #expect(socket.waitForDisconnected())
  }

  @Test func `a message to a peer that has ended is refused with that`() throws {
    socket.abort()
    #expect(try loop.run(until: { peer.state == .unconnected }))

    let error = #expect(throws: SocketError.self) { try peer.sendMessage([1]) }

    #expect(error?.code == .peerClosed)
  }

  @Test func `a parked wait learns that the message was sent`() throws {
    _ = peer.write([UInt8](repeating: 7, count: 2_000_000))
    let delivery = try queue(1)
    let waiter = RecordingWaiter()
    while delivery.outcome == nil {
      let known = peer.beginWait(.bytesWritten, waiter)
      let count = waiter.outcomes.count
      let hasEnded = try loop.run(until: { known != nil || waiter.outcomes.count > count })
      try #require(hasEnded)
    }

    guard case .sent = delivery.outcome else {
      Issue.record("the message was not sent")
      return
    }
    #expect(peer.bytesToWrite == 0)
  }
}
