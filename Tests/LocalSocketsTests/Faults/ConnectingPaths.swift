#if DEBUG
import Glibc
import LocalSockets
import TestSupport
import Testing

/// A client, and a server that it can connect to as soon as no call fails.
struct Connecting {
  let stage: FaultStage
  let server: LocalServer
  let socket: LocalSocket
  let recorder: SignalRecorder
  private let waiter = RecordingWaiter()

  init(_ stage: FaultStage) {
    self.stage = stage
    server = LocalServer(loop: stage.loop)
    #expect(server.listen(stage.name))
    socket = LocalSocket(loop: stage.loop)
    recorder = SignalRecorder(socket)
  }

  var patience: Duration { stage.patience }
  var canPass: Bool { stage.canPass }

  /// Turns the loop until the socket is connected; for a while if it cannot be.
  func turn() throws {
    let limit: Duration = stage.fault.isEndless ? .milliseconds(20) : .seconds(20)
    _ = try stage.loop.run(until: { socket.state == .connected }, within: limit)
  }

  /// Turns the loop with a parked wait for the connection, and checks how that ended.
  func expectParked() throws {
    if let outcome = socket.beginWait(.connected, waiter) {
      waiter.waitEnded(outcome)
    } else {
      try turn()
    }
    #expect(waiter.outcomes == (canPass ? [.satisfied] : []))
  }

  /// Checks that a try fails as Qt's does.
  func expectFailure(_ code: SocketError.Code) {
    recorder.clear()
    socket.connectToServer(stage.name)
    #expect(socket.error == code)
    #expect(
      recorder.endSignals == [
        "stateChanged(connecting)", "errorOccurred(\(code.name))", "stateChanged(unconnected)",
      ]
    )
  }

  /// Checks that bytes flow both ways, and ends all.
  func expectConversation() throws {
    #expect(try stage.loop.run(until: { socket.state == .connected }))
    #expect(server.waitForNewConnection(timeout: .seconds(20)).isPending)
    let accepted = try #require(server.nextPendingConnection())
    try expectArrival(from: socket, to: accepted)
    try expectArrival(from: accepted, to: socket)
    server.close()
  }

  private func expectArrival(from sender: LocalSocket, to receiver: LocalSocket) throws {
    _ = sender.write(Transfer.pattern)
    let count = Transfer.pattern.count
    #expect(try stage.loop.run(until: { receiver.bytesAvailable == count }))
    #expect(receiver.readAll() == Transfer.pattern)
  }
}

extension FaultPath {
  static let connecting: [FaultPath] = [
    connecting("the loop", .socket) { try $0.turn() },
    connecting("the loop", .connect) { try $0.turn() },
    connecting("waitForConnected", .connect) {
      #expect($0.socket.waitForConnected(timeout: $0.patience) == $0.canPass)
    },
    connecting("waitForReadyRead", .connect) {
      #expect(!$0.socket.waitForReadyRead(timeout: .zero))
    },
    connecting("a parked wait for connected", .connect) {
      try $0.expectParked()
    },
    FaultPath("waiting for a full server", .poll) { stage in
      let connecting = Connecting(stage)
      stage.plan.fail(.connect, with: EAGAIN, times: nil)
      stage.plan.whileActive {
        connecting.socket.connectToServer(stage.name)
        #expect(!connecting.socket.waitForConnected(timeout: stage.pollPatience))
        connecting.socket.expectFailedPoll(stage)
        let text = connecting.socket.errorString
        #expect(text.hasPrefix("QLocalSocket::waitForConnected: ") != stage.isTransient)
      }
      try connecting.expectConversation()
    },
  ]

  private static func connecting(
    _ way: String,
    _ call: SystemCall,
    _ act: @escaping @Sendable (Connecting) throws -> Void
  ) -> FaultPath {
    FaultPath("connecting by \(way)", call) { stage in
      let connecting = Connecting(stage)
      try stage.plan.whileActive {
        if !stage.isTransient {
          let code = connectCode(call, stage.fault.errno)
          for _ in 0..<stage.failures { connecting.expectFailure(code) }
          if stage.fault.isEndless { return }
        }
        connecting.socket.connectToServer(stage.name)
        if stage.isTransient { try act(connecting) }
      }
      stage.expectNoSpin(10)
      if connecting.socket.state == .unconnected { connecting.socket.connectToServer(stage.name) }
      try connecting.expectConversation()
    }
  }

  private static func connectCode(_ call: SystemCall, _ errno: CInt) -> SocketError.Code {
    if call == .socket { return .unsupportedSocketOperation }
    switch errno {
    case EINVAL, ECONNREFUSED: return .connectionRefused
    case ENOENT: return .serverNotFound
    case EACCES, EPERM: return .socketAccess
    case ETIMEDOUT: return .socketTimeout
    default: return .unknown
    }
  }
}

// Connections that nobody makes by connecting, and what is asked about them.
extension FaultPath {
  static let others: [FaultPath] = [
    asking("the peer's name", .getpeername) { #expect($0.fullServerName == $1.name) },
    asking("its own name", .getsockname) { socket, _ in #expect(socket.fullServerName.isEmpty) },
    asking("the peer's credentials", .getsockopt) { socket, stage in
      #expect((socket.peerCredentials == nil) == !stage.isTransient)
    },
    FaultPath("asking for the working directory", .getcwd) { stage in
      let path = stage.plan.whileActive { SystemCalls.workingDirectory() }
      #expect(path == (stage.isSignal ? SystemCalls.workingDirectory() : [UInt8(ascii: "/")]))
    },
  ]

  /// Asks an accepted socket something; it must know all when the calls succeed again.
  private static func asking(
    _ what: String,
    _ call: SystemCall,
    _ ask: @escaping @Sendable (LocalSocket, FaultStage) throws -> Void
  ) -> FaultPath {
    FaultPath("asking for \(what)", call) { stage in
      let connecting = Connecting(stage)
      connecting.socket.connectToServer(stage.name)
      #expect(connecting.server.waitForNewConnection().isPending)
      let accepted = try #require(connecting.server.nextPendingConnection())
      try stage.plan.whileActive { try ask(accepted, stage) }
      #expect(accepted.fullServerName == stage.name)
      #expect(accepted.serverName == "s")
      #expect(accepted.peerCredentials?.pid == getpid())
      connecting.server.close()
    }
  }
}
#endif
