internal import LocalSocketLua
internal import LocalSockets
package import LuaBridge

// A session whose script is typed, a chunk at a time, and whose failures end nothing.

extension Session {
  /// Makes the state for what is typed: with everything that a scenario has, at the top level.
  ///
  /// - Parameters:
  ///   - configuration: What the command line says.
  ///   - language: The scenario language, and what typing adds to it.
  ///   - log: Where everything is recorded.
  /// - Throws: ``Failure`` when the machine does not allow it.
  package convenience init(
    typedUnder configuration: CommonConfiguration,
    language: PreludeCode,
    log: EventLog
  ) throws(Failure) {
    let script = Script(named: "repl")
    try self.init(script, configuration: configuration, language: language, log: log)
    phase = .block
    // Who types may always do what everybody else waits for.
    library.stuck = nil
    // No script is stopped by force that somebody can see and stop.
    LuaRuntime.setLastResort(subject: "", removing: nil)
  }

  /// Has a function called with each task that fails, and with what has failed.
  package func tellFailures(to failed: @escaping (LuaTask, Failure) -> Void) {
    runtime.scheduler.failed = { [unowned self] task, error in
      failed(task, failure(of: error))
    }
  }

  private func failure(of error: LuaTaskFailure) -> Failure {
    let raised = RaisedError(error, in: self)
    readingOn = ReadingOn()
    var failure = raised.failure
    if let reason = raised.skipReason { failure.message = "skipped: \(reason)" }
    if let message = runtime.scheduler.interruption {
      failure = Failure(.interrupted, message)
    }
    return failure.recorded(hiding: log.secrets)
  }

  /// Pushes the table of natives, which every chunk of the prelude gets, on the main stack.
  package func pushHost() {
    guard let prelude else { return runtime.main.pushNil() }
    prelude.host.push(on: runtime.main)
  }

  /// What soft checks have found since the last time.
  package func takeSoftFailures() -> [Failure] {
    defer { softFailures = [] }
    return softFailures
  }
}
