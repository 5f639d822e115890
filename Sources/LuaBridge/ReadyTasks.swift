/// The tasks that could run at once, in the order in which they became ready.
///
/// The links are in the tasks, so that waking one allocates nothing.
@safe struct ReadyTasks {
  // SAFETY: the scheduler holds every task that is ready, in its table of live ones.
  private var first: Unmanaged<LuaTask>?
  private var last: Unmanaged<LuaTask>?
  private(set) var count = 0

  mutating func append(_ task: LuaTask) {
    let task = unsafe Unmanaged.passUnretained(task)
    if let last = unsafe last {
      unsafe last._withUnsafeGuaranteedRef { unsafe $0.nextReady = task }
    } else {
      unsafe first = task
    }
    unsafe last = task
    count += 1
  }

  mutating func removeFirst() -> LuaTask? {
    guard let task = unsafe first?.nonatomicallyRetained() else { return nil }
    unsafe first = task.nextReady
    unsafe task.nextReady = nil
    if unsafe first == nil { unsafe last = nil }
    count -= 1
    return task
  }
}
