internal import LocalSockets
internal import LuaBridge

// The methods of `localsocket.Server`, by Qt's names.

extension ServerObject: CoreObject {
  var core: LocalServer { server }

  static var luaClass: LuaClass<ServerObject> {
    typealias Methods = LuaClass<ServerObject>
    return LuaClass(
      "localsocket.Server",
      methods: Methods.listeningMethods + Methods.acceptingMethods,
      close: { object, _ in object.close() },
      describe: { "localsocket.Server (\($0.displayName))" }
    )
  }
}

extension LuaClass<ServerObject> {
  fileprivate static var listeningMethods: [LuaFunction] {
    [
      method("listen") { (object, call) throws(LuaError) in try object.listen(call) },
      method("close") { (object, _) throws(LuaError) in
        object.close()
        return .nothing
      },
      flag("isListening") { $0.isListening },
      name("serverName") { $0.serverName },
      name("fullServerName") { $0.fullServerName },
      text("serverError") { $0.serverError.name },
      text("errorString") { $0.errorString },
      count("socketDescriptor") { Int($0.socketDescriptor) },
      count("listenBacklogSize") { $0.listenBacklogSize },
      method("setListenBacklogSize") { (object, call) throws(LuaError) in
        object.server.listenBacklogSize = try call.backlog(2)
        return .nothing
      },
      options("socketOptions") { $0.socketOptions },
      setOptions("setSocketOptions") { $0.socketOptions = $1 },
    ]
  }

  fileprivate static var acceptingMethods: [LuaFunction] {
    [
      flag("hasPendingConnections") { $0.hasPendingConnections },
      method("nextPendingConnection") { (object, call) throws(LuaError) in
        object.pushNextConnection(on: call.thread)
        return .results(1)
      },
      method("waitForNewConnection") { (object, call) throws(LuaError) in
        try NewConnectionWait(object, until: try call.deadline(2, default: 0)).begin(call)
      },
      method("accept") { (object, call) throws(LuaError) in
        let deadline = try call.deadline(2)
        guard object.server.hasPendingConnections else {
          return try AcceptWait(object, until: deadline).begin(call)
        }
        object.pushNextConnection(on: call.thread)
        return .results(1)
      },
      count("maxPendingConnections") { $0.maxPendingConnections },
      method("setMaxPendingConnections") { (object, call) throws(LuaError) in
        object.server.maxPendingConnections = try call.count(2)
        return .nothing
      },
      method("on") { (object, call) throws(LuaError) in
        try object.connectHandler(call, isOnce: false)
      },
      method("once") { (object, call) throws(LuaError) in
        try object.connectHandler(call, isOnce: true)
      },
    ]
  }
}

extension ServerObject {
  fileprivate func listen(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    let name = call.thread.byteArray(at: 2).map(SocketName.init(bytes:))
    let alternatives = "name, integer or Descriptor"
    let descriptor: ForeignDescriptor =
      name == nil ? try call.foreignDescriptor(2, alternatives: alternatives) : .number(-1)
    if server.isListening {
      let message = "listen: the server listens already on \(displayName)"
      return call.failing(message, code: "OperationError", with: false)
    }
    let isListening = if let name { listen(name) } else { listen(descriptor) }
    if isListening { return call.returning(true) }
    return call.failing(server.lastErrorText, code: server.serverError.name, with: false)
  }

  fileprivate func connectHandler(_ call: LuaCall, isOnce: Bool) throws(LuaError) -> LuaAnswer {
    let name = try call.text(2)
    guard name == "newConnection" else {
      throw .argument(
        2,
        "there is no signal \(QuotedText(name, in: "'")); a server has newConnection"
      )
    }
    try call.requireFunction(3)
    call.runtime.pushOnce(connect(function: 3, of: call.thread, isOnce: isOnce), on: call.thread)
    return .results(1)
  }
}

extension LocalServer {
  /// The last error as a sentence, as exact as it is known.
  var lastErrorText: String { lastError.map { "\($0)" } ?? errorString }
}
