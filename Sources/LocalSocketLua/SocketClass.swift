internal import LocalSockets
internal import LuaBridge

// The methods of `localsocket.Socket`, by Qt's names.

extension SocketObject: CoreObject {
  var core: LocalSocket { socket }

  static var luaClass: LuaClass<SocketObject> {
    typealias Methods = LuaClass<SocketObject>
    return LuaClass(
      "localsocket.Socket",
      methods: Methods.connectionMethods + Methods.stateMethods + Methods.waitMethods
        + Methods.deviceMethods + Methods.readingMethods + Methods.writingMethods
        + Methods.messageMethods + Methods.signalMethods,
      close: { object, failed in failed ? object.socket.abort() : object.socket.close() },
      describe: { "localsocket.Socket (\($0.displayName), \($0.socket.state.name))" }
    )
  }
}

extension LuaClass<SocketObject> {
  fileprivate static var connectionMethods: [LuaFunction] {
    [
      method("setServerName") { (object, call) throws(LuaError) in
        let name = try call.socketName(2)
        return object.changeUnconnected(call, "setServerName") { $0.setServerName(name) }
      },
      method("connectToServer") { (object, call) throws(LuaError) in
        try object.connectToServer(call)
        return .nothing
      },
      method("open") { (object, call) throws(LuaError) in
        try object.open(call)
      },
      action("disconnectFromServer") { $0.disconnectFromServer() },
      action("abort") { $0.abort() },
      action("close") { $0.close() },
      method("shutdown") { (object, call) throws(LuaError) in
        if object.socket.shutdown(try call.shutdownDirection(2)) { return call.returning(true) }
        return object.refuse(call, to: "shutdown", with: false)
      },
      method("setSocketDescriptor") { (object, call) throws(LuaError) in
        try object.setSocketDescriptor(call)
      },
      options("socketOptions") { $0.socketOptions },
      method("setSocketOptions") { (object, call) throws(LuaError) in
        let options: LocalSocket.SocketOptions = try call.flags(2)
        return object.changeUnconnected(call, "setSocketOptions") { $0.setSocketOptions(options) }
      },
    ]
  }

  fileprivate static var stateMethods: [LuaFunction] {
    [
      text("state") { $0.state.name },
      text("error") { $0.error.name },
      text("errorString") { $0.errorString },
      method("setErrorString") { (object, call) throws(LuaError) in
        object.socket.setErrorString(try call.text(2))
        return .nothing
      },
      flag("isValid") { $0.isValid },
      name("serverName") { $0.serverName },
      name("fullServerName") { $0.fullServerName },
      count("socketDescriptor") { Int($0.socketDescriptor) },
      method("peerCredentials") { (object, call) throws(LuaError) in
        object.pushPeerCredentials(call)
      },
    ]
  }

  fileprivate static var waitMethods: [LuaFunction] {
    [
      wait("waitForConnected", .connected),
      wait("waitForReadyRead", .readyRead),
      wait("waitForBytesWritten", .bytesWritten),
      wait("waitForDisconnected", .disconnected),
    ]
  }

  private static func wait(_ name: String, _ condition: WaitCondition) -> LuaFunction {
    method(name) { (object, call) throws(LuaError) in
      try object.wait(for: condition).begin(call, until: try call.deadline(2))
    }
  }

  fileprivate static var signalMethods: [LuaFunction] {
    [
      method("on") { (object, call) throws(LuaError) in
        try object.connectHandler(call, isOnce: false)
      },
      method("once") { (object, call) throws(LuaError) in
        try object.connectHandler(call, isOnce: true)
      },
    ]
  }
}

extension SocketObject {
  fileprivate func connectToServer(_ call: LuaCall) throws(LuaError) {
    let mode = try call.openMode(3)
    if call.hasArgument(2) {
      socket.connectToServer(try call.socketName(2), mode: mode)
    } else {
      socket.connectToServer(mode: mode)
    }
  }

  fileprivate func open(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    if socket.open(mode: try call.openMode(2)) { return call.returning(true) }
    if socket.state != .unconnected { return refuse(call, to: "open", with: false) }
    return call.failing(socket.lastErrorText, code: socket.error.name, with: false)
  }

  fileprivate func pushPeerCredentials(_ call: LuaCall) -> LuaAnswer {
    if socket.kind == .datagram, socket.isValid {
      let reason = "with datagrams each message tells of its sender"
      return refuse(call, to: "peerCredentials", because: reason)
    }
    guard let credentials = socket.peerCredentials else {
      return refuse(call, to: "peerCredentials")
    }
    call.thread.push(credentials)
    return .results(1)
  }

  fileprivate func setSocketDescriptor(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    let descriptor = try call.foreignDescriptor(2)
    let state = try call.socketState(3)
    let mode = try call.openMode(4)
    let isTaken =
      switch descriptor {
      case .number(let number): socket.setSocketDescriptor(number, state: state, mode: mode)
      case .passed(let passed): socket.setSocketDescriptor(passed, state: state, mode: mode)
      }
    if isTaken { return call.returning(true) }
    let code = socket.lastError?.code ?? .operation
    return call.failing(socket.lastErrorText, code: code.name, with: false)
  }

  fileprivate func connectHandler(_ call: LuaCall, isOnce: Bool) throws(LuaError) -> LuaAnswer {
    guard let signal = unsafe SocketSignal.named(try call.bytes(2)) else {
      let name = try call.text(2)
      let names = SocketSignal.all.map(\.name.description).joined(separator: ", ")
      throw .argument(2, "there is no signal \(QuotedText(name, in: "'")); a socket has \(names)")
    }
    try call.requireFunction(3)
    let connection = connect(signal, function: 3, of: call.thread, isOnce: isOnce)
    call.runtime.pushOnce(connection, on: call.thread)
    return .results(1)
  }
}

extension LocalSocket {
  /// The last error as a sentence, as exact as it is known.
  var lastErrorText: String { lastError.map { "\($0)" } ?? errorString }
}
