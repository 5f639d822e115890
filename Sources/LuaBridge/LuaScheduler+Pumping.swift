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
    if let task, !task.isLive { addToLive(task) }
    task?.progress = progress
    pumpDepth += 1
    externalWaits += externals
    defer {
      task?.progress = outerProgress
      pumpDepth -= 1
      externalWaits -= externals
    }
    let hook = unsafe lsl_foreign_hook(state.shim)
    while !progress.isComplete {
      var error = pumpOnce(thread)
      if unsafe lsl_foreign_hook(state.shim) != hook { error = error ?? .message("interrupted") }
      guard let error else { continue }
      progress.abandon()
      return error
    }
    return nil
  }

  private func pumpOnce(_ thread: LuaThread) -> LuaError? {
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
