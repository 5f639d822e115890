import Glibc
import LocalSockets

private let ping = [UInt8]("PING\n".utf8)
private let pong = [UInt8]("PONG\n".utf8)

private func areEqual(_ line: Span<UInt8>, _ expected: [UInt8]) -> Bool {
  line.withUnsafeBytes { bytes in
    bytes.count == expected.count
      && bytes.baseAddress.map { memcmp($0, expected, bytes.count) } == 0
  }
}

/// Asks with lines, so many in flight at once.
final class LineClient {
  private let load: Load
  private let loop: EventLoop
  private let batch: [UInt8]
  private let stopwatch = Stopwatch()
  private var socket: LocalSocket?
  private var answered = 0

  init(_ load: Load, loop: EventLoop) {
    self.load = load
    self.loop = loop
    batch = Array(repeatElement(ping, count: load.size).joined())
    let socket = connectedSocket(loop: loop, name: load.name) { [batch] in send(batch, on: $0) }
    socket.readyRead.connect { [unowned self, unowned socket] in receive(socket) }
    self.socket = socket
  }

  private func receive(_ socket: LocalSocket) {
    while socket.canReadLine {
      guard socket.readLine({ areEqual($0, pong) }) == true else {
        fail("not the line that was expected")
      }
      answered += 1
    }
    if answered == load.count {
      stopwatch.printRate(of: load.count)
      loop.stop()
    } else if answered % load.size == 0 {
      send(batch, on: socket)
    }
  }
}

extension Server {
  /// Answers each line of the connection.
  static func answerLines(_ socket: LocalSocket, _ server: Server) {
    var answered = 0
    socket.readyRead.connect { [unowned socket] in answered += answerLines(of: socket) }
    socket.disconnected.connect { [unowned socket, unowned server] in
      server.finish(socket, amount: answered)
    }
  }

  private static func answerLines(of socket: LocalSocket) -> Int {
    var answered = 0
    while socket.canReadLine {
      guard socket.readLine({ areEqual($0, ping) }) == true else {
        fail("not the line that was expected")
      }
      send(pong, on: socket)
      answered += 1
    }
    return answered
  }
}
