internal import LuaBridge

// Loading a script.

extension Session {
  /// Compiles the script and leaves its function on the main stack.
  ///
  /// - Throws: ``Failure(.loadError)`` when it does not parse or names a global that nobody knows.
  ///
  /// - Returns: The compiled script.
  func load() throws(Failure) -> [UInt8] {
    let code = try compile()
    try checkGlobals(of: code)
    return code
  }

  /// A script that an earlier state has checked.
  enum KnownCode {
    case compiled([UInt8])
    /// Its text, or the part of it that matters.
    case text([UInt8])
  }

  /// Leaves the function of a script on the main stack that an earlier state has checked.
  ///
  /// - Throws: ``Failure(.memory)``, as nothing else can be wrong with it.
  func load(_ known: KnownCode) throws(Failure) {
    do throws(LuaLoadError) {
      switch known {
      case .compiled(let code): try runtime.load(compiled: code)
      case .text(let text): try runtime.load(text, chunk: script.chunkName)
      }
    } catch {
      throw Failure(.memory, configuration.memoryProblem(error.message) ?? error.message)
    }
  }

  /// Compiles the script and leaves its function on the main stack.
  ///
  /// - Throws: ``Failure(.loadError)`` when it does not parse.
  /// - Returns: The compiled script.
  func compile() throws(Failure) -> [UInt8] {
    do throws(LuaLoadError) {
      try runtime.load(script.luaSource, chunk: script.chunkName)
    } catch {
      throw syntaxFailure(error.message)
    }
    return runtime.dumpTop()
  }

  private func syntaxFailure(_ message: String) -> Failure {
    if let problem = configuration.memoryProblem(message) { return Failure(.memory, problem) }
    if message == "C stack overflow" {
      return Failure(.loadError, "the script is nested too deeply to be read (\(message))")
    }
    guard let found = ScriptLocation(file: script.path, line: 0).begins(message) else {
      return Failure(.loadError, message)
    }
    return Failure(.loadError, found.rest, at: found.place)
  }

  private func checkGlobals(of code: [UInt8]) throws(Failure) {
    let unknown = try unknownGlobals(of: code)
    guard let first = unknown.first else { return }
    let location = ScriptLocation(file: script.path, line: first.use.line)
    var failure = Failure(.loadError, first.sentence, at: location)
    failure.notes = unknown.dropFirst().map { global in
      "nor is there \"\(global.use.name)\" (line \(global.use.line))"
    }
    throw failure
  }

  /// Finds the globals that a script reads though nobody gives them a value.
  ///
  /// - Parameter code: The compiled script.
  /// - Returns: Each once, in the order of their lines.
  /// - Throws: ``Failure(.internalError)`` when the code cannot be read.
  func unknownGlobals(of code: [UInt8]) throws(Failure) -> [UnknownGlobal] {
    let names: GlobalNames
    do {
      names = try GlobalNames(chunk: code)
    } catch {
      throw Failure(.internalError, "\(error)")
    }
    let declarers = language.declarers.union(["_G"])
    mayDeclareBlocks = names.reads.contains { declarers.contains($0.name) }
    return unknownGlobals(in: names)
  }

  private func unknownGlobals(
    in names: GlobalNames,
    besides others: Set<String> = []
  ) -> [UnknownGlobal] {
    let known = others.union(names.reads.lazy.map(\.name).filter(isGlobal))
    let unknown = names.unknown(besides: known)
    if unknown.isEmpty { return [] }
    let candidates = knownGlobals().union(names.assignments.map(\.name)).subtracting(["_G"])
    return unknown.map { use in
      UnknownGlobal(use: use, nearest: NearestName.suggestion(for: use.name, among: candidates))
    }
  }

  private func isGlobal(_ name: String) -> Bool {
    runtime.pushGlobals()
    defer { runtime.main.pop(2) }
    runtime.main.rawGet(name, from: -1)
    return runtime.main.type(at: -1) != .null
  }

  private func knownGlobals() -> Set<String> {
    var known: Set<String> = []
    runtime.pushGlobals()
    runtime.main.forEachPair(of: -1) {
      if let name = runtime.main.text(at: -2) { known.insert(name) }
    }
    runtime.main.pop()
    return known
  }
}

// MARK: What a script loads

extension Session {
  /// What modules that are made for several Luas look for to find out which one they run in.
  private static let namesOfOtherLuas: Set<String> = [
    "bit", "bit32", "gcinfo", "getfenv", "jit", "loadstring", "module", "newproxy", "setfenv",
    "unpack",
  ]

  /// The first global that a compiled file reads though nobody gives it a value: its line, and the
  /// sentence about it; nothing where all are known, or the file lies elsewhere than the script.
  ///
  /// Known is also what the script assigns, or a file that was loaded before, and what the file itself
  /// asks about.
  func unknownGlobal(_ call: LuaCall) -> LuaAnswer {
    guard let code = call.thread.byteArray(at: 1), let names = try? GlobalNames(chunk: code) else {
      return .nothing
    }
    assignedElsewhere.formUnion(names.assignments.lazy.map(\.name))
    guard let path = call.thread.text(at: 2), isBesideScript(path) else { return .nothing }
    let others = assignedElsewhere.union(Self.namesOfOtherLuas).union(names.tested)
    if unknownGlobals(in: names, besides: others).isEmpty { return .nothing }
    // Only now, for the script has to be compiled again.
    let all = others.union(assignedByScript())
    guard let unknown = unknownGlobals(in: names, besides: all).first else { return .nothing }
    call.thread.push(unknown.use.line)
    call.thread.push(unknown.sentence)
    return .results(2)
  }

  /// Whether a file lies in the script's directory or below.
  private func isBesideScript(_ path: String) -> Bool {
    guard let directory = try? FileSystem.absolutePath(of: script.directory),
      let path = try? FileSystem.absolutePath(of: path)
    else { return false }
    return path.hasPrefix(directory == "/" ? directory : directory + "/")
  }

  private func assignedByScript() -> Set<String> {
    guard let code = try? compile() else { return [] }
    runtime.main.pop()
    let names = try? GlobalNames(chunk: code)
    return Set(names?.assignments.map(\.name) ?? [])
  }
}

/// A global that a script reads, and that nobody gives a value.
struct UnknownGlobal {
  let use: GlobalNames.Use
  /// A known name that may have been meant.
  let nearest: String?

  var sentence: String {
    "there is no global \"\(use.name)\"" + (nearest.map { "; did you mean \"\($0)\"?" } ?? "")
  }
}
