internal import LocalSockets
internal import LuaBridge

// The functions of the module that make servers, and receivers of datagrams.

extension LocalSocketLibrary {
  private static let serverKinds: [SocketKind] = [.stream, .seqpacket]

  var serverFunctions: [LuaFunction] {
    [
      LuaFunction("Server") { [unowned self] (call) throws(LuaError) in
        let kind = try call.kind(1, of: Self.serverKinds)
        call.runtime.push(ServerObject(kind: kind, library: self), on: call.thread)
        return .results(1)
      },
      LuaFunction("listen") { [unowned self] (call) throws(LuaError) in try listen(call) },
      LuaFunction("removeServer") { (call) throws(LuaError) in
        let name = try call.socketName(1)
        do throws(ServerError) {
          try LocalServer.removeServer(name)
          return call.returning(true)
        } catch {
          return call.failing("\(error)", code: error.code.name, with: false)
        }
      },
    ]
  }

  private struct ListenOptions {
    var kind = SocketKind.stream
    var access: LocalServer.SocketOptions = []
    var backlog: Int?
    var removesStale = false
    var allowsHalfOpen = false
    var hasHandler = false
  }

  private func listen(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    let name = try call.socketName(1)
    let options = try listenOptions(call)
    if name.isAbstract, !options.access.isEmpty {
      throw .argument(2, "access: the abstract name \(name.quoted) has no file with permissions")
    }
    if options.kind == .datagram { return try receive(at: name, options, call) }
    let object = ServerObject(kind: options.kind, library: self)
    call.runtime.push(object, on: call.thread)
    object.server.socketOptions = options.access
    object.server.allowsHalfOpen = options.allowsHalfOpen
    if let backlog = options.backlog { object.server.listenBacklogSize = backlog }
    if options.hasHandler { try acceptEach(object, call) }
    if object.listen(name, removesStale: options.removesStale) { return .results(1) }
    return call.failing(object.server.lastErrorText, code: object.server.serverError.name)
  }

  private func listenOptions(_ call: LuaCall) throws(LuaError) -> ListenOptions {
    var options = ListenOptions()
    let known = ["access", "allowHalfOpen", "backlog", "kind", "onConnection", "removeStale"]
    guard try call.hasOptions(2, known: known) else { return options }
    options.kind = try call.option("kind", of: 2) { (index) throws(LuaError) in
      try call.kind(index, of: SocketKind.allCases)
    }
    options.access = try call.option("access", of: 2, call.access)
    options.backlog = try call.option("backlog", of: 2) { (index) throws(LuaError) in
      call.hasArgument(index) ? try call.backlog(index) : nil
    }
    options.removesStale = try call.flag("removeStale", of: 2)
    options.allowsHalfOpen = try call.flag("allowHalfOpen", of: 2)
    options.hasHandler = try call.option("onConnection", of: 2) { (index) throws(LuaError) in
      guard call.hasArgument(index) else { return false }
      try call.requireFunction(index)
      return true
    }
    return options
  }

  private func acceptEach(_ object: ServerObject, _ call: LuaCall) throws(LuaError) {
    try call.option("onConnection", of: 2) { (index) throws(LuaError) in
      object.acceptEach(function: index, of: call.thread)
    }
  }

  private func receive(
    at name: SocketName,
    _ options: ListenOptions,
    _ call: LuaCall
  ) throws(LuaError) -> LuaAnswer {
    let isSet = [
      ("onConnection", options.hasHandler), ("backlog", options.backlog != nil),
      ("allowHalfOpen", options.allowsHalfOpen),
    ]
    if let (name, _) = isSet.first(where: \.1) {
      throw .argument(2, "\(name): datagrams come without connections")
    }
    do throws(ServerError) {
      let socket = try LocalSocket.receiver(
        at: name,
        options: options.access,
        removesStale: options.removesStale,
        loop: loop
      )
      return push(socket, call)
    } catch {
      return call.failing("\(error)", code: error.code.name)
    }
  }
}
