/// Something that a script waits for.
///
/// It begins before it is waited for, and completes its progress when it has ended.
package protocol LuaOperation: AnyObject {
  /// How far it is.
  var progress: LuaProgress { get }

  /// Nobody waits any more; undoes what began. Called at most once, and not after the end.
  func cancelled()

  /// Pushes the results, when the wait has ended.
  func finish(_ call: LuaCall) throws(LuaError) -> LuaAnswer

  /// What is waited for, as a report says it: `readyRead of "name"`.
  var subject: String { get }

  /// The object that is waited on, if it is one of Lua's.
  var source: AnyObject? { get }

  /// Whether only this script's own actors can end the wait.
  var isInternal: Bool { get }
}

extension LuaOperation {
  package var isInternal: Bool { false }
  package var source: AnyObject? { nil }
}

/// How far an operation is.
@safe package final class LuaProgress {
  /// Whether the operation has ended, however.
  package private(set) var isComplete = false

  /// The operation, from the moment on that somebody waits until the wait is over; the two keep
  /// each other alive for that long.
  var operation: (any LuaOperation)?

  /// Whether only this script's own actors can end the wait.
  private(set) var isInternal = false

  /// The task that is parked for it; nil while it is pumped or not yet waited for.
  // SAFETY: the scheduler holds every parked task, and clears this when it goes on or ends.
  var waiter: Unmanaged<LuaTask>?

  /// What the waiter gets as an error, instead of the results.
  private(set) var interruption: String?

  package init() {}

  /// Whether a task is parked for it.
  package var hasWaiter: Bool { unsafe waiter != nil }

  /// Somebody is about to wait.
  func begin(_ operation: any LuaOperation) {
    self.operation = operation
    isInternal = operation.isInternal
  }

  /// Makes it fit for another wait.
  package func restart() {
    isComplete = false
    if interruption != nil { interruption = nil }
  }

  /// Marks the end, and the waiting task as ready.
  ///
  /// Never runs Lua.
  package func complete() {
    guard !isComplete else { return }
    isComplete = true
    unsafe waiter?._withUnsafeGuaranteedRef { $0.becomeReady() }
  }

  /// Ends the wait from outside, if it has not ended.
  ///
  /// - Parameter message: What the waiter gets as an error; without it, nobody waits any more.
  func abandon(raising message: String? = nil) {
    let operation = operation
    if message == nil { self.operation = nil }
    guard !isComplete else { return }
    interruption = message
    operation?.cancelled()
    complete()
  }
}
