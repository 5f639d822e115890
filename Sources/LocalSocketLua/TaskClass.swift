internal import LocalSockets
internal import LuaBridge

// `spawn`, and the methods of a Task.

/// A wait for another task's end.
private final class JoinOperation: LuaOperation, DeadlineWaiter {
  let progress = LuaProgress()
  private let task: LuaTask
  private let deadline: WaitDeadline

  init(_ task: LuaTask, _ alarms: Alarms, until deadline: Deadline) {
    self.task = task
    self.deadline = WaitDeadline(alarms)
    task.joinerCount += 1
    task.ended.append { [weak self] in self?.progress.complete() }
    self.deadline.start(until: deadline, for: self)
  }

  func deadlinePassed() { progress.complete() }

  func cancelled() { leave() }

  func finish(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    leave()
    return try task.joined(call)
  }

  private func leave() {
    deadline.pause()
    task.joinerCount -= 1
  }

  var subject: String { "join of \(task.name ?? "a task")" }
  var isInternal: Bool { true }
}

extension LuaTask {
  static func luaClass(library: LocalSocketLibrary) -> LuaClass<LuaTask> {
    LuaClass(
      "localsocket.Task",
      methods: [
        LuaClass<LuaTask>.method("cancel") { (task, _) throws(LuaError) in
          task.cancel()
          return .nothing
        },
        LuaClass<LuaTask>.method("join") { [unowned library] (task, call) throws(LuaError) in
          try library.join(task, call)
        },
        LuaClass<LuaTask>.method("status") { (task, call) throws(LuaError) in
          call.returning(task.status.rawValue)
        },
      ],
      close: { task, _ in task.cancel() },
      describe: { "localsocket.Task (\($0.status.rawValue))" }
    )
  }

  /// The answer of `join`, when the task has ended or the time is up.
  fileprivate func joined(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    switch status {
    case .done:
      call.thread.push(true)
      return .results(1 + pushResults(on: call.thread))
    case .failed:
      failure?.value.push(on: call.thread)
      throw .onTop
    case .cancelled:
      throw .bare("cancelled")
    case .ready, .waiting:
      return call.failing(
        "join: the task has not ended in time",
        code: "SocketTimeoutError"
      )
    }
  }
}

extension LocalSocketLibrary {
  var taskFunctions: [LuaFunction] {
    [
      LuaFunction("spawn") { (call) throws(LuaError) in
        try call.requireFunction(1)
        let count = call.thread.top - 1
        guard let task = call.runtime.scheduler.spawn(from: call.thread, argumentCount: count)
        else { throw .message("there is no memory for another task") }
        task.isShared = true
        call.runtime.push(task, on: call.thread)
        return .results(1)
      }
    ]
  }

  /// Waits for a task's end, or for the time.
  fileprivate func join(_ task: LuaTask, _ call: LuaCall) throws(LuaError) -> LuaAnswer {
    let deadline = try call.deadline(2)
    if task.hasEnded { return try task.joined(call) }
    return call.waiting(for: JoinOperation(task, alarms, until: deadline))
  }
}
