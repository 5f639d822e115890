internal import LocalSocketLua
internal import LocalSockets
internal import LuaBridge

/// The natives that the prelude stands on, and the globals of a script.
struct Host {
  private unowned let session: Session
  private let configuration: CommonConfiguration
  private let runtime: LuaRuntime
  private let main: LuaThread

  init(_ session: Session) {
    self.session = session
    configuration = session.configuration
    runtime = session.runtime
    main = session.runtime.main
  }

  /// Fills the state: the module, the prelude, the globals.
  ///
  /// - Throws: ``Failure`` when a part of this program does not load.
  func install() throws(Failure) {
    // The library has left the module's table on the stack.
    let module = main.top
    preload(module)
    main.pushNewTable(fields: 24)
    let host = main.top
    pushFields(module: module)
    try runSetup(host: host)
    let added = session.language.extensions.compactMap(\.chunk)
    for chunk in added { try load(chunk, host: host) }
    try load("scenario", host: host)
    keepPrelude(host: host)
    setGlobals(host: host, module: module, chunks: ["scenario"] + added)
    try hideSecrets()
    main.pop(main.top - module + 1)
  }

  /// Makes `require "localsocket"` find the module that is there already.
  private func preload(_ module: Int32) {
    runtime.pushGlobals()
    main.rawGet("package", from: -1)
    main.rawGet("loaded", from: -1)
    main.push(copyOf: module)
    main.rawSet("localsocket", in: -2)
    main.pop(3)
  }

  private func pushFields(module: Int32) {
    main.pushNewTable(fields: 1)
    runtime.pushFunction(named: "__index", findNative(session.natives + [chunkNative]))
    main.rawSet("__index", in: -2)
    main.setMetatable(of: -2)
    main.push(copyOf: module)
    main.rawSet("localsocket", in: -2)
    main.push(session.name)
    main.rawSet("name", in: -2)
    if let wanted = session.wantedBlock {
      main.push(wanted)
      main.rawSet("wanted", in: -2)
    }
    main.pushNewTable()
    main.rawSet("prelude", in: -2)
    pushOptions()
    main.rawSet("options", in: -2)
  }

  /// What makes a native when it is first asked for, since a scenario uses few of them.
  private func findNative(_ natives: [LuaFunction]) -> LuaNative {
    { call throws(LuaError) in
      guard let name = call.thread.text(at: 2),
        let native = natives.last(where: { $0.isNamed(name) })
      else { return call.returningNil() }
      let main = call.runtime.main
      _ = main.hasRoom(for: 4)
      call.runtime.pushFunction(named: name, native.body)
      if call.thread != main { main.move(1, to: call.thread) }
      call.thread.push(copyOf: -1)
      call.thread.rawSet(name, in: 1)
      return .results(1)
    }
  }

  /// The native that gives the function of a chunk of the prelude.
  private var chunkNative: LuaFunction {
    LuaFunction("chunk") { [unowned session] call throws(LuaError) in
      do throws(Failure) {
        try session.language.push(call.thread.text(at: 1) ?? "", in: session.runtime)
        if call.thread != session.runtime.main { session.runtime.main.move(1, to: call.thread) }
        return .results(1)
      } catch {
        throw .message(error.message)
      }
    }
  }

  private func pushOptions() {
    main.pushNewTable(fields: 2)
    main.push(session.options.wait.milliseconds)
    main.rawSet("wait", in: -2)
    main.push(session.options.timeout.milliseconds)
    main.rawSet("timeout", in: -2)
  }

  /// Loads a chunk of the prelude, and what that needs at once.
  private func load(_ name: String, host: Int32) throws(Failure) {
    main.rawGet("prelude", from: host)
    try session.language.push(name, in: runtime)
    main.push(copyOf: host)
    if let message = runtime.callTop(argumentCount: 1, resultCount: 1) {
      throw Self.failure(message)
    }
    main.rawSet(name, in: -2)
    main.pop()
  }

  /// Holds on to what the session needs of the prelude.
  private func keepPrelude(host: Int32) {
    session.prelude = Session.PreludeReferences(
      host: reference { main.push(copyOf: host) },
      options: reference { main.rawGet("options", from: host) },
      describeWait: reference { pushMember("describeWait", host: host) },
      describeValue: reference { pushMember("describeValue", host: host) },
      remarksOn: reference { pushMember("remarksOn", host: host) },
      valuesAt: reference { pushMember("valuesAt", host: host) },
      closeAll: reference { pushMember("closeAll", host: host) },
      closeRest: reference { pushMember("closeRest", host: host) }
    )
  }

  /// A reference to the value that the closure pushes.
  private func reference(_ push: () -> Void) -> LuaReference {
    push()
    return runtime.reference(takingFrom: main)
  }

  private func pushMember(_ member: String, host: Int32) {
    main.rawGet("prelude", from: host)
    main.rawGet("scenario", from: -1)
    main.rawGet(member, from: -1)
    main.remove(at: -2)
    main.remove(at: -2)
  }

  // MARK: Globals

  private func setGlobals(host: Int32, module: Int32, chunks: [String]) {
    runtime.pushGlobals()
    let globals = main.top
    for chunk in chunks {
      main.rawGet("prelude", from: host)
      main.rawGet(chunk, from: -1)
      main.rawGet("globals", from: -1)
      main.forEachPair(of: -1) {
        guard let name = main.text(at: -2) else { return }
        main.push(copyOf: -1)
        main.rawSet(name, in: globals)
      }
      main.pop(3)
    }
    main.rawGet("prelude", from: host)
    main.rawGet("scenario", from: -1)
    main.rawGet("t", from: -1)
    main.rawSet("t", in: globals)
    main.push(copyOf: module)
    main.rawSet("localsocket", in: globals)
    pushArguments()
    main.rawSet("arg", in: globals)
    pushVariables()
    main.rawSet("var", in: globals)
    main.pop(main.top - globals + 1)
  }

  private func pushArguments() {
    main.pushNewTable(list: configuration.arguments.count, fields: 1)
    main.push(session.script.path)
    main.rawSet(0, in: -2)
    for (index, argument) in configuration.arguments.enumerated() {
      main.push(argument)
      main.rawSet(index + 1, in: -2)
    }
  }

  private func pushVariables() {
    main.pushNewTable(fields: configuration.variables.count)
    for (name, value) in configuration.variables {
      main.push(value)
      main.rawSet(name, in: -2)
    }
  }

  /// Has the prelude hide what is secret before the script says so.
  private func hideSecrets() throws(Failure) {
    for value in configuration.secretValues {
      runtime.pushGlobals()
      main.rawGet("secret", from: -1)
      main.remove(at: -2)
      main.push(value)
      if let message = runtime.callTop(argumentCount: 1) { throw Self.failure(message) }
    }
  }

  private func runSetup(host: Int32) throws(Failure) {
    try session.language.pushSetup(in: runtime)
    main.push(copyOf: host)
    main.push(session.script.directory)
    if let message = runtime.callTop(argumentCount: 2) { throw Self.failure(message) }
  }

  /// What the prelude has failed of: a part of this program is to blame, unless somebody has stopped it.
  private static func failure(_ message: String) -> Failure {
    Failure(Interruption.isRequested ? .interrupted : .internalError, message)
  }
}

extension LuaFunction {
  /// Most names differ in their length already.
  fileprivate func isNamed(_ name: String) -> Bool {
    self.name.utf8.count == name.utf8.count && self.name == name
  }
}
