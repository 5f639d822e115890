internal import LocalSocketLua
internal import LocalSockets
internal import LuaBridge

// What the script has sent and the kernel has not taken: it is with nobody but us.

extension Session {
  /// A conversation from which something may not have left when it closed.
  struct Sender {
    let lane: String
    let socket: LocalSocket
    /// How many bytes may be lost, since the script itself has dropped who would have read them.
    let excused: Int
    /// What is known to be lost, where no more than that counts; `nil` where all counts.
    let known: Int?

    /// Whether the peer had made no room for bytes, which were queued when the conversation closed.
    let wasBlocked: Bool
    /// Whether the other end is this script's too.
    ///
    /// What another process has left behind is its own matter, and only who was faster says whether the
    /// kernel had taken it.
    let peerIsHere: Bool

    /// How many bytes are missing.
    ///
    /// What is excused is lost, as its connection has ended; what is still queued is not excused.
    var missing: Int {
      let lost = peerIsHere ? max(0, (known ?? socket.lostByteCount) - excused) : 0
      return known == nil ? lost + socket.bytesToWrite : lost
    }

    /// Whether bytes may leave yet.
    var isSending: Bool { known == nil && socket.bytesToWrite > 0 }
  }

  /// The name of the check.
  static let unsentCheck = "unsent"
  /// How long peers may take, at the end, to make room for more of what is queued.
  private static let sendingTime = Duration.milliseconds(100)

  var sendingNatives: [LuaFunction] {
    [
      // Sends what is queued: how many bytes are queued still, or were when the connection ended.
      LuaFunction("flush") { call throws(LuaError) in
        // What a process has not read of its standard input is its own matter.
        guard let socket = LocalSocketLibrary.socket(call, at: 1) else { return call.returning(0) }
        socket.flush()
        return call.returning(socket.bytesToWrite + socket.lostByteCount)
      },
      // Looks at the end whether all has left: the conversation, its socket, how many bytes are excused,
      // whether what is lost by now is all that counts, the process that has the other end.
      LuaFunction("unsent") { [unowned self] call throws(LuaError) in
        guard let socket = LocalSocketLibrary.socket(call, at: 2), outcome == nil,
          !options.allow.contains(Self.unsentCheck)
        else { return .nothing }
        // Who may leave messages unread may leave them where they were sent.
        let peerIsHere = try call.integer(5) == Int(ProcessCalls.ownNumber)
        if peerIsHere && options.allow.contains("unread") { return .nothing }
        let sender = Sender(
          lane: try call.text(1),
          socket: socket,
          excused: try call.integer(3),
          known: call.thread.boolean(at: 4) ? socket.lostByteCount : nil,
          wasBlocked: socket.bytesToWrite > 0,
          peerIsHere: peerIsHere
        )
        senders.append(sender)
        return .nothing
      },
    ]
  }

  /// Lets what is queued leave, while the peers are still there and read.
  func awaitSenders() {
    let limit = Deadline.after(options.wait)
    var queued = queuedCount
    while outcome == nil, queued > 0, !limit.isPast {
      let deadline = Deadline.after(Self.sendingTime.scaled(by: max(1, configuration.scale)))
      let timer = library.loop.schedule(at: deadline) {}
      turn { deadline.isPast || queuedCount == 0 }
      timer.cancel()
      if queuedCount == queued { return }
      queued = queuedCount
    }
  }

  /// How many bytes may leave yet.
  private var queuedCount: Int {
    senders.reduce(0) { $0 + ($1.isSending ? $1.socket.bytesToWrite : 0) }
  }

  /// Keeps what was not sent for the end.
  func keepUnsent() {
    for sender in senders where sender.missing > 0 {
      let lost = lostMessages(of: sender)
      var leftover = Leftover(
        check: Self.unsentCheck,
        message: sentence(about: sender, lost.map(\.bytes)),
        lane: sender.lane
      )
      leftover.location = lost.first?.location
      keep(leftover)
    }
    senders = []
  }

  /// The messages that were not sent in full, as the log has them; none where it has other bytes.
  private func lostMessages(
    of sender: Sender
  ) -> [(bytes: Payload, location: ScriptLocation?)] {
    var messages: [(bytes: Payload, location: ScriptLocation?)] = []
    var missing = sender.missing
    // In place of secrets there are others, in another number.
    guard log.secrets.isEmpty else { return [] }
    for event in log.events.reversed() where event.lane == sender.lane {
      guard missing > 0, case .sent(let bytes) = event.kind else { continue }
      missing -= bytes.size
      messages.append((bytes, event.location))
    }
    return missing > 0 ? [] : messages.reversed()
  }

  private func sentence(about sender: Sender, _ messages: [Payload]) -> String {
    let verb = sender.missing == 1 ? "was" : "were"
    let amount = counted(sender.missing, "byte")
    var text = "\(amount) sent on «\(sender.lane)» \(verb) never delivered"
    if let first = messages.first {
      let size = messages.reduce(0) { $0 + $1.size }
      let isWhole = size == sender.missing
      let shown = "\"\(EscapedBytes(first).bounded(to: 60))\""
      text += ": "
      if !isWhole { text += "the last of \(size), " }
      text += messages.count == 1 ? shown : "\(messages.count) messages, the first \(shown)"
    }
    return text + "; " + reason(of: sender)
  }

  private func reason(of sender: Sender) -> String {
    if sender.wasBlocked { return "the peer has not made room for them" }
    let isReset = sender.socket.lastError?.systemError?.isConnectionReset ?? false
    return isReset ? "the peer reset the connection" : "the peer closed the connection"
  }
}
