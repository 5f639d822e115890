internal import LocalSockets
internal import LuaBridge

/// The wait of `receiveMessage`, whose result is the message.
final class ReceiveWait: SocketWait {
  private let receiver: SocketObject
  private let limit: Deadline

  init(_ object: SocketObject, until limit: Deadline) {
    receiver = object
    self.limit = limit
    super.init(.readyRead, of: object)
  }

  override func finish(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    if let message = receiver.socket.receiveMessage() {
      call.push(message)
      return .results(1)
    }
    guard outcome == .satisfied else {
      if outcome == .busy || hasExpired { return answerFailure(call) }
      return receiver.answerNothing(call, "receiveMessage")
    }
    // Somebody else has taken it.
    return try beginAgain(call, until: limit)
  }

  override var subject: String { "receiveMessage of \(receiver.displayName)" }
}

/// The wait of `sendMessage`, whose result is the count of bytes.
final class SendWait: SocketWait {
  private let sender: SocketObject
  private let delivery: Delivery
  private let count: Int
  private let limit: Deadline

  init(_ object: SocketObject, _ delivery: Delivery, _ count: Int, until limit: Deadline) {
    sender = object
    self.delivery = delivery
    self.count = count
    self.limit = limit
    super.init(.bytesWritten, of: object)
  }

  func begin(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    sender.socket.flush()
    if delivery.outcome != nil { return try finish(call) }
    return try begin(call, until: limit)
  }

  override func finish(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    switch delivery.outcome {
    case .sent: return call.returning(count)
    case .failed(let error): return call.failing("\(error)", code: error.code.name)
    case nil: break
    }
    // What the kernel took may have been of earlier messages.
    if outcome == .satisfied { return try beginAgain(call, until: limit) }
    delivery.withdraw()
    return answerFailure(call)
  }

  override func cancelled() {
    delivery.withdraw()
    super.cancelled()
  }

  override var subject: String { "sendMessage of \(sender.displayName)" }
}
