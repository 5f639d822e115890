/// The tasks that could run at once, in the order in which they became ready.
///
/// The links are in the tasks, so that waking one allocates nothing.
@safe struct ReadyTasks {
  // SAFETY: the scheduler holds every task that is ready, in its table of live ones.
  private unowned(unsafe) var first: LuaTask?
  private unowned(unsafe) var last: LuaTask?
  private(set) var count = 0

  mutating func append(_ task: LuaTask) {
    if let last = unsafe last { unsafe last.nextReady = task } else { unsafe first = task }
    unsafe last = task
    count += 1
  }

  mutating func removeFirst() -> LuaTask? {
    guard let task = unsafe first else { return nil }
    unsafe first = task.nextReady
    unsafe task.nextReady = nil
    if unsafe first == nil { unsafe last = nil }
    count -= 1
    return task
  }
}
