#if DEBUG
import Glibc
import LocalSockets
import TestSupport
import Testing

// Descriptors that come from elsewhere, and what is asked and told of sockets.
extension FaultPath {
  static let adopting: [FaultPath] =
    (1...3).map { adoptingSocket(.getsockopt, $0) } + [adoptingSocket(.getpeername, 1)]
    + (1...4).map { adoptingSocket(.fcntl, $0) }
    + (1...3).map { adoptingListener(.getsockopt, $0) }
    + (1...4).map { adoptingListener(.fcntl, $0) }
    + [adoptingListener(.getsockname, 1)]
    + [duplicating(1), duplicating(2)]
    + SocketKind.allCases.flatMap { [pairing($0), shuttingDown($0), askingForCredentials($0)] }
    + [tellingMessagesFromTheEnd]

  /// Whether a call says that a descriptor cannot be adopted; an open one stays open, and one with a
  /// peer keeps it, whatever else is wrong with the question.
  private static func isRefusal(_ stage: FaultStage, _ occurrence: Int) -> Bool {
    switch stage.call {
    case .getpeername: stage.fault.errno == ENOTCONN
    case .getsockname: false
    case .fcntl: !stage.isSignal && (occurrence > 1 || stage.fault.times != 1)
    default: !stage.isSignal
    }
  }

