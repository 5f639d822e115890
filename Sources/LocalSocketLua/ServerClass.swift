internal import LocalSockets
internal import LuaBridge

// The methods of `localsocket.Server`, by Qt's names.

extension ServerObject {
  static var luaClass: LuaClass<ServerObject> {
    LuaClass(
      "localsocket.Server",
      methods: listeningMethods + acceptingMethods,
      close: { object, _ in object.close() },
      describe: { "localsocket.Server (\($0.displayName))" }
    )
  }
}

private var listeningMethods: [LuaFunction] {
  [
    method("listen") { (object, call) throws(LuaError) in
      if object.listen(try call.socketName(2)) { return call.returning(true) }
      let server = object.server
      return call.failing(server.errorString, code: server.serverError.name, with: false)
    },
    method("close") { (object, _) throws(LuaError) in
      object.close()
      return .nothing
    },
    method("isListening") { (object, call) throws(LuaError) in
      call.returning(object.server.isListening)
    },
    name("serverName") { $0.serverName },
    name("fullServerName") { $0.fullServerName },
    method("serverError") { (object, call) throws(LuaError) in
      call.returning(object.server.serverError.name)
    },
    method("errorString") { (object, call) throws(LuaError) in
      call.returning(object.server.errorString)
    },
    count("socketDescriptor") { Int($0.socketDescriptor) },
    count("listenBacklogSize") { $0.listenBacklogSize },
    method("setListenBacklogSize") { (object, call) throws(LuaError) in
      object.server.listenBacklogSize = try call.integer(2)
      return .nothing
    },
  ]
}

private var acceptingMethods: [LuaFunction] {
  [
    method("hasPendingConnections") { (object, call) throws(LuaError) in
      call.returning(object.server.hasPendingConnections)
    },
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
      object.server.maxPendingConnections = try call.integer(2)
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

private func method(
  _ name: String,
  _ body: @escaping (ServerObject, LuaCall) throws(LuaError) -> LuaAnswer
) -> LuaFunction {
  LuaClass.method(name, body)
}

private func count(_ name: String, _ body: @escaping (LocalServer) -> Int) -> LuaFunction {
  method(name) { (object, call) throws(LuaError) in call.returning(body(object.server)) }
}

private func name(_ name: String, _ body: @escaping (LocalServer) -> SocketName) -> LuaFunction {
  method(name) { (object, call) throws(LuaError) in
    call.thread.push(body(object.server).bytes)
    return .results(1)
  }
}

extension ServerObject {
  fileprivate func connectHandler(_ call: LuaCall, isOnce: Bool) throws(LuaError) -> LuaAnswer {
    let name = try call.text(2)
    guard name == "newConnection" else {
      throw .argument(2, "there is no signal '\(name)'; a server has newConnection")
    }
    try call.requireFunction(3)
    call.runtime.push(connect(function: 3, of: call.thread, isOnce: isOnce), on: call.thread)
    return .results(1)
  }
}

// MARK: Functions of the module

extension LocalSocketLibrary {
  var serverFunctions: [LuaFunction] {
    [
      LuaFunction("Server") { [unowned self] (call) throws(LuaError) in try makeServer(call) },
      LuaFunction("listen") { [unowned self] (call) throws(LuaError) in try listen(call) },
      LuaFunction("removeServer") { (call) throws(LuaError) in
        call.returning(LocalServer.removeServer(try call.socketName(1)))
      },
    ]
  }

  private func makeServer(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    try call.requireStreamKind(1)
    call.runtime.push(ServerObject(library: self), on: call.thread)
    return .results(1)
  }

  private func listen(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    let name = try call.socketName(1)
    let hasOptions = try call.hasOptions(2, known: ["backlog", "kind", "onConnection"])
    let object = ServerObject(library: self)
    call.runtime.push(object, on: call.thread)
    let result = call.thread.top
    if hasOptions { try setOptions(of: object, call) }
    guard object.listen(name) else {
      let server = object.server
      let message = server.lastError.map { "\($0)" } ?? server.errorString
      return call.failing(message, code: server.serverError.name)
    }
    call.thread.push(copyOf: result)
    return .results(1)
  }

  private func setOptions(of object: ServerObject, _ call: LuaCall) throws(LuaError) {
    try call.requireStreamKind(call.option("kind", of: 2))
    let backlog = call.option("backlog", of: 2)
    if call.hasArgument(backlog) { object.server.listenBacklogSize = try call.integer(backlog) }
    let handler = call.option("onConnection", of: 2)
    guard call.hasArgument(handler) else { return }
    try call.requireFunction(handler)
    object.acceptEach(function: handler, of: call.thread)
  }
}
