internal import LuaBridge

// Failures of a scenario all of whose actors wait.

extension Session {
  /// Fails because every actor waits for the others.
  func failAsDeadlock() {
    failWaiting(.deadlock, Self.standstill(waitingTasks.map(wait)))
  }

  /// The most actors that a sentence names.
  private static let namedCount = 4

  /// Who waits on what, in one sentence.
  private static func standstill(_ waits: [Wait]) -> String {
    if waits.isEmpty { return "no actor can run and nothing is in flight" }
    if waits.count == 1 {
      return "deadlock: \(waits[0].waiter.actor) waits for \(waits[0].waiter.what)"
    }
    let clauses = waits.prefix(namedCount).enumerated().map { index, wait in
      "\(wait.waiter.actor) \(index == 0 ? "waits " : "")\(wait.target)"
    }
    let rest = waits.count - namedCount
    return "deadlock: " + clauses.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
  }

  /// Fails where the first actor waits, and names all that wait.
  func failWaiting(_ kind: Failure.Kind, _ message: String) {
    guard outcome == nil, !cutReadingOnShort(kind, message) else { return }
    runtime.calm()  // else what interrupts the script interrupts the prelude, which is asked here
    let tasks = waitingTasks
    let waits = tasks.map(wait)
    let first = waits.first
    var failure = Failure(kind, message, at: first?.waiter.location)
    failure.values = tasks.first.flatMap { values(on: $0.thread)?.values } ?? []
    failure.waiters = waits.map(\.waiter)
    failure.remarks = tasks.first.map(remarks) ?? []
    for (waiter, lane) in waits.map({ ($0.waiter, $0.lane) }) {
      log.append(.waiting(waiter.what), actor: waiter.actor, lane: lane, at: waiter.location)
    }
    let actor = first?.waiter.actor ?? "main"
    fail(failure, actor: actor, lane: first?.lane ?? "", on: tasks.first?.thread)
  }

  /// Tells who waits for what, on the standard error.
  func showWaits() {
    shownWaits = Interruption.waitRequests
    let title = ScenarioResult.title(file: script.path, name: name)
    let lines = waiters.map { waiter in
      let place = waiter.location.map { " at \($0)" } ?? ""
      return "  \(title): \(waiter.actor)\(place) waits for \(waiter.what)"
    }
    let text = lines.isEmpty ? "  \(title): nobody waits" : lines.joined(separator: "\n")
    FileSystem.complain(log.secrets.redacted(text))
  }

  /// Who waits, and for what.
  package var waiters: [Failure.Waiter] { waitingTasks.map { wait($0).waiter } }

  /// Who else waits on the socket or server at 1, for what and where; nothing where nobody does.
  func rival(_ call: LuaCall) -> LuaAnswer {
    let rival = waitingTasks.first { task in
      guard let source = task.operation?.source else { return false }
      return LuaRuntime.isObject(source, at: 1, of: call.thread)
    }
    guard let waiter = rival.map(waiter) else { return .nothing }
    let place = waiter.location.map { " at \($0)" } ?? ""
    return call.returning("\(waiter.actor) waits for \(waiter.what)\(place)")
  }

  private var waitingTasks: [LuaTask] {
    runtime.scheduler.liveTasks.filter { !$0.isBackground && $0.operation != nil }
  }

  func waiter(_ task: LuaTask) -> Failure.Waiter { wait(task).waiter }

  /// Who waits, and where that is a conversation or a listener.
  private struct Wait {
    let waiter: Failure.Waiter
    /// Empty where it is neither.
    let lane: String

    /// What it waits on or for, as the end of a sentence.
    var target: String { lane.isEmpty ? "for \(waiter.what)" : "on «\(lane)»" }
  }

  private func wait(_ task: LuaTask) -> Wait {
    let (subject, lane) = subject(of: task)
    let location = Self.location(task.thread).map(ScriptLocation.init)
    return Wait(
      waiter: Failure.Waiter(actor: task.name ?? "task", location: location, what: subject),
      lane: lane
    )
  }

  /// What a task waits for, in the prelude's words if it knows them, and on which lane.
  private func subject(of task: LuaTask) -> (subject: String, lane: String) {
    guard let operation = task.operation else { return ("its turn", "") }
    return operation.source.flatMap(description) ?? (operation.subject, "")
  }

  private func description(of source: AnyObject) -> (subject: String, lane: String)? {
    let main = runtime.main
    let top = main.top
    defer { main.pop(main.top - top) }
    prelude?.describeWait.push(on: main)
    guard prelude != nil, runtime.pushExisting(source, on: main),
      runtime.callTop(argumentCount: 1, resultCount: 2) == nil,
      let subject = main.text(at: -2)
    else { return nil }
    return (subject, main.text(at: -1) ?? "")
  }
}
