internal import LocalSockets
internal import LuaBridge

// `run`, `stop`, `step`, `now`, `sleep`, `after` and `every`.

/// A call of `sleep`, or of `step`, which also ends with the turn, as a sleep for no time does.
private final class PauseOperation: LuaOperation, DeadlineWaiter {
  let progress = LuaProgress()
  let subject: String
  private let deadline: WaitDeadline

  init(_ subject: String, _ alarms: Alarms, until deadline: Deadline) {
    self.subject = subject
    self.deadline = WaitDeadline(alarms)
    self.deadline.start(until: deadline, for: self)
  }

  func deadlinePassed() { progress.complete() }

  func cancelled() { deadline.pause() }

  func finish(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    deadline.pause()
    return .nothing
  }
}

/// A call of `run`.
final class RunOperation: LuaOperation, DeadlineWaiter {
  let progress = LuaProgress()
  let subject = "run"
  /// Whether it ends when nothing is left that could happen.
  let endsWhenIdle: Bool
  private let deadline: WaitDeadline
  /// Unowned, because the library keeps the calls that are under way: also one that has ended, until
  /// its task goes on, which it never does when the state is closed before.
  private unowned let library: LocalSocketLibrary

  init(_ library: LocalSocketLibrary, until deadline: Deadline?) {
    self.library = library
    self.deadline = WaitDeadline(library.alarms)
    endsWhenIdle = deadline == nil
    self.deadline.start(until: deadline ?? .never, for: self)
  }

  func deadlinePassed() { progress.complete() }

  func cancelled() { leave() }

  func finish(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    leave()
    return .nothing
  }

  private func leave() {
    deadline.pause()
    library.runs.removeAll { $0 === self }
  }
}

extension LocalSocketLibrary {
  var loopFunctions: [LuaFunction] {
    [
      LuaFunction("run") { [unowned self] (call) throws(LuaError) in try run(call) },
      LuaFunction("stop") { [unowned self] (_) throws(LuaError) in
        runs.last { !$0.progress.isComplete }?.progress.complete()
        loop.skipSleep()
        return .nothing
      },
      LuaFunction("step") { [unowned self] (call) throws(LuaError) in try step(call) },
      LuaFunction("now") { (call) throws(LuaError) in
        call.thread.push(Double(Deadline.now.nanoseconds) / 1_000_000)
        return .results(1)
      },
      LuaFunction("sleep") { [unowned self] (call) throws(LuaError) in try sleep(call) },
      LuaFunction("after") { [unowned self] (call) throws(LuaError) in
        try startTimer(call, repeats: false)
      },
      LuaFunction("every") { [unowned self] (call) throws(LuaError) in
        try startTimer(call, repeats: true)
      },
    ]
  }

  private func run(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    let deadline = call.hasArgument(1) ? try call.deadline(1) : nil
    let operation = RunOperation(self, until: deadline)
    runs.append(operation)
    // What is idle already is noticed at the end of a turn.
    if operation.endsWhenIdle { loop.skipSleep() }
    return call.waiting(for: operation)
  }

  private func step(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    pauseForTurn(call, "step", until: try call.deadline(1, default: 0))
  }

  private func sleep(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    guard let duration = try call.duration(1) else { return .nothing }
    if duration == .zero {
      loop.skipSleep()
      return pauseForTurn(call, "sleep", until: .never)
    }
    return call.waiting(for: PauseOperation("sleep", alarms, until: .after(duration)))
  }

  /// Waits until the turn ends, or the deadline if that comes first.
  private func pauseForTurn(
    _ call: LuaCall,
    _ subject: String,
    until deadline: Deadline
  ) -> LuaAnswer {
    let operation = PauseOperation(subject, alarms, until: deadline)
    steps.append(operation)
    return call.waiting(for: operation)
  }

  private func startTimer(_ call: LuaCall, repeats: Bool) throws(LuaError) -> LuaAnswer {
    guard let duration = try call.duration(1) else { return .nothing }
    if repeats && duration < .microseconds(1) {
      throw .argument(1, "a repeated timer needs a time above 0")
    }
    try call.requireFunction(2)
    let timer = ScriptTimer(library: self, repeats: repeats)
    call.runtime.push(timer, on: call.thread)
    timer.start(duration, call)
    return .results(1)
  }
}
