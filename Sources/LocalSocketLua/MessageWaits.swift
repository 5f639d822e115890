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
    if let answer = call.takeMessage(of: receiver.socket) { return answer }
    guard outcome == .satisfied else {
      if outcome == .busy || hasExpired { return answerFailure(call) }
      return receiver.answerNothing(call, "receiveMessage")
    }
    if let refusal = receiver.refuseToReceive(call) { return refusal }
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

  override func finish(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    if let answer = sender.answer(call, delivery, count) { return answer }
    // What the kernel took, or would not take, may have been earlier messages.
    if outcome == .satisfied || (outcome == .failed && !hasExpired && hasLostMessage) {
      return try beginAgain(call, until: limit)
    }
    sender.socket.withdraw(delivery)
    return answerFailure(call)
  }

  override func cancelled() {
    sender.socket.withdraw(delivery)
    super.cancelled()
  }

  override var subject: String { "sendMessage of \(sender.displayName)" }
}
