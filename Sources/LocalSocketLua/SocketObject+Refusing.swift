internal import LocalSockets
internal import LuaBridge

// Why a socket does not do what a script asks for, where no error of the system tells.

extension SocketObject {
  /// Answers why a call does nothing; without a reason, that what the socket is or how it was opened
  /// does not allow it.
  func refuse(
    _ call: LuaCall,
    to verb: String,
    because reason: String? = nil,
    _ code: SocketError.Code = .operation,
    with first: Bool? = nil
  ) -> LuaAnswer {
    let subject = name.isEmpty ? verb : "\(verb) of \(name.quoted)"
    return call.failing("\(subject): \(reason ?? reasonToRefuse)", code: code.name, with: first)
  }

  /// Changes what only an unconnected socket lets be changed, or says so.
  func changeUnconnected(
    _ call: LuaCall,
    _ verb: String,
    _ change: (LocalSocket) -> Void
  ) -> LuaAnswer {
    guard socket.state == .unconnected else {
      let reason = "only in UnconnectedState, and this socket is in \(socket.state.name)"
      return refuse(call, to: verb, because: reason, with: false)
    }
    change(socket)
    return .nothing
  }

  /// Answers that nothing can be written.
  func refuseWrite(_ call: LuaCall, to verb: String, with first: Bool? = nil) -> LuaAnswer {
    if socket.isOpen, socket.wasEndedByPeer {
      let reason = "the peer has ended the connection"
      return refuse(call, to: verb, because: reason, .peerClosed, with: first)
    }
    let reason: String? =
      if socket.isWritingShutDown, socket.isValid {
        Self.writingShutDown
      } else if socket.isValid, !socket.hasPeer {
        "the socket has no peer; sendMessage takes a receiver's name as \"to\""
      } else if socket.kind == .datagram, !socket.isOpen {
        "the socket is not open; connectToServer opens it, and then sendMessage reaches any receiver"
      } else {
        nil
      }
    return refuse(call, to: verb, because: reason, with: first)
  }

  private var reasonToRefuse: String {
    if socket.state == .connecting { return "the socket is still connecting" }
    if socket.state == .closing, !socket.isOpen { return "the socket is still closing" }
    if !socket.isOpen { return "the socket is not open" }
    if !socket.isValid { return "the socket is not connected" }
    return "the socket is open as \(socket.openMode.name) only"
  }

  /// Says why a read gives nothing, not even no bytes.
  func answerNothing(_ call: LuaCall, _ verb: String) -> LuaAnswer {
    if !socket.isReadable { return refuse(call, to: verb) }
    if socket.isReadingShutDown { return refuse(call, to: verb, because: Self.readingShutDown) }
    return refuse(call, to: verb, because: "the connection has ended", .peerClosed)
  }

  /// Why a wait for a condition cannot be, as the socket stands.
  func reasonNotToWait(for condition: WaitCondition) -> String {
    switch socket.state {
    case .unconnected:
      condition == .connected
        ? "nothing connects; connectToServer comes first" : "the socket is not connected"
    case .connecting: "the socket is still connecting"
    case .closing where condition != .bytesWritten: "the connection is closing"
    case .connected where condition == .readyRead:
      socket.isReadingShutDown
        ? Self.readingShutDown : "the socket is open as \(socket.openMode.name) only"
    case .connected, .closing:
      socket.isWritingShutDown
        ? "nothing is queued, and \(Self.writingShutDown)" : "nothing is queued"
    }
  }

  private static let readingShutDown = "its reading end was shut down"
  private static let writingShutDown = "its writing end was shut down"
}
