internal import LocalSockets
internal import LuaBridge

// The methods of `localsocket.Socket`, by Qt's names.

extension SocketObject {
  static func luaClass(library: LocalSocketLibrary) -> LuaClass<SocketObject> {
    LuaClass(
      "localsocket.Socket",
      methods: connectionMethods + stateMethods + waitMethods + readingMethods + writingMethods
        + signalMethods,
      close: { object, failed in failed ? object.socket.abort() : object.socket.close() },
      describe: { "localsocket.Socket (\($0.displayName), \($0.socket.state.name))" }
    )
  }
}

private var connectionMethods: [LuaFunction] {
  [
    method("setServerName") { (object, call) throws(LuaError) in
      object.socket.setServerName(try call.socketName(2))
      return .nothing
    },
    method("connectToServer") { (object, call) throws(LuaError) in
      try object.connectToServer(call)
      return .nothing
    },
    method("open") { (object, call) throws(LuaError) in
      object.socket.connectToServer(mode: try call.openMode(2))
      return call.returning(object.socket.isOpen)
    },
    action("disconnectFromServer") { $0.disconnectFromServer() },
    action("abort") { $0.abort() },
    action("close") { $0.close() },
  ]
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
}

private var stateMethods: [LuaFunction] {
  [
    text("state") { $0.state.name },
    text("error") { $0.error.name },
    text("errorString") { $0.errorString },
    flag("isValid") { $0.isValid },
    flag("isSequential") { _ in true },
    flag("isOpen") { $0.isOpen },
    flag("isReadable") { $0.isReadable },
    flag("isWritable") { $0.isWritable },
    text("openMode") { $0.openMode.name },
    name("serverName") { $0.serverName },
    name("fullServerName") { $0.fullServerName },
    count("socketDescriptor") { Int($0.socketDescriptor) },
    count("bytesAvailable") { $0.bytesAvailable },
    count("bytesToWrite") { $0.bytesToWrite },
    flag("canReadLine") { $0.canReadLine },
    flag("atEnd") { $0.atEnd },
    method("peerCredentials") { (object, call) throws(LuaError) in
      guard let credentials = object.socket.peerCredentials else {
        return call.failing("the socket is not connected", code: "OperationError")
      }
      call.thread.pushNewTable(fields: 3)
      for (name, value) in [
        ("pid", Int(credentials.pid)), ("uid", Int(credentials.uid)),
        ("gid", Int(credentials.gid)),
      ] {
        call.thread.push(value)
        call.thread.rawSet(name, in: -2)
      }
      return .results(1)
    },
  ]
}

private var waitMethods: [LuaFunction] {
  [
    wait("waitForConnected", .connected),
    wait("waitForReadyRead", .readyRead),
    wait("waitForBytesWritten", .bytesWritten),
    wait("waitForDisconnected", .disconnected),
  ]
}

private var readingMethods: [LuaFunction] {
  [
    method("read") { (object, call) throws(LuaError) in
      let limit = try call.count(2)
      return unsafe object.answer(call) { push in
        unsafe object.socket.withUnreadBytes(upTo: limit, push)
      }
    },
    method("readAll") { (object, call) throws(LuaError) in
      unsafe object.answer(call) { push in unsafe object.socket.withUnreadBytes(upTo: .max, push)
      }
    },
    method("readLine") { (object, call) throws(LuaError) in
      let limit = call.hasArgument(2) ? try call.count(2) : 0
      return unsafe object.answer(call) { push in
        unsafe object.socket.withUnreadLine(upTo: limit == 0 ? .max : limit, push)
      }
    },
  ]
}

private var writingMethods: [LuaFunction] {
  [
    method("write") { (object, call) throws(LuaError) in
      if let count = unsafe object.socket.write(try call.bytes(2)) {
        return call.returning(count)
      }
      return call.failing(object.refusal(to: "write"), code: "OperationError")
    },
    flag("flush") { $0.flush() },
  ]
}

private var signalMethods: [LuaFunction] {
  [
    method("on") { (object, call) throws(LuaError) in try object.connectHandler(call, isOnce: false)
    },
    method("once") { (object, call) throws(LuaError) in
      try object.connectHandler(call, isOnce: true)
    },
  ]
}

// MARK: Shapes that many methods share

private func method(
  _ name: String,
  _ body: @escaping (SocketObject, LuaCall) throws(LuaError) -> LuaAnswer
) -> LuaFunction {
  LuaClass.method(name, body)
}

private func action(_ name: String, _ body: @escaping (LocalSocket) -> Void) -> LuaFunction {
  method(name) { (object, _) throws(LuaError) in
    body(object.socket)
    return .nothing
  }
}

