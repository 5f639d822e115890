internal import LuaBridge

// The natives that end a scenario, and where a script is when it calls the prelude.

extension Session {
  /// The line of the script from which the prelude was called; of what a codec reads, the line of
  /// the call that wants a message.
  func location(_ call: LuaCall) -> ScriptLocation? {
    guard let found = Self.location(call.thread) else { return nil }
    // Nearly always the script itself, whose path need not be made again.
    if found.chunk == script.chunkName {
      return ScriptLocation(file: script.path, line: found.line)
    }
    return ScriptLocation(found)
  }

  static func location(_ thread: LuaThread) -> LuaLocation? {
    thread.location(skipping: preludePrefix, callbacksInto: readerChunk)
  }

  /// The line of the script at which something happens in a conversation: within a talk block that
  /// line of it, where it is known.
  func location(_ call: LuaCall, lane: String) -> ScriptLocation? {
    let location = location(call)
    guard !talkLines.isEmpty, let line = talkLines[lane], let location else { return location }
    return ScriptLocation(file: location.file, line: line)
  }

  /// Makes the line at 2 the one at which things happen in the conversation at 1; without one,
  /// those are where the script stands.
  func place(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    talkLines[try call.text(1)] = call.thread.integer(at: 2)
    return .nothing
  }

  /// An error that names the user's line.
  static func misuse(_ message: String, _ call: LuaCall) -> LuaError {
    let location = call.thread.location(skipping: preludePrefix).map(ScriptLocation.init)
    return .bare(location.map { "\($0): \(message)" } ?? message)
  }

  /// Adds the place to a failure of the prelude, and raises it.
  func raise(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    let thread = call.thread
    endReadingOn()
    thread.rawGet("lane", from: 1)
    let lane = thread.text(at: -1) ?? ""
    thread.pop()
    if let location = location(call, lane: lane) {
      thread.push(location.file)
      thread.rawSet("file", in: 1)
      thread.push(location.line)
      thread.rawSet("line", in: 1)
    }
    thread.push(copyOf: 1)
    throw .onTop
  }

  /// What is wrong with a declaration, as an error that keeps the file from loading.
  ///
  /// In a scenario that runs it stays what it was, an error of the script.
  func refusal(_ call: LuaCall) -> LuaError {
    let thread = call.thread
    guard phase == .topLevel, let location = location(call) else {
      thread.push(copyOf: 1)
      return .onTop
    }
    let message = thread.display(at: 1)
    thread.pushNewTable(fields: 4)
    thread.push("load")
    thread.rawSet("kind", in: -2)
    // The place has a line of its own in the report.
    thread.push(message.removing(prefix: "\(location): ") ?? message)
    thread.rawSet("message", in: -2)
    thread.push(location.file)
    thread.rawSet("file", in: -2)
    thread.push(location.line)
    thread.rawSet("line", in: -2)
    return .onTop
  }

  /// Raises what ends the scenario as skipped.
  func skip(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    let thread = call.thread
    let reason = try call.text(1)
    thread.pushNewTable(fields: 2)
    thread.push("skip")
    thread.rawSet("kind", in: -2)
    thread.push(reason)
    thread.rawSet("message", in: -2)
    throw .onTop
  }
}

extension ScriptLocation {
  init(_ location: LuaLocation) {
    self.init(file: location.source, line: location.line)
  }
}
