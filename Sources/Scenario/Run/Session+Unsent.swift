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

    /// How many bytes are missing.
    var missing: Int {
      max(0, (known ?? socket.lostByteCount + socket.bytesToWrite) - excused)
    }

    /// Whether bytes may leave yet.
    var isSending: Bool { known == nil && socket.bytesToWrite > 0 }
  }

  /// The name of the check.
  static let unsentCheck = "unsent"
  /// How long peers may take, at the end, to make room for what is queued.
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
      // whether what is lost by now is all that counts.
      LuaFunction("unsent") { [unowned self] call throws(LuaError) in
        guard let socket = LocalSocketLibrary.socket(call, at: 2), outcome == nil,
          !options.allow.contains(Self.unsentCheck)
        else { return .nothing }
        let sender = Sender(
          lane: try call.text(1),
          socket: socket,
          excused: try call.integer(3),
          known: call.thread.boolean(at: 4) ? socket.lostByteCount : nil,
          wasBlocked: socket.bytesToWrite > 0
        )
        senders.append(sender)
        return .nothing
      },
    ]
  }

  /// Lets what is queued leave, while the peers are still there.
  func awaitSenders() {
    guard outcome == nil, senders.contains(where: \.isSending) else { return }
    let deadline = Deadline.after(Self.sendingTime)
    let timer = library.loop.schedule(at: deadline) {}
    defer { timer.cancel() }
    turn { deadline.isPast || !senders.contains(where: \.isSending) }
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
