internal import LocalSockets
internal import LuaBridge

// Messages and credentials as Lua sees them: plain tables.

extension LuaCall {
  /// Takes the oldest message and pushes it: `{ data, from, descriptors, credentials }`.
  ///
  /// - Returns: Nil, with nothing pushed, when there is none.
  func takeMessage(of socket: LocalSocket) -> LuaAnswer? {
    // Only the string is made while the bytes are lent: making tables may run finalisers of scripts.
    let message = unsafe socket.withMessage { bytes, message in
      unsafe thread.push(bytes)
      return message
    }
    guard let message else { return nil }
    pushTable(of: message)
    return .results(1)
  }

  /// Pushes the table of a message whose data is on the stack's top.
  private func pushTable(of message: IncomingMessages.Part) {
    thread.pushNewTable(fields: 4)
    thread.push(copyOf: -2)
    thread.rawSet("data", in: -2)
    if let from = message.sender {
      thread.push(from.bytes)
      thread.rawSet("from", in: -2)
    }
    push(message.descriptors)
    thread.rawSet("descriptors", in: -2)
    if let credentials = message.credentials {
      thread.push(credentials)
      thread.rawSet("credentials", in: -2)
    }
  }

  private func push(_ descriptors: [PassedDescriptor]) {
    thread.pushNewTable(list: descriptors.count)
    for (position, descriptor) in descriptors.enumerated() {
      runtime.push(descriptor, on: thread)
      thread.rawSet(position + 1, in: -2)
    }
  }
}

extension LuaThread {
  /// Pushes `{ pid, uid, gid }`.
  func push(_ credentials: PeerCredentials) {
    pushNewTable(fields: 3)
    push(Int(credentials.pid))
    rawSet("pid", in: -2)
    push(Int(credentials.uid))
    rawSet("uid", in: -2)
    push(Int(credentials.gid))
    rawSet("gid", in: -2)
  }

  /// Pushes a list of texts.
  package func push(list texts: [String]) {
    pushNewTable(list: texts.count)
    for (position, text) in texts.enumerated() {
      push(text)
      rawSet(position + 1, in: -2)
    }
  }
}
