internal import LocalSockets
internal import LuaBridge

// Messages with what goes beside their bytes.

extension LuaClass<SocketObject> {
  static var messageMethods: [LuaFunction] {
    [
      method("sendMessage") { (object, call) throws(LuaError) in try object.sendMessage(call) },
      method("receiveMessage") { (object, call) throws(LuaError) in
        let deadline = try call.deadline(2)
        if let message = object.socket.receiveMessage() {
          call.push(message)
          return .results(1)
        }
        return try ReceiveWait(object, until: deadline).begin(call, until: deadline)
      },
    ]
  }
}

extension SocketObject {
  fileprivate func sendMessage(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    let bytes = unsafe try call.bytes(2)
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
      if error.code == .operation, error.systemError == nil {
        return refuseWrite(call, to: "sendMessage")
      }
      return call.failing("\(error)", code: error.code.name)
    }
    return try SendWait(self, delivery, bytes.count, until: deadline).begin(call)
  }
}
