internal import LocalSocketLua
internal import LocalSockets
internal import LuaBridge

// What the kernel knows of a connection and of who is at its other end.

extension Session {
  /// The process at the other end of a socket; `nil` where it is this one, or where nobody knows.
  static func peer(_ call: LuaCall, ofSocketAt index: Int32) -> Event.Peer? {
    guard let pid = LocalSocketLibrary.socket(call, at: index)?.peerCredentials?.pid,
      pid > 0, pid != ProcessCalls.ownNumber
    else { return nil }
    return Event.Peer(pid: Int(pid), command: ProcessCalls.status(of: pid)?.name ?? "")
  }

  /// The last messages that the script has taken, so many as the number at 1, the last one first.
  ///
  /// - Returns: A list of tables: `lane`, `bytes`, `place` in the script and `time` since the start.
  func received(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    let (thread, limit, events) = (call.thread, try call.integer(1), log.events)
    thread.pushNewTable()
    var count = 0
    for event in events.reversed() where count < limit {
      guard case .received(let payload) = event.kind, !payload.isCut else { continue }
      thread.pushNewTable(fields: 4)
      thread.push(event.lane)
      thread.rawSet("lane", in: -2)
      thread.push(payload.bytes)
      thread.rawSet("bytes", in: -2)
      thread.push(event.location.map { "at \($0)" } ?? "by \(event.actor)")
      thread.rawSet("place", in: -2)
      thread.push("\(DurationText.seconds(event.time - (events.first?.time ?? .zero)))s")
      thread.rawSet("time", in: -2)
      count += 1
      thread.rawSet(count, in: -2)
    }
    return .results(1)
  }

  /// Why nothing may have come on a connection, a sentence a fact.
  func facts(ofSocketAt index: Int32, _ call: LuaCall) -> [String] {
    guard let socket = LocalSocketLibrary.socket(call, at: index) else { return [] }
    var facts: [String] = []
    if socket.bytesToWrite > 0 {
      facts.append("\(counted(socket.bytesToWrite, "byte")) to be sent still wait here")
    }
    if socket.isAwaitingReader { facts.append("the peer has not read all that was sent") }
    if let peer = Self.peer(call, ofSocketAt: index),
      // What those of the scenario do is told in any case.
      !processes.contains(where: { Int($0.pid) == peer.pid }),
      let activity = ProcessCalls.activity(of: CInt(peer.pid))
    {
      facts.append("the peer, \(peer.command) (pid \(peer.pid)), \(activity)")
    }
    return facts
  }
}
