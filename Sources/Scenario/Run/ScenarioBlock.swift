internal import LocalSocketLua
internal import LuaBridge

/// A scenario that a file has declared.
struct ScenarioBlock {
  let name: String
  var options: ScenarioOptions
  /// From the call of `scenario` to the last line of its function, in the script.
  let lines: ClosedRange<Int>
  let body: LuaReference

  func description(in script: Script) -> ScenarioDescription {
    var description = ScenarioDescription(file: script.path, name: name, lines: lines)
    description.options = options
    return description
  }
}

// Declaring blocks, and becoming one of them.

extension Session {
  /// The native under `scenario(name, options, body)`; a fourth argument is the function whose lines
  /// are the block's, where the body is not the script's.
  func declare(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    let name = try call.text(1)
    guard phase == .topLevel else {
      throw Self.misuse("a scenario cannot declare another one", call)
    }
    if !blockNames.insert(name).inserted {
      throw Self.misuse("there are two scenarios with the name \"\(name)\"", call)
    }
    let lines = lines(call)
    let options = try options(call)
    call.thread.push(copyOf: 3)
    let body = runtime.reference(takingFrom: call.thread)
    blocks.append(ScenarioBlock(name: name, options: options, lines: lines, body: body))
    return .nothing
  }

  /// The lines of the script that are a block's; of one that another file declares, the line that has
  /// called for it.
  private func lines(_ call: LuaCall) -> ClosedRange<Int> {
    let start = lineOfScript(call.thread)
    let function = call.thread.functionLocation(at: call.hasArgument(4) ? 4 : 3)
    guard let function, function.chunk == script.chunkName else { return start...start }
    return start...max(start, function.definition.upperBound)
  }

  /// The line at which the script itself stands, below what it has called.
  private func lineOfScript(_ thread: LuaThread) -> Int {
    var level: Int32 = 0
    while let found = thread.location(from: level, skipping: Self.preludePrefix) {
      if found.chunk == script.chunkName { return found.line }
      level += 1
    }
    return 1
  }

  /// The file's options, with those of the block's table over them.
  private func options(_ call: LuaCall) throws(LuaError) -> ScenarioOptions {
    var options = script.options
    let thread = call.thread
    guard thread.type(at: 2) == .table else { return configuration.adapted(options) }
    if let timeout = try duration("timeout", call) {
      options.timeout = timeout
      options.hasOwnTimeout = true
    }
    if let wait = try duration("wait", call) { options.wait = wait }
    options.tags += texts("tags", thread)
    options.needs += try requirements(call)
    options.allow.formUnion(words("allow", thread))
    if let unknown = options.allow.subtracting(ScenarioOptions.checkNames).min() {
      throw Self.misuse("allow: there is no check \"\(unknown)\"", call)
    }
    options.skip = texts("skip", thread).first ?? options.skip
    options.todo = texts("todo", thread).first ?? options.todo
    return configuration.adapted(options)
  }

  private func requirements(_ call: LuaCall) throws(LuaError) -> [Requirement] {
    do throws(Requirement.Unknown) {
      return try words("needs", call.thread).map { (text) throws(Requirement.Unknown) in
        try Requirement(text)
      }
    } catch {
      throw Self.misuse(error.description, call)
    }
  }

  private func duration(_ name: String, _ call: LuaCall) throws(LuaError) -> Duration? {
    let thread = call.thread
    thread.rawGet(name, from: 2)
    defer { thread.pop() }
    if let milliseconds = thread.number(at: -1) {
      guard milliseconds > 0, milliseconds < 1e15 else {
        throw Self.misuse("\(name) must be above 0", call)
      }
      return .microseconds(Int64(milliseconds * 1000))
    }
    guard let text = thread.text(at: -1) else { return nil }
    do {
      return try DurationText.parse(text)
    } catch {
      throw Self.misuse("\(name): \(error)", call)
    }
  }

  /// A field that is a text, or a list of texts.
  private func texts(_ name: String, _ thread: LuaThread) -> [String] {
    thread.rawGet(name, from: 2)
    defer { thread.pop() }
    if let text = thread.text(at: -1) { return [text] }
    guard thread.type(at: -1) == .table else { return [] }
    return (0..<thread.rawLength(at: -1)).compactMap { index in
      thread.rawGet(index + 1, from: -1)
      defer { thread.pop() }
      return thread.text(at: -1)
    }
  }

  /// A field that is a text of words, as in a header, or a list of texts.
  private func words(_ name: String, _ thread: LuaThread) -> [String] {
    thread.rawGet(name, from: 2)
    defer { thread.pop() }
    guard let text = thread.text(at: -1) else { return texts(name, thread) }
    return ScriptHeader.words(text)
  }

  /// Runs a block's function with the scenario's object, under the block's name and options.
  func run(_ block: ScenarioBlock) {
    name = block.name
    options = block.options
    phase = .block
    tellPrelude()
    setLastResort()
    startDeadline()
    block.body.push(on: runtime.main)
    runtime.pushGlobals()
    runtime.main.rawGet("t", from: -1)
    runtime.main.remove(at: -2)
    runMain(argumentCount: 1)
  }

  private func tellPrelude() {
    guard let prelude else { return }
    let main = runtime.main
    prelude.host.push(on: main)
    main.push(name)
    main.rawSet("name", in: -2)
    prelude.options.push(on: main)
    main.push(options.wait.milliseconds)
    main.rawSet("wait", in: -2)
    main.push(options.timeout.milliseconds)
    main.rawSet("timeout", in: -2)
    main.pop(2)
  }
}
