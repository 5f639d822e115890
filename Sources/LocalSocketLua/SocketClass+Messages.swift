internal import LocalSockets
internal import LuaBridge

// Messages with what goes beside their bytes.

extension LuaClass<SocketObject> {
  static var messageMethods: [LuaFunction] {
    [
      method("sendMessage") { (object, call) throws(LuaError) in try object.sendMessage(call) },
      method("receiveMessage") { (object, call) throws(LuaError) in
        let deadline = try call.deadline(2)
        if let answer = call.takeMessage(of: object.socket) { return answer }
        if let refusal = object.refuseToReceive(call) { return refusal }
        return try ReceiveWait(object, until: deadline).begin(call, until: deadline)
      },
    ]
  }
}

extension SocketObject {
  fileprivate func sendMessage(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    let bytes = unsafe try call.payload(2)
    var receiver: SocketName?
    var descriptors: [CInt] = []
    var deadline = Deadline.after(.seconds(30))
    if try call.hasOptions(3, known: ["descriptors", "timeout", "to"]) {
      receiver = try call.option("to", of: 3, call.optionalName)
      descriptors = try call.option("descriptors", of: 3, call.descriptorNumbers)
      deadline = try call.option("timeout", of: 3) { index throws(LuaError) in
        try call.deadline(index)
      }
    }
    let delivery: Delivery
    do throws(SocketError) {
      delivery = unsafe try socket.queueMessage(bytes, to: receiver, descriptors: descriptors)
    } catch {
      if [.operation, .peerClosed].contains(error.code), error.systemError == nil {
        return refuseWrite(call, to: "sendMessage")
      }
      return call.failing("\(error)", code: error.code.name)
    }
    socket.flush()
    if let answer = answer(call, delivery, bytes.count) { return answer }
    return try SendWait(self, delivery, bytes.count, until: deadline).begin(call, until: deadline)
  }

  /// Answers what has become of a message; nil while it is queued.
  func answer(_ call: LuaCall, _ delivery: Delivery, _ count: Int) -> LuaAnswer? {
    switch delivery.outcome {
    case .sent: return call.returning(count)
    case .failed(let error):
      let isEndedHere = error.code == .operation && error.systemError == nil
      let message = isEndedHere ? "sendMessage: \(Self.endedHere)" : "\(error)"
      return call.failing(message, code: error.code.name)
    case nil: return nil
    }
  }

  /// Refuses to receive a message where none could be taken, however long the wait; else nil.
  func refuseToReceive(_ call: LuaCall) -> LuaAnswer? {
    if socket.isTransactionStarted {
      let reason = "a transaction is under way, and a message cannot be put back"
      return refuse(call, to: "receiveMessage", because: reason)
    }
    return socket.isOpen && !socket.isReadable ? refuse(call, to: "receiveMessage") : nil
  }
}
