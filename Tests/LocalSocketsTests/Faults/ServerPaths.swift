#if DEBUG
import Glibc
import LocalSockets
import TestSupport
import Testing

// Beginning to listen.
extension FaultPath {
  static let listening: [FaultPath] = [
    listening(.socket), listening(.bind), listening(.lstat), listening(.listen),
  ]

  private static func listening(_ call: SystemCall) -> FaultPath {
    FaultPath("listening", call) { stage in
      let server = LocalServer(loop: stage.loop)
      stage.plan.whileActive {
        for _ in 0..<stage.failures where !stage.isTransient {
          #expect(!server.listen(stage.name))
          #expect(server.serverError == listenCode(stage.fault.errno))
          #expect(server.lastError?.systemError?.errno == stage.fault.errno)
          #expect(stage.directory.contents.isEmpty)
        }
        if !stage.fault.isEndless { #expect(server.listen(stage.name)) }
      }
      if stage.fault.isEndless { #expect(server.listen(stage.name)) }
      #expect(server.serverError == .unknown)
      try Accepting(stage, server).expectConversation()
    }
  }
}

/// What an error of listening means.
func listenCode(_ errno: CInt) -> ServerError.Code {
  switch errno {
  case EACCES, EPERM: .socketAccess
  case ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG, EROFS: .hostNotFound
  case EADDRINUSE, EEXIST: .addressInUse
  case EMFILE, ENFILE, ENOMEM, ENOBUFS: .socketResource
  default: .unknown
  }
}

/// A server with a client in its queue that it has yet to accept.
private struct Accepting {
  let stage: FaultStage
  let server: LocalServer
  let client: LocalSocket
  let waiter = RecordingWaiter()

  init(_ stage: FaultStage, _ server: LocalServer) {
    self.stage = stage
    self.server = server
    client = LocalSocket(loop: stage.loop)
    client.connectToServer(stage.name)
    #expect(client.state == .connected)
  }

  /// Whether the server has got what it was to accept or an error.
  var isDecided: Bool { server.hasPendingConnections || server.lastError != nil }

  /// Turns the loop until the connection is accepted; for longer than a rest if it cannot be.
  func turn() throws {
    let limit: Duration = stage.fault.isEndless ? .milliseconds(150) : .seconds(20)
    _ = try stage.loop.run(until: { server.hasPendingConnections }, within: limit)
  }

  /// Checks that the server still listens, and that an error, if one is due, is the documented one.
  func expectServer() {
    let isResource = [EMFILE, ENFILE, ENOMEM, ENOBUFS].contains(stage.fault.errno)
    let code: ServerError.Code = isResource ? .socketResource : .unknown
    #expect(server.serverError == (stage.isTransient ? .unknown : code))
    #expect((server.lastError == nil) == stage.isTransient)
    #expect(server.isListening)
    #expect(stage.directory.contents == ["s"])
  }

  func expectConversation() throws {
    while !server.hasPendingConnections { _ = server.waitForNewConnection(timeout: .seconds(20)) }
    let accepted = try #require(server.nextPendingConnection())
    for (sender, receiver) in [(client, accepted), (accepted, client)] {
      _ = sender.write(Transfer.pattern)
      let count = Transfer.pattern.count
      #expect(try stage.loop.run(until: { receiver.bytesAvailable == count }))
      #expect(receiver.readAll() == Transfer.pattern)
    }
    server.close()
  }
}

// Accepting.
extension FaultPath {
  static let accepting: [FaultPath] = [
    accepting("the loop") { accepting in
      try accepting.stage.turn { accepting.isDecided }
      try accepting.stage.loop.runReady()
    },
    accepting("waitForNewConnection") { accepting in
      for _ in 0..<accepting.stage.failures where !accepting.stage.isTransient {
        let result = accepting.server.waitForNewConnection(timeout: .seconds(20))
        #expect(result == (false, false))
      }
      if accepting.stage.isTransient {
        let result = accepting.server.waitForNewConnection(timeout: accepting.stage.patience)
        #expect(result == (accepting.stage.canPass, !accepting.stage.canPass))
      }
    },
    accepting("a parked wait") { accepting in
      #expect(accepting.server.beginWait(accepting.waiter) == nil)
      try accepting.stage.turn { !accepting.waiter.outcomes.isEmpty }
      try accepting.stage.loop.runReady()
      let passing: [WaitOutcome] = accepting.stage.canPass ? [.satisfied] : []
      #expect(accepting.waiter.outcomes == (accepting.stage.isTransient ? passing : [.failed]))
      accepting.server.cancelWait()
    },
    accepting("waitForNewConnection", .poll) { accepting in
      let result = accepting.server.waitForNewConnection(timeout: accepting.stage.patience)
      #expect(result == (accepting.stage.canPass, false))
    },
    FaultPath("resting from accepting", .accept4, errors: [EMFILE, ENOMEM]) { stage in
      let accepting = try listen(stage)
      try stage.plan.whileActive { try accepting.turn() }
      stage.expectNoSpin(3)
      #expect(try stage.loop.run(until: { accepting.server.hasPendingConnections }))
      try accepting.expectConversation()
    },
  ]

  private static func listen(_ stage: FaultStage) throws -> Accepting {
    let server = LocalServer(loop: stage.loop)
    #expect(server.listen(stage.name))
    return Accepting(stage, server)
  }

  private static func accepting(
    _ way: String,
    _ call: SystemCall = .accept4,
    _ act: @escaping @Sendable (Accepting) throws -> Void
  ) -> FaultPath {
    FaultPath("accepting by \(way)", call) { stage in
      let accepting = try listen(stage)
      try stage.plan.whileActive { try act(accepting) }
      stage.expectNoSpin()
      accepting.expectServer()
      try accepting.expectConversation()
    }
  }
}

// Ceasing to listen.
extension FaultPath {
  static let leaving: [FaultPath] = [
    closingServer(.lstat), closingServer(.unlink),
    removingServer(.lstat), removingServer(.unlink),
  ]

  private static func removingServer(_ call: SystemCall) -> FaultPath {
    FaultPath("removing a server", call) { stage in
      let server = LocalServer(loop: stage.loop)
      #expect(server.listen(stage.name))
      let wasFree = stage.fault.errno == ENOENT || stage.isTransient
      let isFree = stage.plan.whileActive { (try? LocalServer.removeServer(stage.name)) != nil }
      #expect(isFree == wasFree)
      #expect(throws: Never.self) { try LocalServer.removeServer(stage.name) }
    }
  }

  /// A file that cannot be looked at, or not be removed, stays, and the name can be freed later.
  private static func closingServer(_ call: SystemCall) -> FaultPath {
    FaultPath("closing a server", call) { stage in
      let server = LocalServer(loop: stage.loop)
      #expect(server.listen(stage.name))
      stage.plan.whileActive { server.close() }
      stage.expectNoSpin(3)
      #expect(!server.isListening)
      #expect(stage.directory.contents == (stage.isTransient ? [] : ["s"]))
      #expect(throws: Never.self) { try LocalServer.removeServer(stage.name) }
      #expect(server.listen(stage.name))
      server.close()
    }
  }
}
#endif
