internal import LuaBridge

// The natives that start actors.

extension Session {
  /// Starts an actor that the scenario's end waits for: its name, its function, arguments.
  func startActor(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    let task = try spawn(call, functionAt: 2, named: try call.text(1))
    task.failsForAll = true
    cast.actors.append(task)
    return pushed(task, call)
  }

  /// Starts what answers one connection: its name, its function, arguments.
  func startServant(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    let task = try spawn(call, functionAt: 2, named: try call.text(1))
    cast.servants.removeAll(where: \.hasEnded)
    cast.servants.append(task)
    return pushed(task, call)
  }

  /// Starts what keeps nobody alive: its function, arguments.
  func startBackground(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    let task = try spawn(call, functionAt: 1, named: "serve")
    task.isBackground = true
    return pushed(task, call)
  }

  /// Starts the function at an index with the arguments behind it.
  private func spawn(
    _ call: LuaCall,
    functionAt index: Int32,
    named name: String
  ) throws(LuaError) -> LuaTask {
    try call.requireFunction(index)
    let count = call.thread.top - index
    guard let task = runtime.scheduler.spawn(from: call.thread, argumentCount: count) else {
      throw .message("there is no memory for another task")
    }
    task.name = name
    task.isShared = true
    log.append(.actorStarted, actor: name, at: location(call))
    task.ended.append { [unowned self] in log.append(.actorEnded, actor: name) }
    return task
  }

  /// Makes the text at 1 the row at which the running actor is; without one it is at none.
  ///
  /// - Returns: The row before, if there was one.
  func enterRow(_ call: LuaCall) -> LuaAnswer {
    guard let task = runtime.scheduler.current else { return .nothing }
    let outer = cast.rows.removeValue(forKey: ObjectIdentifier(task))
    cast.rows[ObjectIdentifier(task)] = call.thread.text(at: 1)
    return outer.map(call.returning) ?? .nothing
  }

  /// The row at which an actor is, as a remark.
  func remarks(on task: LuaTask) -> [String] {
    cast.rows[ObjectIdentifier(task)].map { [$0] } ?? []
  }

  private func pushed(_ task: LuaTask, _ call: LuaCall) -> LuaAnswer {
    runtime.push(task, on: call.thread)
    return .results(1)
  }
}
