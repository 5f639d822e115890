internal import CLua
internal import CLuaShim

/// One line of control: a function that runs on a Lua thread of its own, and parks in its waits.
@safe package final class LuaTask {
  /// What a task is doing.
  package enum Status: String {
    case ready
    case waiting
    case done
    case failed
    case cancelled
  }

  package let thread: LuaThread
  /// What reports call it; its role, unless it was given a name.
  package var name: String? {
    get { givenName ?? role?.description }
    set { givenName = newValue }
  }
  private var givenName: String?
  /// What it is for, where many are for the same: a name that costs nothing to keep.
  var role: StaticString?
  /// Where it was started.
  package var origin: LuaLocation?
  package internal(set) var status = Status.ready
  /// What it waits for.
  package var operation: (any LuaOperation)? { progress?.operation }
  /// What it died of.
  package internal(set) var failure: LuaTaskFailure?
  /// How many results lie on its thread's stack, once it is done.
  package internal(set) var resultCount: Int32 = 0
  /// Whether it serves the others, so that its waiting keeps nobody alive.
  package var isBackground = false

  /// Called once, when it has ended.
  package var ended: [() -> Void] = []
  /// How many wait for its end and will get its error.
  package var joinerCount = 0
  /// Whether its failure is told of even where somebody who waits for its end gets it.
  package var failsForAll = false
  /// Whether nobody else need be told what it dies of.
  package var isTakenOver: Bool { joinerCount > 0 && !failsForAll }

  let scheduler: LuaScheduler
  var progress: LuaProgress?
  /// The task that became ready after this one.
  var nextReady: Unmanaged<LuaTask>?
  /// The task that was kept before this one, while both are for another use.
  var nextIdle: LuaTask?
  var argumentCount: Int32
  var isQueued = false
  var isLive = false
  var isCancelled = false
  /// Whether it has failed, and what it has open is being closed.
  package internal(set) var isCleaningUp = false
  var countsAsExternal = false
  /// Whether Lua has the object, so that the thread's stack must stay as it is.
  package var isShared = false

  init(thread: LuaThread, scheduler: LuaScheduler, argumentCount: Int32) {
    self.thread = thread
    self.scheduler = scheduler
    self.argumentCount = argumentCount
  }

  deinit {
    scheduler.forget(thread)
  }

  /// Whether it has ended, however.
  package var hasEnded: Bool {
    switch status {
    case .done, .failed, .cancelled: true
    case .ready, .waiting: false
    }
  }

  /// Raises "cancelled" at its wait, or at its next one; a task that has not begun never does.
  package func cancel() {
    guard !hasEnded, !isCancelled else { return }
    isCancelled = true
    if let progress {
      progress.abandon(raising: "cancelled")
    } else if scheduler.current !== self, argumentCount >= 0 {
      scheduler.end(self, as: .cancelled)
    }
  }

  /// Pushes its results on another stack.
  package func pushResults(on other: LuaThread) -> Int32 {
    guard other.hasRoom(for: resultCount + 1), thread.hasRoom(for: resultCount) else { return 0 }
    for index in 0..<resultCount { thread.push(copyOf: index + 1) }
    thread.move(resultCount, to: other)
    return resultCount
  }

  func clearNames() {
    role = nil
    if givenName != nil { givenName = nil }
  }

  func becomeReady() {
    guard !isQueued, !hasEnded else { return }
    scheduler.enqueue(self)
  }
}

/// Why a task died.
package struct LuaTaskFailure {
  /// The value that was raised.
  package let value: LuaReference
  /// The value as text.
  package let message: String
  /// The message and the call stack, as Lua prints it.
  package let traceback: String
  /// The script's line that was running.
  package let location: LuaLocation?
}
