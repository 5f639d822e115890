internal import LocalSocketLua
internal import LocalSockets
internal import LuaBridge

// Standing still where a scenario fails, before anything is taken down.

extension Session {
  /// Who wants to look, and at what.
  struct Pausing {
    /// Shows the scenario; `nil` where nobody wants to look.
    let show: ((PausedScenario) -> Void)?
    /// The task at whose failure the scenario stood still, and that failure.
    var failed: (task: LuaTask, failure: Failure)?
    /// Whether it stands still now.
    var isOn = false

    /// The failure at which the scenario stood still, if it was the task's.
    func failure(of task: LuaTask) -> Failure? {
      failed.flatMap { $0.task === task ? $0.failure : nil }
    }
  }

  /// Whether the scenario has stood still at a failure, which is explained already.
  func hasPaused(at failure: Failure) -> Bool { pausing.failed?.failure == failure }

  /// Stands still at the failure of a task, if that is going to be the scenario's.
  func pause(_ task: LuaTask, _ error: LuaTaskFailure) {
    guard pausing.show != nil, !task.isTakenOver, outcome == nil, !pausing.isOn,
      readingOn.task == nil || readingOn.task === task
    else { return }
    var raised = raised(error, by: task)
    guard raised.skipReason == nil, mayPause(at: raised.failure) else { return }
    // What ends while somebody looks has not been the cause, and when it came is known now.
    raised.failure = explained(raised.failure, wasHeld: raised.wasHeld)
    pausing.failed = (task, raised.failure)
    let actor = task.name ?? "task"
    if !raised.wasHeld {
      logWait(raised, of: actor)
      log.append(.failed, actor: actor, lane: raised.lane, at: raised.failure.location)
    }
    pause(at: raised.failure, of: actor, on: task.thread)
  }

  /// There is nothing to look at once the scenario is ending, and nobody to look who has interrupted
  /// the run or expected the failure.
  private func mayPause(at failure: Failure) -> Bool {
    pausing.show != nil && phase != .ending && failure.kind != .interrupted && options.todo == nil
  }

  /// Shows the scenario to whoever wants to look at its failure, before anything is taken down.
  ///
  /// No deadline counts meanwhile, and none after it, as the scenario is over.
  func pause(at failure: Failure, of actor: String, on thread: LuaThread) {
    guard let show = pausing.show, mayPause(at: failure) else { return }
    deadlineTimer?.cancel()
    runtime.calm()
    let scheduler = runtime.scheduler
    let (failed, stuck) = (scheduler.failed, library.stuck)
    scheduler.failed = { _, _ in }
    library.stuck = nil
    pausing.isOn = true
    let frozen = scheduler.freeze()
    let start = log.now
    show(
      PausedScenario(
        title: ScenarioResult.title(file: script.path, name: name),
        failure: failure.recorded(hiding: log.secrets),
        actor: actor,
        thread: thread,
        runtime: runtime,
        library: library,
        session: self
      )
    )
    log.leaveOut(log.now - start)
    scheduler.thaw(frozen)
    pausing.isOn = false
    library.stuck = stuck
    scheduler.failed = failed
  }
}