private func text(_ name: String, _ body: @escaping (LocalSocket) -> String) -> LuaFunction {
  method(name) { (object, call) throws(LuaError) in call.returning(body(object.socket)) }
}

private func flag(_ name: String, _ body: @escaping (LocalSocket) -> Bool) -> LuaFunction {
  method(name) { (object, call) throws(LuaError) in call.returning(body(object.socket)) }
}

private func count(_ name: String, _ body: @escaping (LocalSocket) -> Int) -> LuaFunction {
  method(name) { (object, call) throws(LuaError) in call.returning(body(object.socket)) }
}

private func name(_ name: String, _ body: @escaping (LocalSocket) -> SocketName) -> LuaFunction {
  method(name) { (object, call) throws(LuaError) in
    call.thread.push(body(object.socket).bytes)
    return .results(1)
  }
}

private func wait(_ name: String, _ condition: WaitCondition) -> LuaFunction {
  method(name) { (object, call) throws(LuaError) in
    try object.wait(for: condition).begin(call, until: try call.deadline(2))
  }
}

extension SocketObject {
  /// Pushes the bytes that a read takes, or says why there are none.
  fileprivate func answer(
    _ call: LuaCall,
    read: ((UnsafeRawBufferPointer) -> Void) -> Void?
  ) -> LuaAnswer {
    if unsafe read({ unsafe call.thread.push($0) }) != nil { return .results(1) }
    if !socket.isReadable || (socket.state == .unconnected && !socket.isOpen) {
      return call.failing(refusal(to: "read"), code: "OperationError")
    }
    return call.failing(
      "read: the connection to \(displayName) has ended",
      code: "PeerClosedError"
    )
  }

  fileprivate func refusal(to verb: String) -> String {
    if !socket.isOpen { return "\(verb): the socket is not open" }
    if verb == "write" && !socket.isWritable { return "write: the socket is open for reading only" }
    if verb == "read" && !socket.isReadable { return "read: the socket is open for writing only" }
    return "\(verb): the socket is not connected"
  }

  fileprivate func connectHandler(_ call: LuaCall, isOnce: Bool) throws(LuaError) -> LuaAnswer {
    let name = try call.text(2)
    guard let signal = SocketSignal(rawValue: name) else {
      let names = SocketSignal.allCases.map(\.rawValue).joined(separator: ", ")
      throw .argument(2, "there is no signal '\(name)'; a socket has \(names)")
    }
    try call.requireFunction(3)
    let connection = connect(signal, function: 3, of: call.thread, isOnce: isOnce)
    call.runtime.push(connection, on: call.thread)
    return .results(1)
  }
}

// MARK: Functions of the module

extension LocalSocketLibrary {
  var socketFunctions: [LuaFunction] {
    [
      LuaFunction("Socket") { [unowned self] (call) throws(LuaError) in try makeSocket(call) },
      LuaFunction("connect") { [unowned self] (call) throws(LuaError) in try connect(call) },
      LuaFunction("pair") { [unowned self] (call) throws(LuaError) in try makePair(call) },
    ] + serverFunctions
  }

  private func makeSocket(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    try call.requireStreamKind(1)
    call.runtime.push(SocketObject(LocalSocket(loop: loop), library: self), on: call.thread)
    return .results(1)
  }

  private func connect(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    let name = try call.socketName(1)
    var deadline = Deadline.after(.seconds(30))
    var mode = OpenMode.readWrite
    if try call.hasOptions(2, known: ["kind", "mode", "timeout"]) {
      try call.requireStreamKind(call.option("kind", of: 2))
      mode = try call.openMode(call.option("mode", of: 2))
      deadline = try call.deadline(call.option("timeout", of: 2))
    }
    let object = SocketObject(LocalSocket(loop: loop), library: self)
    call.runtime.push(object, on: call.thread)
    object.socket.connectToServer(name, mode: mode)
    return try connected(object, call, until: deadline, to: name)
  }

  private func connected(
    _ object: SocketObject,
    _ call: LuaCall,
    until deadline: Deadline,
    to name: SocketName
  ) throws(LuaError) -> LuaAnswer {
    switch object.socket.state {
    case .connected: return .results(1)
    case .connecting: return try ConnectWait(object).begin(call, until: deadline)
    case .closing, .unconnected:
      let socket = object.socket
      let message = socket.lastError.map { "\($0)" } ?? socket.errorString
      return call.failing(message, code: socket.error.name)
    }
  }

  private func makePair(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    try call.requireStreamKind(1)
    do throws(SocketError) {
      let (first, second) = try LocalSocket.pair(loop: loop)
      call.runtime.push(SocketObject(first, library: self), on: call.thread)
      call.runtime.push(SocketObject(second, library: self), on: call.thread)
      return .results(2)
    } catch {
      return call.failing("\(error)", code: error.code.name)
    }
  }
}
