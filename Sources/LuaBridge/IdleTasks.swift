/// Tasks that have ended, for another use of their threads.
///
/// The links are in the tasks, so that keeping and taking one costs no look at an array's owner.
struct IdleTasks {
  private static let mostKept = 64

  private var first: LuaTask?
  private var count = 0

  /// Keeps a task, unless there are enough.
  mutating func keep(_ task: LuaTask) {
    guard count < Self.mostKept else { return }
    count += 1
    task.nextIdle = first.take()
    first = task
  }

  mutating func take() -> LuaTask? {
    guard let task = first.take() else { return nil }
    count -= 1
    first = task.nextIdle.take()
    return task
  }
}
