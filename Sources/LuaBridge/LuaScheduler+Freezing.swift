// Holding tasks still while somebody looks at them.

extension LuaScheduler {
  /// Keeps every task that lives now from running until ``thaw(_:)``; those that begin later run.
  ///
  /// What they wait for may come meanwhile.
  ///
  /// - Returns: The tasks, for ``thaw(_:)``.
  package func freeze() -> FrozenTasks {
    var wasReady: Set<ObjectIdentifier> = []
    while let task = ready.removeFirst() { wasReady.insert(ObjectIdentifier(task)) }
    // To be queued already is what keeps a task from being queued.
    for task in liveTasks { task.isQueued = true }
    return FrozenTasks(tasks: liveTasks, wasReady: wasReady)
  }

  /// Lets tasks go on.
  package func thaw(_ frozen: FrozenTasks) {
    for task in frozen.tasks {
      task.isQueued = false
      let mayGoOn = task.progress.map { $0.isComplete && $0.hasWaiter } ?? false
      if task.hasEnded {
        removeFromLive(task)
      } else if mayGoOn || frozen.wasReady.contains(ObjectIdentifier(task)) {
        enqueue(task)
      }
    }
  }
}

/// The tasks that ``LuaScheduler/freeze()`` has stopped.
package struct FrozenTasks {
  fileprivate let tasks: [LuaTask]
  /// Those that were about to run.
  fileprivate let wasReady: Set<ObjectIdentifier>
}
