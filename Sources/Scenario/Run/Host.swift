internal import CPrelude
internal import LocalSocketLua
internal import LocalSockets
internal import LuaBridge

/// The natives that the prelude stands on, and the globals of a script.
struct Host {
  private unowned let session: Session
  private let configuration: RunConfiguration
  private let runtime: LuaRuntime
  private let main: LuaThread

  init(_ session: Session, _ configuration: RunConfiguration) {
    self.session = session
    self.configuration = configuration
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
    try loadPrelude(host: host)
    keepPrelude(host: host)
    setGlobals(host: host, module: module)
    try runSetup()
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
    for native in session.natives {
      runtime.pushFunction(named: native.name, native.body)
      main.rawSet(native.name, in: -2)
    }
    main.push(copyOf: module)
    main.rawSet("localsocket", in: -2)
    main.push(session.name)
    main.rawSet("name", in: -2)
    main.push(configuration.seed)
    main.rawSet("seed", in: -2)
    main.pushNewTable()
    main.rawSet("prelude", in: -2)
    pushOptions()
    main.rawSet("options", in: -2)
  }

  private func pushOptions() {
    main.pushNewTable(fields: 2)
    main.push(session.options.wait.milliseconds)
    main.rawSet("wait", in: -2)
    main.push(session.options.timeout.milliseconds)
    main.rawSet("timeout", in: -2)
  }

  private func loadPrelude(host: Int32) throws(Failure) {
    guard let chunks = unsafe prelude_chunks() else { return }
    for index in 0..<prelude_chunk_count() {
      let chunk = unsafe chunks[index]
      let name = unsafe String(cString: chunk.name)
      let source = unsafe UnsafeRawBufferPointer(start: chunk.bytes, count: chunk.length)
      do throws(LuaLoadError) {
        unsafe try runtime.load(source, chunk: "\(Session.preludePrefix)/\(name)")
      } catch {
        throw Failure(.internalError, error.message)
      }
      main.push(copyOf: host)
      if let message = runtime.callTop(argumentCount: 1, resultCount: 1) {
        throw Failure(.internalError, message)
      }
      main.rawGet("prelude", from: host)
      main.push(copyOf: -2)
      main.rawSet(name, in: -2)
      main.pop(2)
    }
  }

  /// Holds on to what the session needs of the prelude.
  private func keepPrelude(host: Int32) {
    session.prelude = Session.PreludeReferences(
      host: reference { main.push(copyOf: host) },
      options: reference { main.rawGet("options", from: host) },
      describeWait: reference { pushMember("subjectOf", of: "waiting", host: host) },
      describeValue: reference { pushMember("value", of: "describe", host: host) },
      remarksOn: reference { pushMember("remarksOn", of: "failure", host: host) },
      closeAll: reference { pushMember("closeAll", of: "scenario", host: host) }
    )
  }

  /// A reference to the value that the closure pushes.
  private func reference(_ push: () -> Void) -> LuaReference {
    push()
    return runtime.reference(takingFrom: main)
  }

  private func pushMember(_ member: String, of chunk: String, host: Int32) {
    main.rawGet("prelude", from: host)
    main.rawGet(chunk, from: -1)
    main.rawGet(member, from: -1)
    main.remove(at: -2)
    main.remove(at: -2)
  }

  // MARK: Globals

  private func setGlobals(host: Int32, module: Int32) {
    runtime.pushGlobals()
    let globals = main.top
    main.rawGet("prelude", from: host)
    main.rawGet("scenario", from: -1)
    main.rawGet("t", from: -1)
    main.rawSet("t", in: globals)
    main.rawGet("globals", from: -1)
    main.forEachPair(of: -1) {
      guard let name = main.text(at: -2) else { return }
      main.push(copyOf: -1)
      main.rawSet(name, in: globals)
    }
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

  /// What is said most simply in Lua: lines of `print` come out in order with the report's, modules
  /// are found beside the script, and `os.exit` cannot skip the clean-up.
  private func runSetup() throws(Failure) {
    let source = """
      local directory = ...
      io.stdout:setvbuf("line")
      package.path = directory .. "/?.lua;" .. directory .. "/?/init.lua;" .. package.path
      function os.exit()
        error("os.exit would skip the clean-up; t:skip and t:fail end a scenario", 2)
      end
      """
    do throws(LuaLoadError) {
      try runtime.load(Array(source.utf8), chunk: "\(Session.preludePrefix)/setup")
    } catch {
      throw Failure(.internalError, error.message)
    }
    main.push(session.script.directory)
    if let message = runtime.callTop(argumentCount: 1) { throw Failure(.internalError, message) }
  }
}
