internal import CLuaShim

// Waiting where Lua cannot yield: in the main chunk of a foreign interpreter, and in calls from C.

extension LuaScheduler {
  /// Turns the loop until an operation has ended, for a caller that Lua cannot park.
  ///
  /// - Returns: An error when it has not, with its value on the stack where it says so.
  func pump(_ progress: LuaProgress, on thread: LuaThread) -> LuaError? {
    guard pumpDepth < 16 else {
      progress.abandon()
      return .message("waits are nested too deeply in places where Lua cannot yield")
    }
    // As if the task were parked: it is cancelled and reported like those that are.
    let externals = progress.isInternal ? 0 : 1
    let task = current
    let outerProgress = task?.progress
    let outerPumped = unsafe pumped
    if let task, !task.isLive { addToLive(task) }
    task?.progress = progress
    unsafe pumped = .passUnretained(progress)
    pumpDepth += 1
    externalWaits += externals
    defer {
      task?.progress = outerProgress
      unsafe pumped = outerPumped
      pumpDepth -= 1
      externalWaits -= externals
    }
    let hook = unsafe lsl_foreign_hook(state.shim)
    while !progress.isComplete {
      // The call below, whose wait is over, can only return when this one has.
      if let task, task.isCleaningUp, unsafe Self.isComplete(outerPumped) {
        task.cancel()
        progress.abandon(raising: "cancelled")
        continue
      }
      var error = pumpOnce(thread)
      if unsafe lsl_foreign_hook(state.shim) != hook { error = error ?? .message("interrupted") }
      guard let error else { continue }
      progress.abandon()
      return error
    }
    return nil
  }

  private static func isComplete(_ pumped: Unmanaged<LuaProgress>?) -> Bool {
    unsafe pumped?._withUnsafeGuaranteedRef { $0.isComplete } ?? false
  }

  private func pumpOnce(_ thread: LuaThread) -> LuaError? {
    if let interruption { return .message(interruption) }
    do throws(LuaError) { try turn() } catch { return error }
    if let interruption { return .message(interruption) }
    guard let failure = takeUncaught() else { return nil }
    failure.value.push(on: thread)
    return .onTop
  }

  /// The oldest failure that nobody has taken.
  package func takeUncaught() -> LuaTaskFailure? {
    uncaught.isEmpty ? nil : uncaught.removeFirst()
  }
}
