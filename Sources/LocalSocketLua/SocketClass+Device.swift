internal import LocalSockets
internal import LuaBridge

// What Qt's QIODevice says of a socket, and the bytes that go through it.

extension LuaString: LentBytes {}

extension LuaClass<SocketObject> {
  static var deviceMethods: [LuaFunction] {
    [
      flag("isOpen") { $0.isOpen },
      text("openMode") { $0.openMode.name },
      flag("isReadable") { $0.isReadable },
      flag("isWritable") { $0.isWritable },
      flag("isSequential") { $0.isSequential },
      flag("isTextModeEnabled") { $0.isTextModeEnabled },
      method("setTextModeEnabled") { (object, call) throws(LuaError) in
        let isEnabled = try call.boolean(2)
        guard object.socket.isOpen else {
          return object.refuse(call, to: "setTextModeEnabled", with: false)
        }
        object.socket.setTextModeEnabled(isEnabled)
        return .nothing
      },
      count("pos") { $0.pos },
      count("size") { $0.size },
      method("seek") { (object, call) throws(LuaError) in
        let position = try call.integer(2)
        return object.answerMove(call, "seek", object.socket.seek(position))
      },
      method("reset") { (object, call) throws(LuaError) in
        object.answerMove(call, "reset", object.socket.reset())
      },
      count("readBufferSize") { $0.readBufferSize },
      method("setReadBufferSize") { (object, call) throws(LuaError) in
        object.socket.readBufferSize = try call.integer(2)
        return .nothing
      },
      method("startTransaction") { (object, call) throws(LuaError) in
        object.startTransaction(call)
      },
      method("commitTransaction") { (object, call) throws(LuaError) in
        object.endTransaction(call, "commitTransaction") { $0.commitTransaction() }
      },
      method("rollbackTransaction") { (object, call) throws(LuaError) in
        object.endTransaction(call, "rollbackTransaction") { $0.rollbackTransaction() }
      },
      flag("isTransactionStarted") { $0.isTransactionStarted },
    ]
  }

  static var readingMethods: [LuaFunction] {
    [
      count("bytesAvailable") { $0.bytesAvailable },
      flag("canReadLine") { $0.canReadLine },
      flag("atEnd") { $0.atEnd },
      method("read") { (object, call) throws(LuaError) in
        let limit = try call.count(2)
        return unsafe object.socket.withUnreadBytes(upTo: limit) { unsafe call.returning($0) }
          ?? object.answerNothing(call, "read")
      },
      method("readAll") { (object, call) throws(LuaError) in
        unsafe object.socket.withUnreadBytes(upTo: .max) { unsafe call.returning($0) }
          ?? object.answerNothing(call, "readAll")
      },
      method("readLine") { (object, call) throws(LuaError) in
        let limit = try call.limit(2)
        return unsafe object.socket.withUnreadLine(upTo: limit) { unsafe call.returning($0) }
          ?? object.answerNothing(call, "readLine")
      },
      method("readData") { (object, call) throws(LuaError) in
        let limit = try call.count(2)
        return unsafe object.socket.withData(upTo: limit) { unsafe call.returning($0) }
          ?? object.answerNothing(call, "readData")
      },
      method("peek") { (object, call) throws(LuaError) in
        let limit = try call.count(2)
        return unsafe object.socket.withPeekedBytes(upTo: limit) { unsafe call.returning($0) }
          ?? object.answerNothing(call, "peek")
      },
      method("skip") { (object, call) throws(LuaError) in
        let count = object.socket.skip(maxLength: try call.count(2))
        return count.map(call.returning) ?? object.answerNothing(call, "skip")
      },
      method("getChar") { (object, call) throws(LuaError) in object.getChar(call) },
      method("ungetChar") { (object, call) throws(LuaError) in
        if object.socket.ungetChar(try call.byte(2)) {
          try object.library.checkMemory()
          return call.returning(true)
        }
        return object.refuseToPutBack(call, "ungetChar")
      },
    ]
  }

  static var writingMethods: [LuaFunction] {
    [
      count("bytesToWrite") { $0.bytesToWrite },
      method("write") { (object, call) throws(LuaError) in
        let bytes = unsafe try call.payload(2)
        if let count = unsafe object.socket.write(bytes, lend: { call.string(2) }) {
          try object.library.checkMemory()
          return call.returning(count)
        }
        return object.refuseWrite(call, to: "write")
      },
      method("writeData") { (object, call) throws(LuaError) in
        let count = unsafe object.socket.writeData(try call.payload(2))
        try object.library.checkMemory()
        return count.map(call.returning) ?? object.refuseWrite(call, to: "writeData")
      },
      method("putChar") { (object, call) throws(LuaError) in
        if object.socket.putChar(try call.byte(2)) {
          try object.library.checkMemory()
          return call.returning(true)
        }
        return object.refuseWrite(call, to: "putChar", with: false)
      },
      method("flush") { (object, call) throws(LuaError) in
        object.flush(call)
      },
    ]
  }
}

extension SocketObject {
  fileprivate func answerMove(_ call: LuaCall, _ verb: String, _ hasMoved: Bool) -> LuaAnswer {
    if hasMoved { return call.returning(true) }
    return refuse(call, to: verb, because: "a socket has no positions", with: false)
  }

  fileprivate func startTransaction(_ call: LuaCall) -> LuaAnswer {
    if !socket.isTransactionStarted, socket.startTransaction() { return call.returning(true) }
    return refuseToPutBack(call, "startTransaction")
  }

  fileprivate func endTransaction(
    _ call: LuaCall,
    _ verb: String,
    _ end: (LocalSocket) -> Void
  ) -> LuaAnswer {
    guard socket.isTransactionStarted else {
      return refuse(call, to: verb, because: "no transaction is under way", with: false)
    }
    end(socket)
    return call.returning(true)
  }

  fileprivate func refuseToPutBack(_ call: LuaCall, _ verb: String) -> LuaAnswer {
    if !socket.isReadable { return refuse(call, to: verb, with: false) }
    let reason =
      socket.isTransactionStarted
      ? "a transaction is under way" : "messages keep their boundaries, so nothing can be put back"
    return refuse(call, to: verb, because: reason, with: false)
  }

  fileprivate func getChar(_ call: LuaCall) -> LuaAnswer {
    if let byte = socket.getChar() {
      call.thread.push([byte])
      return .results(1)
    }
    let canCome = socket.isReadable && socket.canArrive
    return canCome ? call.returningNil() : answerNothing(call, "getChar")
  }

  fileprivate func flush(_ call: LuaCall) -> LuaAnswer {
    let failedSessions = socket.failedSessionCount
    let lostMessages = socket.lostMessageCount
    let wasDrained = socket.isDrained
    if socket.flush() { return call.returning(true) }
    let hasFailed =
      socket.failedSessionCount != failedSessions || socket.lostMessageCount != lostMessages
    if hasFailed, let error = socket.lastError {
      return refuse(call, to: "flush", because: error.reason, error.code, with: false)
    }
    let reason =
      socket.isValid && !wasDrained
      ? "the kernel has no room until the peer reads; waitForBytesWritten waits for that"
      : reasonNotToWait(for: .bytesWritten)
    return refuse(call, to: "flush", because: reason, with: false)
  }
}
