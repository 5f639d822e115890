#if DEBUG
import Glibc
import LocalSockets
import TestSupport
import Testing

// Names on which more calls depend than on a plain one.
extension FaultPath {
  static let naming: [FaultPath] =
    [.mkdtemp, .bind, .chmod, .listen, .lstat, .link].map { listeningWithAccess($0) }
    + [.unlink, .rmdir].map { leavingDirectory($0) }
    + [.fstat, .connect, .lstat, .unlink].map { replacingStale($0) }
    + [.open, .socket].map { replacingStale($0, occurrence: 2) }
    + [replacingStaleWithoutLock]
    + [.mkdtemp, .open, .lstat, .link].map { listeningFarAway($0) }
    + [connectingFarAway]
    + [.socket, .setsockopt, .bind, .lstat].map { makingReceiver($0) }
    + [.bind, .lstat].map { connectingWithOwnName($0) }

  private static func listeningWithAccess(_ call: SystemCall) -> FaultPath {
    FaultPath("listening with access options", call) { stage in
      let server = LocalServer(loop: stage.loop)
      server.socketOptions = .userAccess
      stage.expectListening(server)
    }
  }

  /// The server listens, and what it was made in stays behind, as nobody can remove it.
  private static func leavingDirectory(_ call: SystemCall) -> FaultPath {
    FaultPath("listening with access options", call) { stage in
      let server = LocalServer(loop: stage.loop)
      server.socketOptions = .userAccess
      #expect(stage.plan.whileActive { server.listen(stage.name) })
      #expect(stage.directory.contents.last == "s")
      #expect(stage.directory.contents.count == (stage.isTransient ? 1 : 2))
      stage.expectClient(of: server)
      for name in stage.directory.contents {
        unsafe unlink(stage.directory.file("\(name)/s"))
        unsafe rmdir(stage.directory.file(name))
      }
    }
  }

