internal import LuaBridge

// The natives that write the log.

extension Session {
  /// Records that the bytes at an index were sent; the path that every message takes.
  func logSent(_ call: LuaCall) -> LuaAnswer {
    append(.sent(call.thread.byteArray(at: 2) ?? []), lane: 1, call)
  }

  /// Records that the script took a message.
  func logReceived(_ call: LuaCall) -> LuaAnswer {
    append(.received(call.thread.byteArray(at: 2) ?? []), lane: 1, call)
  }

  /// Records an event whose kind is named: the kind, the lane and what belongs to the kind.
  func log(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    guard let kind = Self.eventKind(try call.text(1), call.thread) else {
      throw .argument(1, "no kind of event")
    }
    return append(kind, lane: 2, call)
  }

  private func append(_ kind: Event.Kind, lane: Int32, _ call: LuaCall) -> LuaAnswer {
    let lane = call.thread.text(at: lane) ?? ""
    log.append(
      kind,
      actor: runtime.scheduler.current?.name ?? "main",
      lane: lane,
      at: location(call, lane: lane)
    )
    return .nothing
  }

  private static func eventKind(_ name: String, _ thread: LuaThread) -> Event.Kind? {
    switch name {
    case "unread": .unread(thread.byteArray(at: 3) ?? [])
    case "connected": .connected(name: thread.text(at: 3) ?? thread.text(at: 4) ?? "")
    case "listening": .listening(path: thread.text(at: 3) ?? "")
    case "accepted": .accepted
    case "ended": .ended
    case "reset": .reset
    case "closed": .closed
    case "aborted": .aborted
    case "shutdown": .shutDown
    case "note": .note(thread.text(at: 3) ?? "")
    default: nil
    }
  }
}
