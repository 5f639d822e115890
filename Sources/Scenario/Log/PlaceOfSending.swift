extension [Event] {
  /// The line of the script that sent what nobody has read of a conversation.
  ///
  /// - Parameter lane: The conversation.
  /// - Returns: The line; `nil` unless one other conversation alone has sent exactly what came there.
  func placeOfSending(unreadOn lane: String) -> ScriptLocation? {
    guard let came = bytes({ $0.cameOn(lane) }),
      let read = bytes({ $0.cameOn(lane) && !$0.kind.isUnread }), read.count < came.count
    else { return nil }
    let senders = Set(filter { $0.lane != lane && $0.sentBytes != nil }.map(\.lane))
    let matching = senders.filter { sender in bytes { $0.isSent(on: sender) } == came }
    guard matching.count == 1, let sender = matching.first else { return nil }
    var end = 0
    return first { event in
      guard event.isSent(on: sender) else { return false }
      end += event.sentBytes?.bytes.count ?? 0
      return end > read.count
    }?.location
  }

  /// All bytes of some events; `nil` where the log has not kept every one of them at hand.
  private func bytes(_ isPart: (Event) -> Bool) -> [UInt8]? {
    var bytes: [UInt8] = []
    for event in self where isPart(event) {
      guard let payload = event.kind.passedBytes, !payload.isCut else { return nil }
      bytes += payload.bytes
    }
    return bytes
  }
}

extension Event {
  fileprivate func cameOn(_ lane: String) -> Bool {
    guard self.lane == lane else { return false }
    return kind.isReceived || kind.isUnread
  }

  fileprivate func isSent(on lane: String) -> Bool { self.lane == lane && sentBytes != nil }

  fileprivate var sentBytes: Payload? {
    if case .sent(let payload) = kind { payload } else { nil }
  }
}

extension Event.Kind {
  fileprivate var passedBytes: Payload? {
    switch self {
    case .sent(let payload), .received(let payload), .unread(let payload): payload
    default: nil
    }
  }
}
