internal import LuaBridge

// Failures of a scenario all of whose actors wait.

extension Session {
  /// Fails because every actor waits for the others.
  func failAsDeadlock() {
    failWaiting(.deadlock, "no actor can run and nothing is in flight")
  }

  /// Fails where the first actor waits, and names all that wait.
  func failWaiting(_ kind: Failure.Kind, _ message: String) {
    guard outcome == nil, !cutReadingOnShort(kind, message) else { return }
    runtime.calm()  // else what interrupts the script interrupts the prelude, which is asked here
    let tasks = waitingTasks
    let waiters = tasks.map(waiter)
    let first = waiters.first
    var failure = Failure(kind, message, at: first?.location)
    failure.values = tasks.first.flatMap { values(on: $0.thread)?.values } ?? []
    failure.waiters = waiters
    failure.remarks = tasks.first.map(remarks) ?? []
    for waiter in waiters {
      log.append(.waiting(waiter.what), actor: waiter.actor, at: waiter.location)
    }
    fail(failure, actor: first?.actor ?? "main", on: tasks.first?.thread)
  }

  /// Tells who waits for what, on the standard error.
  func showWaits() {
    shownWaits = Interruption.waitRequests
    let title = ScenarioResult.title(file: script.path, name: name)
    let lines = waitingTasks.map(waiter).map { waiter in
      let place = waiter.location.map { " at \($0)" } ?? ""
      return "  \(title): \(waiter.actor)\(place) waits for \(waiter.what)"
    }
    let text = lines.isEmpty ? "  \(title): nobody waits" : lines.joined(separator: "\n")
    FileSystem.complain(log.secrets.redacted(text))
  }

  /// Who waits, and for what.
  package var waiters: [Failure.Waiter] { waitingTasks.map(waiter) }

  private var waitingTasks: [LuaTask] {
    runtime.scheduler.liveTasks.filter { !$0.isBackground && $0.operation != nil }
  }

  func waiter(_ task: LuaTask) -> Failure.Waiter {
    Failure.Waiter(
      actor: task.name ?? "task",
      location: Self.location(task.thread).map(ScriptLocation.init),
      what: subject(of: task)
    )
  }

  /// What a task waits for, in the prelude's words if it knows them.
  private func subject(of task: LuaTask) -> String {
    guard let operation = task.operation else { return "its turn" }
    return operation.source.flatMap(description) ?? operation.subject
  }

  private func description(of source: AnyObject) -> String? {
    let main = runtime.main
    let top = main.top
    defer { main.pop(main.top - top) }
    prelude?.describeWait.push(on: main)
    guard prelude != nil, runtime.pushExisting(source, on: main),
      runtime.callTop(argumentCount: 1, resultCount: 1) == nil
    else { return nil }
    return main.text(at: -1)
  }
}
