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
