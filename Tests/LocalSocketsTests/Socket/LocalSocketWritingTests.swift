import Glibc
import LocalSockets
import TestSupport
import Testing

@Suite("LocalSocket writing")
struct LocalSocketWritingTests {
  private let large = [UInt8](repeating: 7, count: 2_000_000)

  private func pair(_ poller: PollerKind = .epoll) throws -> (EventLoop, LocalSocket, LocalSocket) {
    let loop = try EventLoop(poller: poller)
    let (socket, peer) = try LocalSocket.pair(loop: loop)
    return (loop, socket, peer)
  }

  @Test func `a write only queues`() throws {
    let (_, socket, peer) = try pair()

    #expect(socket.write([1, 2]) == 2)

    #expect(socket.bytesToWrite == 2)
    #expect(!peer.waitForReadyRead(timeout: .zero))
  }

  @Test func `an empty write queues nothing`() throws {
    let (_, socket, peer) = try pair()
    defer { #expect(peer.state == .connected) }

    #expect(socket.write([]) == 0)
    #expect(!socket.flush())
  }

  @Test(arguments: PollerKind.allCases)
  func `the loop sends more than the kernel takes at once`(poller: PollerKind) throws {
    let (loop, socket, peer) = try pair(poller)
    var sum = 0
    socket.bytesWritten.connect { sum += $0 }
    _ = socket.write(large)

    #expect(try loop.run(until: { peer.bytesAvailable == large.count }))

    #expect(sum == large.count)
    #expect(peer.readAll() == large)
  }

  @Test func `a flush sends until the kernel is full`() throws {
    let (_, socket, peer) = try pair()
    defer { #expect(peer.state == .connected) }
    _ = socket.write(large)

    #expect(socket.flush())
    #expect(socket.bytesToWrite > 0)
    #expect(!socket.flush())
  }

  @Test func `a handler that writes is not called again before it returns`() throws {
    let (_, socket, peer) = try pair()
    var running = 0
    var sums: [Int] = []
    socket.bytesWritten.connect { [unowned socket] count in
      running += 1
      #expect(running == 1)
      sums.append(count)
      if sums.count == 1 {
        _ = socket.write([2, 3])
        #expect(socket.flush())
      }
      running -= 1
    }
    _ = socket.write([1])

    #expect(socket.flush())

    #expect(sums == [1, 2])
    #expect(peer.waitForReadyRead())
    #expect(peer.readAll() == [1, 2, 3])
  }

  @Test func `a socket that is closing still takes writes while it is open`() throws {
    let (loop, socket, peer) = try pair()
    _ = socket.write([1])
    socket.disconnectFromServer()

    #expect(socket.write([2]) == 1)

    #expect(try loop.run(until: { peer.state == .unconnected }))
    #expect(peer.readAll() == [1, 2])
  }

  @Test func `a closed socket takes no writes`() throws {
    let (_, socket, peer) = try pair()
    defer { #expect(peer.state == .connected) }
    _ = socket.write([1])
    socket.close()

    #expect(socket.write([2]) == nil)
    socket.abort()
  }

  @Test func `a loop that will not turn again lets go of the sockets that it keeps`() throws {
    let loop = try EventLoop()
    var socket: LocalSocket?
    let peer: LocalSocket
    (socket, peer) = try LocalSocket.pair(loop: loop)
    weak let released = socket
    _ = socket?.write([1])
    socket?.close()
    socket = nil
    #expect(released != nil)

    loop.releaseRetained()

    #expect(released == nil)
    #expect(peer.waitForDisconnected())
    #expect(peer.readAll() == [1])
  }

  @Test func `a loop that will not turn again does not wait for room`() throws {
    let loop = try EventLoop()
    let (socket, peer) = try LocalSocket.pair(loop: loop)
    _ = socket.write(large)
    socket.close()

    loop.releaseRetained()

    #expect(!loop.hasRetained)
    #expect(socket.state == .closing)
    #expect(socket.bytesToWrite < large.count)
    socket.abort()
    withExtendedLifetime(peer) {}
  }

  @Test(arguments: PollerKind.allCases)
  func `the loop sends the last bytes of a socket that nobody holds`(poller: PollerKind) throws {
    let loop = try EventLoop(poller: poller)
    var socket: LocalSocket?
    let peer: LocalSocket
    (socket, peer) = try LocalSocket.pair(loop: loop)
    weak let released = socket
    _ = socket?.write(large)
    socket?.close()
    socket = nil
    #expect(released != nil)
    #expect(loop.hasRetained)

    #expect(try loop.run(until: { peer.state == .unconnected }))

    #expect(peer.bytesAvailable == large.count)
    #expect(released == nil)
    #expect(!loop.hasRetained)
  }

  @Test func `a socket that is let go is aborted`() throws {
    let loop = try EventLoop()
    var socket: LocalSocket?
    let peer: LocalSocket
    (socket, peer) = try LocalSocket.pair(loop: loop)
    _ = socket?.write([1])

    socket = nil

    #expect(peer.waitForDisconnected())
    #expect(peer.bytesAvailable == 0)
    #expect(loop.watchedDescriptorCount == 0)
  }

  #if DEBUG
  @Test(arguments: [
    (EPIPE, SocketError.Code.peerClosed), (ECONNRESET, .peerClosed), (EMSGSIZE, .datagramTooLarge),
    (EIO, .unknown),
  ])
  func `each error of a write has its code`(errno: CInt, code: SocketError.Code) throws {
    let (_, socket, peer) = try pair()
    defer { #expect(peer.state == .connected) }
    let plan = FaultPlan()
    plan.fail(.send, with: errno)
    _ = socket.write([1])

    #expect(!plan.whileActive { socket.flush() })

    #expect(socket.error == code)
    #expect(socket.state == .unconnected)
  }

  @Test func `a write that would block is made when there is room`() throws {
    let (loop, socket, peer) = try pair()
    let plan = FaultPlan()
    plan.fail(.send, with: EAGAIN)
    _ = socket.write([1])

    #expect(try plan.whileActive { try loop.run(until: { peer.bytesAvailable == 1 }) })
  }

  @Test func `a header and its large body leave with one call`() throws {
    let (loop, socket, peer) = try pair()
    let body = [UInt8](repeating: 2, count: 65536)
    let plan = FaultPlan()
    _ = socket.write([1])
    _ = socket.write(body)

    #expect(plan.whileActive { socket.flush() })

    #expect(plan.count(of: .sendmsg) == 1 && plan.count(of: .send) == 0)
    #expect(try loop.run(until: { peer.bytesAvailable == 1 + body.count }))
    #expect(peer.readAll() == [1] + body)
  }
  #endif
}
