internal import LuaBridge
internal import Scenario

/// The functions of the prompt's own part of the prelude that the host calls.
struct PromptFunctions {
  /// Runs what was typed: the text, and the number of its line.
  let run: LuaReference
  /// Ends a line, however it went.
  let finish: LuaReference
  /// Whether more has to follow a text.
  let isIncomplete: LuaReference
  /// Ends the prompt in a state that goes on.
  let leave: LuaReference
  /// Connects to a name: the name, and the codec's.
  let connect: LuaReference
  /// Listens on a name, and accepts one connection: the name, and the codec's.
  let listen: LuaReference
  /// Runs a file.
  let load: LuaReference
  /// Makes the locals of a thread's calls those of the lines: the thread.
  let adopt: LuaReference
  /// What stands before the number of a line.
  let title: LuaReference
  /// The bytes of a message in the notation of its conversation's codec: the lane, the bytes.
  let shown: LuaReference
  /// What could stand in the place of what precedes the cursor: the text.
  let completions: LuaReference

  /// Loads the chunk.
  ///
  /// - Throws: ``Failure`` when a part of this program does not load.
  init(_ session: Session) throws(Failure) {
    let runtime = session.runtime
    let source = Array("return (...).prelude.prompt".utf8)
    do throws(LuaLoadError) {
      try runtime.load(source, chunk: "\(Session.preludePrefix)/prompt")
    } catch {
      throw Failure(.internalError, error.message)
    }
    session.pushHost()
    if let message = runtime.callTop(argumentCount: 1, resultCount: 1) {
      throw Failure(.internalError, message)
    }
    defer { runtime.main.pop() }
    func member(_ name: String) -> LuaReference {
      runtime.main.rawGet(name, from: -1)
      return runtime.reference(takingFrom: runtime.main)
    }
    run = member("run")
    finish = member("finish")
    isIncomplete = member("isIncomplete")
    leave = member("leave")
    connect = member("connect")
    listen = member("listen")
    load = member("load")
    adopt = member("adopt")
    title = member("title")
    shown = member("shown")
    completions = member("completions")
  }
}

extension LuaRuntime {
  /// Calls a function that does not wait.
  ///
  /// - Parameters:
  ///   - function: The function.
  ///   - pushArguments: Pushes its arguments; answers how many.
  ///   - read: Reads the result from the stack's top.
  /// - Returns: What was read; `nil` where the function has failed.
  func ask<Result>(
    _ function: LuaReference,
    _ pushArguments: (LuaThread) -> Int32,
    _ read: (LuaThread) -> Result?
  ) -> Result? {
    function.push(on: main)
    let count = pushArguments(main)
    guard callTop(argumentCount: count, resultCount: 1) == nil else { return nil }
    defer { main.pop() }
    return read(main)
  }
}