  private static func adoptingSocket(_ call: SystemCall, _ occurrence: Int) -> FaultPath {
    FaultPath("adopting a socket", call, occurrence: occurrence) { stage in
      let pair = try SystemCalls.socketPair()
      let number = dup(pair.first.number)
      let socket = LocalSocket(loop: stage.loop)
      // Without an answer it counts as one that does not listen, as it has a peer.
      let isRefused =
        isRefusal(stage, occurrence) && !(call == .getsockopt && occurrence == 3)
      #expect(stage.plan.whileActive { socket.setSocketDescriptor(number) } != isRefused)
      if isRefused {
        #expect(socket.error == .unsupportedSocketOperation)
        #expect(socket.state == .unconnected)
        #expect(SystemCalls.isOpen(number))
        #expect(socket.setSocketDescriptor(number))
      }
      #expect(fcntl(number, F_GETFL) & O_NONBLOCK != 0)
      let peer = LocalSocket(loop: stage.loop)
      #expect(peer.setSocketDescriptor(dup(pair.second.number)))
      #expect(peer.write(Transfer.pattern) != nil)
      #expect(
        try stage.loop.run(until: { socket.bytesAvailable == Transfer.pattern.count })
      )
    }
  }

  private static func adoptingListener(_ call: SystemCall, _ occurrence: Int) -> FaultPath {
    FaultPath("adopting a listener", call, occurrence: occurrence) { stage in
      let listener = try SystemCalls.socket(.stream)
      try SystemCalls.bind(listener.number, to: try SocketAddress(stage.name))
      try SystemCalls.listen(listener.number, backlog: 5)
      let number = listener.release()
      let server = LocalServer(loop: stage.loop)
      let isRefused = isRefusal(stage, occurrence)
      #expect(stage.plan.whileActive { server.listen(descriptor: number) } != isRefused)
      if isRefused {
        #expect(server.lastError?.descriptor == number)
        #expect(!server.isListening)
        #expect(SystemCalls.isOpen(number))
        #expect(server.listen(descriptor: number))
      }
      let client = LocalSocket(loop: stage.loop)
      client.connectToServer(stage.name)
      #expect(try stage.loop.run(until: { server.hasPendingConnections }))
      server.close()
      try LocalServer.removeServer(stage.name)
    }
  }

  /// A descriptor that cannot be duplicated fails its message before anything of it is queued.
  private static func duplicating(_ occurrence: Int) -> FaultPath {
    FaultPath("duplicating a descriptor", .fcntl, occurrence: occurrence) { stage in
      let transfer = try MessageTransfer(stage, .seqpacket)
      let original = transfer.originals[3]
      // The first call only looks whether the descriptor is open.
      let mustFail = !stage.isSignal && (occurrence > 1 || stage.fault.times != 1)
      let error = stage.plan.whileActive { () -> SocketError? in
        do throws(SocketError) {
          try transfer.queue(original, from: transfer.socket)
          return nil
        } catch {
          return error
        }
      }
      #expect((error != nil) == mustFail)
      if let error {
        #expect(error.code == .socketResource)
        #expect(error.systemError == SystemError(errno: stage.fault.errno, systemCall: .fcntl))
        #expect(transfer.socket.bytesToWrite == 0)
        try transfer.queue(original, from: transfer.socket)
      }
      transfer.expectOnly(original)
      try transfer.expectArrival(at: transfer.peer)
    }
  }

  private static func pairing(_ kind: SocketKind) -> FaultPath {
    FaultPath("making a pair of \(kind)s", .socketpair) { stage in
      let make = { () throws(SocketError) in try LocalSocket.pair(loop: stage.loop, kind: kind) }
      try stage.plan.whileActive {
        for _ in 0..<stage.failures where !stage.isSignal {
          let error = #expect(throws: SocketError.self) { try make() }
          #expect(error?.code == .socketResource)
          #expect(error?.systemError?.errno == stage.fault.errno)
        }
        if stage.isSignal { _ = try make() }
      }
      let pair = try make()
      _ = pair.first.write([1])
      #expect(try stage.loop.run(until: { pair.second.bytesAvailable == 1 }))
    }
  }

  /// A peer that cannot be told that no more will come learns it from the end of the connection.
  private static func shuttingDown(_ kind: SocketKind) -> FaultPath {
    FaultPath("shutting down \(kind)s", .shutdown) { stage in
      let (socket, peer) = try LocalSocket.pair(loop: stage.loop, kind: kind)
      _ = socket.write([1, 2])
      try stage.plan.whileActive {
        #expect(socket.shutdown(.write))
        try stage.loop.runReady()
      }
      stage.expectNoSpin(2)
      // A peer that is told ends the connection.
      #expect((socket.state == .unconnected) == (stage.isSignal && kind != .datagram))
      #expect(socket.write([3]) == nil)
      #expect(try stage.loop.run(until: { peer.bytesAvailable == 2 }))
      #expect(peer.readAll() == [1, 2])
      socket.disconnectFromServer()
      if kind != .datagram {
        #expect(try stage.loop.run(until: { peer.state == .unconnected }))
      }
    }
  }

  /// Where the kernel does not tell who sends, the socket says so and messages come without it.
  private static func askingForCredentials(_ kind: SocketKind) -> FaultPath {
    FaultPath("asking for credentials on \(kind)s", .setsockopt) { stage in
      let (socket, peer) = try LocalSocket.pair(loop: stage.loop, kind: kind)
      stage.plan.whileActive { socket.receivesCredentials = true }
      #expect(socket.receivesCredentials == stage.isSignal)
      socket.receivesCredentials = true
      _ = peer.write([1])
      peer.flush()
      let message = try #require(socket.receiveMessage(timeout: .seconds(20)))
      #expect(message.credentials?.pid == getpid())
    }
  }

  /// An empty message must not be taken for the end of the connection.
  private static let tellingMessagesFromTheEnd = FaultPath(
    "receiving an empty message",
    .setsockopt
  ) { stage in
    let (socket, peer) = try LocalSocket.pair(loop: stage.loop, kind: .seqpacket)
    _ = peer.write([])
    peer.flush()
    let message = stage.plan.whileActive { socket.receiveMessage(timeout: .seconds(20)) }
    #expect(message?.data == (stage.isSignal ? [] : nil))
    #expect(socket.error == (stage.isSignal ? .unknown : .connection))
    #expect((socket.state == .connected) == stage.isSignal)
  }
}
#endif
