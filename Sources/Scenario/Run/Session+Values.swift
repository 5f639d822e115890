internal import LuaBridge

// What the variables of a script hold where it fails.

extension Session {
  /// The line of a script on which a thread stands, and the variables that it names.
  ///
  /// - Parameter thread: One that does not run, with its frames.
  /// - Returns: "name = value" for each; `nil` where nothing can be known.
  func values(on thread: LuaThread) -> (location: ScriptLocation, values: [String])? {
    guard let prelude, runtime.scheduler.interruption == nil,
      let location = thread.location(skipping: Self.preludePrefix).map(ScriptLocation.init),
      let source = source(of: location.file)
    else { return nil }
    let main = runtime.main
    prelude.valuesAt.push(on: main)
    thread.pushItself(on: main)
    main.push(source.text)
    main.push(source.hasSecrets)
    guard runtime.callTop(argumentCount: 3, resultCount: 1) == nil else { return nil }
    defer { main.pop() }
    return (location, main.linesOnTop)
  }

  /// The text of a file of the script, with the lines as Lua counts them, and whether its variables may
  /// hold secrets that nobody knows yet.
  private func source(of path: String) -> (text: [UInt8], hasSecrets: Bool)? {
    if path == script.path { return (script.source, script.hasSecretsInVariables) }
    return (try? Script.text(of: path)).map { ($0, Secrets.mayBeInVariables(of: $0)) }
  }
}