  private static func replacingStale(_ call: SystemCall, occurrence: Int = 1) -> FaultPath {
    FaultPath("replacing a stale file", call, occurrence: occurrence) { stage in
      let crashed = try SystemCalls.socket(.stream)
      try SystemCalls.bind(crashed.number, to: try SocketAddress(stage.name))
      _ = consume crashed
      let server = LocalServer(loop: stage.loop)
      // A refusal by the probe tells of a stale file, and one that is gone is in nobody's way.
      let isAnswer = call == .connect && stage.fault.errno == ECONNREFUSED
      let isListening = stage.plan.whileActive {
        server.listen(stage.name, removesStale: true)
      }
      #expect(isListening == (stage.isSignal || isAnswer))
      #expect(stage.directory.contents == ["s"])
      if !isListening { #expect(server.serverError == staleCode(call, stage.fault.errno)) }
      #expect(isListening || server.listen(stage.name, removesStale: true))
      stage.expectClient(of: server)
    }
  }

  /// A directory that cannot be locked is a risk only where two do the same at once.
  private static let replacingStaleWithoutLock = FaultPath(
    "replacing a stale file",
    .flock
  ) { stage in
    let crashed = try SystemCalls.socket(.stream)
    try SystemCalls.bind(crashed.number, to: try SocketAddress(stage.name))
    _ = consume crashed
    let server = LocalServer(loop: stage.loop)
    #expect(stage.plan.whileActive { server.listen(stage.name, removesStale: true) })
    stage.expectClient(of: server)
  }

  private static func staleCode(_ call: SystemCall, _ errno: CInt) -> ServerError.Code {
    call == .connect || errno == ENOENT ? .addressInUse : listenCode(errno)
  }

  private static func listeningFarAway(_ call: SystemCall) -> FaultPath {
    FaultPath("listening far away", call) { stage in
      let far = FarDirectory(stage)
      defer { far.remove() }
      let server = LocalServer(loop: stage.loop)
      stage.expectListening(server, at: far.name) { far.contents.isEmpty }
    }
  }

  private static let connectingFarAway = FaultPath("connecting far away", .open) { stage in
    let far = FarDirectory(stage)
    defer { far.remove() }
    let server = LocalServer(loop: stage.loop)
    #expect(server.listen(far.name))
    let client = LocalSocket(loop: stage.loop)
    stage.plan.whileActive { client.connectToServer(far.name) }
    #expect((client.state == .connected) == stage.isSignal)
    if !stage.isSignal { #expect(client.error == farCode(stage.fault.errno)) }
    client.abort()
    stage.expectClient(of: server)
  }

  private static func farCode(_ errno: CInt) -> SocketError.Code {
    switch errno {
    case EMFILE, ENFILE: .socketResource
    case EINVAL: .connectionRefused
    case ENOENT, ENAMETOOLONG: .serverNotFound
    case EACCES, EPERM: .socketAccess
    default: .unknown
    }
  }

  private static func makingReceiver(_ call: SystemCall) -> FaultPath {
    FaultPath("making a receiver", call) { stage in
      let make = { () throws(ServerError) in
        try LocalSocket.receiver(at: stage.name, loop: stage.loop)
      }
      try stage.plan.whileActive {
        for _ in 0..<stage.failures where !stage.isSignal {
          let error = #expect(throws: ServerError.self) { try make() }
          #expect(error?.code == listenCode(stage.fault.errno))
          #expect(error?.systemError?.errno == stage.fault.errno)
          #expect(stage.directory.contents.isEmpty)
        }
        if stage.isSignal { try make().close() }
      }
      let receiver = try make()
      #expect(receiver.receivesCredentials)
      receiver.close()
    }
  }

  private static func connectingWithOwnName(_ call: SystemCall) -> FaultPath {
    FaultPath("connecting with an own name", call) { stage in
      let receiver = try LocalSocket.receiver(
        at: SocketName(stage.directory.file("r")),
        loop: stage.loop
      )
      let client = LocalSocket(loop: stage.loop, kind: .datagram)
      client.ownName = stage.name
      stage.plan.whileActive {
        for _ in 0..<stage.failures where !stage.isSignal {
          client.connectToServer(receiver.serverName)
          #expect(client.state == .unconnected)
          #expect(client.lastError?.operation == .bind)
          #expect(client.lastError?.systemError?.errno == stage.fault.errno)
          #expect(stage.directory.contents == ["r"])
        }
        if stage.isSignal { client.connectToServer(receiver.serverName) }
      }
      if !stage.isSignal { client.connectToServer(receiver.serverName) }
      #expect(client.boundName == stage.name)
      _ = client.write([1])
      client.flush()
      #expect(receiver.receiveMessage(timeout: .seconds(20))?.from == stage.name)
      client.close()
      receiver.close()
    }
  }
}

/// A directory whose path alone is longer than an address.
private struct FarDirectory {
  private let path: String

  init(_ stage: FaultStage) {
    path = stage.directory.file(String(repeating: "d", count: 120))
    unsafe mkdir(path, 0o700)
  }

  func remove() {
    unsafe rmdir(path)
  }

  var name: SocketName { SocketName("\(path)/s") }
  var contents: [String] { TemporaryDirectory.names(in: path) }
}

extension FaultStage {
  /// Whether nobody may notice the fault at all.
  var isSignal: Bool { fault.errno == EINTR }

  /// Checks that a server listens as soon as no call fails, and leaves nothing behind before.
  fileprivate func expectListening(
    _ server: LocalServer,
    at name: SocketName? = nil,
    isClean: (() -> Bool)? = nil
  ) {
    let name = name ?? self.name
    plan.whileActive {
      for _ in 0..<failures where !isSignal {
        #expect(!server.listen(name))
        #expect(server.serverError == listenCode(fault.errno))
        #expect(server.lastError?.systemError?.errno == fault.errno)
        #expect(isClean?() ?? directory.contents.isEmpty)
      }
      if isSignal { #expect(server.listen(name)) }
    }
    if !isSignal { #expect(server.listen(name)) }
    expectClient(of: server)
  }

  /// Checks that a server can be connected to, and closes it.
  fileprivate func expectClient(of server: LocalServer) {
    let client = LocalSocket(loop: loop)
    client.connectToServer(server.fullServerName)
    #expect(client.state == .connected)
    #expect(server.waitForNewConnection(timeout: .seconds(20)).isPending)
    #expect(server.nextPendingConnection() != nil)
    server.close()
  }
}
#endif
