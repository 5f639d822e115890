internal import LuaBridge

// What `t.check` has found: it lets the script go on, and fails the scenario at its end.

extension Session {
  /// Keeps the failure at 1 for the end, with the row in which it was found.
  func keepFailure(_ call: LuaCall) -> LuaAnswer {
    call.thread.push(copyOf: 1)
    defer { call.thread.pop() }
    var failure = RaisedError(tableOnTopOf: call.thread).failure
    if let task = runtime.scheduler.current { failure.remarks = remarks(on: task) }
    softFailures.append(failure)
    log.append(
      .note("check failed: \(failure.message)"),
      actor: runtime.scheduler.current?.name ?? "main",
      at: failure.location
    )
    return .nothing
  }

  /// Fails with the first of what is kept, unless the scenario has failed otherwise.
  func failSoftly() {
    guard !softFailures.isEmpty else { return }
    fail(softFailures.removeFirst())
  }

  /// What the checks have found, for the report of another failure.
  var softRemarks: [String] {
    softFailures.map { failure in
      let place = failure.location.map { " at \($0)" } ?? ""
      let row = failure.remarks.first.map { " (\($0))" } ?? ""
      return "a check failed\(place)\(row): \(failure.message)"
    }
  }
}
