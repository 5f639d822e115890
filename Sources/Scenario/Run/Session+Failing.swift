internal import LuaBridge

// How a scenario comes to its outcome, and what ends it then.

extension Session {
  /// Records a failure, if it is the first, and cancels every actor.
  ///
  /// - Parameters:
  ///   - failure: What has failed.
  ///   - actor: Whose failure it is.
  ///   - lane: The conversation in which it failed.
  ///   - thread: Where the actor waits.
  ///   - wasHeld: Whether it is in the log already, and older than what has failed since.
  func fail(
    _ failure: Failure,
    actor: String = "main",
    lane: String = "",
    on thread: LuaThread? = nil,
    wasHeld: Bool = false
  ) {
    if case .failed(let first) = outcome { return note(failure, besides: first) }
    if let absorb, absorb(failure) { return }
    if !wasHeld, let postponed = readingOn.postponed {
      readingOn.postponed = nil
      return fail(postponed.failure, actor: postponed.actor, lane: postponed.lane)
    }
    var failure = hasPaused(at: failure) ? failure : explained(failure, wasHeld: wasHeld)
    failure.remarks += softRemarks + leftoverRemarks
    outcome = .failed(failure.recorded(hiding: log.secrets))
    if !wasHeld { log.append(.failed, actor: actor, lane: lane, at: failure.location) }
    if let thread { pause(at: failure, of: actor, on: thread) }
    endActing()
  }

  /// Tells of a deferred function that fails behind the failure that counts.
  private func note(_ failure: Failure, besides first: Failure) {
    guard isRunningDeferred else { return }
    let place = failure.location.map { " at \($0)" } ?? ""
    let remark = "besides, a deferred function failed\(place): \(failure.message)"
    add(remark, to: first)
  }

  /// Tells of a `<close>` that fails behind the failure that counts.
  func noteClosing(of task: LuaTask, _ message: String) {
    guard message != "cancelled", case .failed(let first) = outcome else { return }
    add("besides, closing what «\(task.name ?? "task")» had open failed: \(message)", to: first)
  }

  private func add(_ remark: String, to first: Failure) {
    var first = first
    first.remarks.append(log.secrets.redacted(remark))
    outcome = .failed(first)
  }

  private func skip(_ reason: String) {
    if readingOn.task != nil { return }
    if outcome == nil { outcome = .skipped(reason: log.secrets.redacted(reason)) }
    endActing()
  }

  /// Ends every task at its wait, but for one that has failed: that has the clean-up's time.
  private func endActing() {
    // What interrupts a script gives it a time of its own.
    if runtime.scheduler.interruption == nil { startCleanupClock() }
    for task in runtime.scheduler.liveTasks where !task.isCleaningUp { task.cancel() }
  }

  /// Ends every task at its wait, also where it cleans up.
  func cancelAll() {
    for task in runtime.scheduler.liveTasks { task.cancel() }
  }

  func taskFailed(_ task: LuaTask, _ error: LuaTaskFailure) {
    let raised = raised(error, by: task)
    if let reason = raised.skipReason { return skip(reason) }
    if isExpectedEnd(raised, of: task) { return }
    let failure = raised.failure
    if postpone(failure, of: task, lane: raised.lane) { return }
    let actor = task.name ?? "task"
    let isLogged = raised.wasHeld || pausing.failed?.task === task
    if !isLogged { logWait(raised, of: actor) }
    let mayCount = outcome == nil && (isLogged || readingOn.postponed == nil)
    fail(failure, actor: actor, lane: raised.lane, wasHeld: isLogged)
    if mayCount, outcome != nil { failedValue = error.value }
  }

  /// Adds the remarks on the failure that were made while what its task had open was closed.
  func addRemarks() {
    guard let value = failedValue.take(), let prelude, case .failed(var failure) = outcome else {
      return
    }
    let remarks = RaisedError.remarks(on: value, runtime, prelude.remarksOn)
      .map(log.secrets.redacted)
    failure.remarks = remarks.filter { !failure.remarks.contains($0) } + failure.remarks
    outcome = .failed(failure)
  }

  /// What a task has died of: what has interrupted the script, if anything has.
  func raised(_ error: LuaTaskFailure, by task: LuaTask) -> RaisedError {
    var raised = RaisedError(error, in: self)
    if let failure = pausing.failure(of: task) {
      raised.failure = failure
      return raised
    }
    if let message = runtime.scheduler.interruption {
      raised.failure.kind = Interruption.isRequested ? .interrupted : .timeout
      raised.failure.message = message
    }
    let values = raised.wasHeld ? readingOn.values : lastValues
    if let values, values.location == raised.failure.location {
      raised.failure.values = values.values
    }
    return raised
  }

  /// Records what an actor waited for when its wait failed.
  func logWait(_ raised: RaisedError, of actor: String) {
    guard let subject = raised.waitSubject else { return }
    log.append(.waiting(subject), actor: actor, lane: raised.lane, at: raised.failure.location)
  }

  /// Whether a handler of `serve` has met the end of its connection because the scenario ends, or the
  /// script has dropped the other end.
  private func isExpectedEnd(_ raised: RaisedError, of task: LuaTask) -> Bool {
    (phase == .ending || raised.isOwnDoing) && raised.failure.kind == .closed
      && cast.servants.contains { $0 === task }
  }
}
