internal import LocalSockets
internal import LuaBridge

// A time-out that ends the scenario lets the others run on for a while, to see what comes late.

extension Session {
  /// What is known of a time-out whose task still looks for what comes late, and of what has failed
  /// meanwhile.
  struct ReadingOn {
    /// The task whose wait has failed.
    var task: LuaTask?
    /// When the wait of the last that was held had failed.
    var expiry: Deadline?
    /// The variables that the line of its wait names, with the values that they had at the time-out.
    var values: (location: ScriptLocation, values: [String])?
    /// What failed first of the rest: it counts if the script has caught the time-out.
    var postponed: (failure: Failure, actor: String, lane: String)?
  }

  /// Makes the failure at 1 the one that will be reported, until its task raises it.
  ///
  /// - Returns: Whether there is time to look for what comes late.
  func hold(_ call: LuaCall) -> LuaAnswer {
    guard outcome == nil, !pausing.isOn, phase != .ending, readingOn.task == nil,
      let task = runtime.scheduler.current
    else { return call.returning(false) }
    readingOn.task = task
    readingOn.expiry = .now
    readingOn.values = values(on: task.thread)
    let thread = call.thread
    let lane = Self.text("lane", of: thread)
    let location = location(call, lane: lane)
    let actor = task.name ?? "task"
    log.append(.waiting(Self.text("subject", of: thread)), actor: actor, lane: lane, at: location)
    log.append(.failed, actor: actor, lane: lane, at: location)
    return call.returning(true)
  }

  private static func text(_ field: String, of thread: LuaThread) -> String {
    thread.rawGet(field, from: 1)
    defer { thread.pop() }
    return thread.text(at: -1) ?? ""
  }

  /// A failure is raised: if it was held, nobody reads on any more.
  func endReadingOn() {
    if readingOn.task === runtime.scheduler.current { readingOn.task = nil }
  }

  /// Ends the reading on at once, so that the failure that waits for it is raised.
  ///
  /// A script that catches it goes on; not for long where its time is over.
  ///
  /// - Returns: Whether there was any.
  func cutReadingOnShort(_ kind: Failure.Kind, _ message: String) -> Bool {
    guard let task = readingOn.task else { return false }
    if kind != .deadlock {
      runtime.calm()
      endAll(kind, message, after: Self.cleanupTime)
    }
    task.cancel()
    return true
  }

  /// Keeps what another task has died of while one reads on.
  ///
  /// - Returns: Whether it does.
  func postpone(_ failure: Failure, of task: LuaTask, lane: String) -> Bool {
    guard let reading = readingOn.task, reading !== task else { return false }
    if readingOn.postponed == nil {
      readingOn.postponed = (failure, task.name ?? "task", lane)
    }
    return true
  }
}
