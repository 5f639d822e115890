package import LocalSocketLua
internal import LocalSockets
package import LuaBridge

/// A scenario that has failed and stands still, for somebody who wants to look at it.
///
/// Its connections are open, its calls have not returned, and none of its actors runs. Tasks that are
/// started now run while the library's loop is turned; their failures go to ``LuaScheduler/failed``,
/// which is free to be set.
package struct PausedScenario {
  /// The scenario as reports call it.
  package let title: String
  package let failure: Failure
  /// The actor that has failed, or of those that wait the first.
  package let actor: String
  /// The actor's thread, on which `debug.getlocal` finds the locals of its calls.
  package let thread: LuaThread
  package let runtime: LuaRuntime
  package let library: LocalSocketLibrary
  /// The state as a whole.
  package let session: Session
}

extension Session {
  /// Stands still at the failure of a task, if that is going to be the scenario's.
  func pause(_ task: LuaTask, _ error: LuaTaskFailure) {
    guard outcome == nil, !isPaused, readingOn.task == nil || readingOn.task === task else {
      return
    }
    let raised = raised(error, by: task)
    guard raised.skipReason == nil, mayPause(at: raised.failure) else { return }
    paused = (task, raised.failure)
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
    pause != nil && phase != .ending && failure.kind != .interrupted && options.todo == nil
  }

  /// Shows the scenario to whoever wants to look at its failure, before anything is taken down.
  ///
  /// No deadline counts meanwhile, and none after it, as the scenario is over.
  func pause(at failure: Failure, of actor: String, on thread: LuaThread) {
    guard let pause, mayPause(at: failure) else { return }
    deadlineTimer?.cancel()
    runtime.calm()
    let scheduler = runtime.scheduler
    let (failed, stuck) = (scheduler.failed, library.stuck)
    scheduler.failed = { _, _ in }
    library.stuck = nil
    isPaused = true
    let frozen = scheduler.freeze()
    pause(
      PausedScenario(
        title: ScenarioResult.title(file: script.path, name: name),
        failure: failure.redacted(by: log.secrets),
        actor: actor,
        thread: thread,
        runtime: runtime,
        library: library,
        session: self
      )
    )
    scheduler.thaw(frozen)
    isPaused = false
    library.stuck = stuck
    scheduler.failed = failed
  }
}
