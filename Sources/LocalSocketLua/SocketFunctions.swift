internal import LocalSockets
internal import LuaBridge

// The functions of the module that make sockets.

extension LocalSocketLibrary {
  var socketFunctions: [LuaFunction] {
    [
      LuaFunction("Socket") { [unowned self] (call) throws(LuaError) in
        let socket = LocalSocket(loop: loop, kind: try call.kind(1, of: SocketKind.allCases))
        _ = push(socket, call)
        try checkMemory()
        return .results(1)
      },
      LuaFunction("connect") { [unowned self] (call) throws(LuaError) in try connect(call) },
      LuaFunction("pair") { [unowned self] (call) throws(LuaError) in try makePair(call) },
    ]
  }

  func push(_ socket: LocalSocket, _ call: LuaCall) -> LuaAnswer {
    call.runtime.pushNew(SocketObject(socket, library: self), on: call.thread)
    return .results(1)
  }

  private struct ConnectOptions {
    var kind = SocketKind.stream
    var mode = OpenMode.readWrite
    var ownName: SocketName?
    var allowsHalfOpen = false
    var deadline = Deadline.after(.seconds(30))
  }

  private func connect(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    let name = try call.socketName(1)
    let options = try connectOptions(call)
    let socket = LocalSocket(loop: loop, kind: options.kind)
    socket.ownName = options.ownName
    socket.allowsHalfOpen = options.allowsHalfOpen
    let object = SocketObject(socket, library: self)
    call.runtime.pushNew(object, on: call.thread)
    socket.connectToServer(name, mode: options.mode)
    switch socket.state {
    case .connected: return .results(1)
    case .connecting: return try ConnectWait(object).begin(call, until: options.deadline)
    case .closing, .unconnected:
      return call.failing(socket.lastErrorText + kindAdvice(socket), code: socket.error.name)
    }
  }

  /// How to connect where the server is of another kind.
  private func kindAdvice(_ socket: LocalSocket) -> String {
    guard let mismatched = socket.lastError?.mismatchedKind else { return "" }
    let others = SocketKind.allCases.filter { $0 != mismatched }.map { "kind = \"\($0.name)\"" }
    return "; connect with " + others.joined(separator: " or ")
  }

  private func connectOptions(_ call: LuaCall) throws(LuaError) -> ConnectOptions {
    var options = ConnectOptions()
    let known = ["allowHalfOpen", "bind", "kind", "mode", "timeout"]
    guard try call.hasOptions(2, known: known) else { return options }
    options.kind = try call.option("kind", of: 2) { (index) throws(LuaError) in
      try call.kind(index, of: SocketKind.allCases)
    }
    options.mode = try call.option("mode", of: 2, call.openMode)
    options.ownName = try call.option("bind", of: 2, call.optionalName)
    options.allowsHalfOpen = try call.flag("allowHalfOpen", of: 2)
    options.deadline = try call.option("timeout", of: 2) { (index) throws(LuaError) in
      try call.deadline(index)
    }
    return options
  }

  private func makePair(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    let kind = try call.kind(1, of: SocketKind.allCases)
    let hasOptions = try call.hasOptions(2, known: ["allowHalfOpen"])
    let allowsHalfOpen = hasOptions ? try call.flag("allowHalfOpen", of: 2) : false
    do throws(SocketError) {
      let (first, second) = try LocalSocket.pair(loop: loop, kind: kind)
      for socket in [first, second] {
        socket.allowsHalfOpen = allowsHalfOpen
        _ = push(socket, call)
      }
      return .results(2)
    } catch {
      return call.failing("\(error)", code: error.code.name)
    }
  }
}
