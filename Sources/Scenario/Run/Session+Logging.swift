internal import LocalSocketLua
internal import LocalSockets
internal import LuaBridge

// The natives that write the log.

extension Session {
  /// Gives the run's seed and a number that tells the scenario from others, and records that the
  /// script depends on them.
  func takeSeed(_ call: LuaCall) -> LuaAnswer {
    if !hasTakenSeed { log.append(.seedTaken, actor: actorName) }
    hasTakenSeed = true
    call.thread.push(configuration.seed)
    let key = ScenarioDescription(file: script.path, name: name).key
    call.thread.push(Int(truncatingIfNeeded: stableHash(key.utf8)))
    return .results(2)
  }

  /// Records that the bytes at an index were sent; the path that every message takes.
  func logSent(_ call: LuaCall) -> LuaAnswer {
    append(Event.Kind.sent, lane: 1, bytes: 2, call)
  }

  /// Records that the script took a message.
  func logReceived(_ call: LuaCall) -> LuaAnswer {
    if isOutput(call.thread, lane: 1) { return .nothing }
    return append(Event.Kind.received, lane: 1, bytes: 2, call)
  }

  /// Whether a conversation is with the output of a process, which is in the log as it came.
  private func isOutput(_ thread: LuaThread, lane: Int32) -> Bool {
    !outputLanes.isEmpty && outputLanes.contains(thread.text(at: lane) ?? "")
  }

  /// Records an event whose kind is named: the kind, the lane and what belongs to the kind.
  func log(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    let name = try call.text(1)
    if name == "unread" { return append(Event.Kind.unread, lane: 2, bytes: 3, call) }
    guard let kind = Self.eventKind(name, call) else {
      throw .argument(1, "no kind of event")
    }
    if kind == .closed || kind == .ended, isOutput(call.thread, lane: 2) { return .nothing }
    return append(kind, lane: 2, call)
  }

  private func append(_ kind: Event.Kind, lane: Int32, _ call: LuaCall) -> LuaAnswer {
    let lane = call.thread.text(at: lane) ?? ""
    let location = location(call, lane: lane)
    if kind.isOpening {
      let isListener = if case .listening = kind { true } else { false }
      noteOrigin(Origin(lane: lane, isListener: isListener), location)
    }
    log.append(kind, actor: actorName, lane: lane, at: location)
    return .nothing
  }

  private func append(
    _ kind: (Payload) -> Event.Kind,
    lane: Int32,
    bytes: Int32,
    _ call: LuaCall
  ) -> LuaAnswer {
    let lane = call.thread.text(at: lane) ?? ""
    log.append(
      kind,
      call.thread.byteArray(at: bytes) ?? [],
      actor: actorName,
      lane: lane,
      at: location(call, lane: lane)
    )
    return .nothing
  }

  private var actorName: String { runtime.scheduler.current?.name ?? "main" }

  /// The end of the socket at 5, of whose unread bytes so many as the number at 3 are here.
  private static func aborted(_ call: LuaCall) -> Event.Kind {
    let socket = LocalSocketLibrary.socket(call, at: 5)
    return .aborted(
      unsent: socket?.bytesToWrite ?? 0,
      unread: (call.thread.integer(at: 3) ?? 0) + (socket?.unreadByteCount ?? 0)
    )
  }

  private static func eventKind(_ name: String, _ call: LuaCall) -> Event.Kind? {
    let thread = call.thread
    return switch name {
    case "connected":
      .connected(name: thread.text(at: 3) ?? thread.text(at: 4) ?? "", peer(call, ofSocketAt: 5))
    case "listening": .listening(path: thread.text(at: 3) ?? "")
    case "accepted": .accepted(peer(call, ofSocketAt: 5))
    case "ended": .ended
    case "reset": .reset
    case "closed": .closed
    case "aborted": aborted(call)
    case "shutdown": .shutDown
    case "waited":
      .waited(for: thread.text(at: 3) ?? "", .milliseconds(thread.number(at: 4) ?? 0))
    case "ready": .ready(thread.text(at: 3) ?? "")
    case "note": .note(thread.text(at: 3) ?? "")
    default: nil
    }
  }
}

extension Event.Kind {
  /// Whether a conversation or a listener begins with it.
  fileprivate var isOpening: Bool {
    switch self {
    case .connected, .accepted, .listening: true
    default: false
    }
  }
}
