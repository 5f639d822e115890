internal import LuaBridge

// Loading a script.

extension Session {
  /// Compiles the script and leaves its function on the main stack.
  ///
  /// - Throws: ``Failure(.loadError)`` when it does not parse or names a global that nobody knows.
  ///
  /// - Parameter code: What an earlier state has compiled the script to, and checked.
  /// - Returns: The compiled script.
  func load(_ code: [UInt8]? = nil) throws(Failure) -> [UInt8] {
    if let code {
      do throws(LuaLoadError) {
        try runtime.load(compiled: code)
        return code
      } catch {
        throw Failure(.memory, error.message)
      }
    }
    do throws(LuaLoadError) {
      try runtime.load(script.luaSource, chunk: script.chunkName)
    } catch {
      throw syntaxFailure(error.message)
    }
    let code = runtime.dumpTop()
    try checkGlobals(of: code)
    return code
  }

  private func syntaxFailure(_ message: String) -> Failure {
    let prefix = "\(script.path):"
    if message == "C stack overflow" {
      return Failure(.loadError, "the script is nested too deeply to be read (\(message))")
    }
    guard message.hasPrefix(prefix) else { return Failure(.loadError, message) }
    let rest = message.dropFirst(prefix.count)
    let digits = rest.prefix { $0.isNumber }
    guard let line = Int(digits) else { return Failure(.loadError, message) }
    let text = String(rest.dropFirst(digits.count + 2))
    return Failure(.loadError, text, at: ScriptLocation(file: script.path, line: line))
  }

  private func checkGlobals(of code: [UInt8]) throws(Failure) {
    let names: GlobalNames
    do {
      names = try GlobalNames(chunk: code)
    } catch {
      throw Failure(.internalError, "\(error)")
    }
    mayDeclareBlocks = names.reads.contains { ["scenario", "_G"].contains($0.name) }
    let known = knownGlobals()
    let unknown = names.unknown(besides: known)
    guard let first = unknown.first else { return }
    let candidates = known.union(names.assignments.map(\.name)).subtracting(["_G"])
    let hint =
      NearestName.suggestion(for: first.name, among: candidates)
      .map { "; did you mean \"\($0)\"?" } ?? ""
    var failure = Failure(.loadError, "there is no global \"\(first.name)\"\(hint)")
    failure.location = ScriptLocation(file: script.path, line: first.line)
    failure.notes = unknown.dropFirst().map { use in
      "nor is there \"\(use.name)\" (line \(use.line))"
    }
    throw failure
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
