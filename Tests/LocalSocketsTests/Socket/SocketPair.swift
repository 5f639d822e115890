import LocalSockets
import Testing

/// Two connected sockets on one loop.
struct SocketPair {
  let loop: EventLoop
  let socket: LocalSocket
  let peer: LocalSocket

  init(_ poller: PollerKind = .chosenByEnvironment) throws {
    loop = try EventLoop(poller: poller)
    (socket, peer) = try LocalSocket.pair(loop: loop)
  }

  /// Hands bytes of the peer to the kernel.
  func send(_ text: String) {
    #expect(peer.write(Array(text.utf8)) != nil)
    #expect(peer.flush())
  }

  /// Sends bytes and waits until the socket has taken some in.
  func arrive(_ text: String) {
    send(text)
    #expect(socket.waitForReadyRead())
  }

  /// How many turns the loop makes in a while; a loop that sleeps makes few.
  func turns(in duration: Duration = .milliseconds(50)) throws -> Int {
    let deadline = Deadline.after(duration)
    var turns = 0
    while !deadline.isPast {
      try loop.turn(until: deadline)
      turns += 1
    }
    return turns
  }
}

/// A turn more than one may come from a signal, and the last one from rounding.
let fewTurns = 4

func text(_ bytes: [UInt8]?) -> String? {
  bytes.map { String(decoding: $0, as: UTF8.self) }
}
