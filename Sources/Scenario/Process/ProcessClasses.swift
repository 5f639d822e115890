internal import LocalSockets
internal import LuaBridge

// What the prelude has in hand of a process: the process itself, and its streams in the form of
// sockets.

extension SpawnedProcess {
  static var luaClass: LuaClass<SpawnedProcess> {
    LuaClass(
      "process",
      methods: knowing + waiting + acting,
      close: { _, _ in },
      describe: { "process «\($0.name)» (\($0.pid))" }
    )
  }

  private typealias Methods = LuaClass<SpawnedProcess>

  private static var knowing: [LuaFunction] {
    [
      Methods.method("pid") { (process, call) throws(LuaError) in
        call.returning(Int(process.pid))
      },
      Methods.method("streams") { (process, call) throws(LuaError) in
        let streams = process.streams
        for stream in [streams.input, streams.output, streams.errors] {
          if let stream {
            call.runtime.push(stream, on: call.thread)
          } else {
            call.thread.push(false)
          }
        }
        return .results(3)
      },
      // nil while it runs; else "exit" or "signal", the status or the name, and the predicate.
      Methods.method("ending") { (process, call) throws(LuaError) in process.pushEnd(call) },
      // A sentence's predicate, further lines, whether it is a crash, and what the script can do about it
      // when the end is not as expected, else nil.
      Methods.method("complaint") { (process, call) throws(LuaError) in
        guard let complaint = process.complaint() else {
          return call.returningNil()
        }
        call.thread.push(complaint.phrase)
        call.thread.push(lines: complaint.lines)
        call.thread.push(complaint.isCrash)
        guard let remedy = complaint.remedy else { return .results(3) }
        call.thread.push(remedy)
        return .results(4)
      },
      Methods.method("lastLines") { (process, call) throws(LuaError) in
        call.thread.push(lines: process.lastLines(try call.integer(2)))
        return .results(1)
      },
      // It has ended, and nobody holds its output open.
      Methods.method("isSilent") { (process, call) throws(LuaError) in
        call.returning(process.isSilent)
      },
      // Nothing is left of it that could say anything.
      Methods.method("isGone") { (process, call) throws(LuaError) in
        call.returning(process.end != nil && process.survivors.isEmpty)
      },
      Methods.method("contains") { (process, call) throws(LuaError) in
        call.returning(process.family.contains(CInt(clamping: try call.integer(2))))
      },
      Methods.method("descriptors") { (process, call) throws(LuaError) in
        process.pushDescriptors(call)
      },
    ]
  }

  private static var waiting: [LuaFunction] {
    [
      // Whether anything has changed before the time was up: milliseconds, what is waited for.
      Methods.method("await") { (process, call) throws(LuaError) in
        call.waiting(
          for: process.wait(
            milliseconds: call.thread.number(at: 2) ?? -1,
            subject: try call.text(3)
          )
        )
      },
      Methods.method("wake") { (process, _) throws(LuaError) in
        process.wake()
        return .nothing
      },
      // The line that holds a text, if it has come, and where the next search begins: the text,
      // whether in the standard error, where to begin.
      Methods.method("find") { (process, call) throws(LuaError) in
        let finding = process.find(
          call.thread.byteArray(at: 2) ?? [],
          inErrors: call.thread.boolean(at: 3),
          from: try call.integer(4)
        )
        if let line = finding.line { call.thread.push(line) } else { call.thread.pushNil() }
        call.thread.push(finding.position)
        return .results(2)
      },
    ]
  }

  private static var acting: [LuaFunction] {
    [
      Methods.method("signal") { (process, call) throws(LuaError) in
        let name = try call.text(2)
        do throws(ProcessSignal.Unknown) {
          return call.returning(process.send(try ProcessSignal(name: name)))
        } catch {
          throw Session.misuse("\(error)", call)
        }
      },
      Methods.method("requestStop") { (process, _) throws(LuaError) in
        process.requestStop()
        return .nothing
      },
      Methods.method("noteSockets") { (process, _) throws(LuaError) in
        process.noteSockets()
        return .nothing
      },
      Methods.method("account") { (process, _) throws(LuaError) in
        process.expectation.isAccounted = true
        return .nothing
      },
      Methods.method("tell") { (process, _) throws(LuaError) in
        process.isTold = true
        return .nothing
      },
    ]
  }

  private func pushEnd(_ call: LuaCall) -> LuaAnswer {
    switch end {
    case nil: return call.returningNil()
    case .exit(let status):
      call.thread.push("exit")
      call.thread.push(Int(status))
    case .signal(let signal, _):
      call.thread.push("signal")
      call.thread.push(signal.name)
    }
    call.thread.push(end?.phrase ?? "")
    return .results(3)
  }

  /// How many descriptors the process has open, and where each leads, by its number.
  private func pushDescriptors(_ call: LuaCall) -> LuaAnswer {
    let directory = "/proc/\(pid)/fd"
    guard end == nil, let names = try? FileSystem.names(in: directory) else {
      return call.failing("«\(name)» \(end?.phrase ?? "lets nobody look")", code: "OperationError")
    }
    call.thread.push(names.count)
    call.thread.pushNewTable(fields: names.count)
    for name in names {
      let name = String(decoding: name, as: UTF8.self)
      guard let number = Int(name), let target = ProcessCalls.target(ofLink: "\(directory)/\(name)")
      else { continue }
      call.thread.push(target)
      call.thread.rawSet(number, in: -2)
    }
    return .results(2)
  }
}

extension ProcessStream {
  static var luaClass: LuaClass<ProcessStream> {
    typealias Methods = LuaClass<ProcessStream>
    return LuaClass(
      "process stream",
      methods: [
        Methods.method("readAll") { (stream, call) throws(LuaError) in stream.readAll(call) },
        Methods.method("waitForReadyRead") { (stream, call) throws(LuaError) in
          stream.waitForReadyRead(call)
        },
        Methods.method("bytesAvailable") { (stream, call) throws(LuaError) in
          call.returning(stream.unread.count)
        },
        Methods.method("write") { (stream, call) throws(LuaError) in
          let bytes = call.thread.byteArray(at: 2) ?? []
          if let problem = stream.write(bytes) {
            return call.failing(problem, code: "OperationError")
          }
          return call.returning(bytes.count)
        },
        // A write sends at once.
        Methods.method("flush") { (_, call) throws(LuaError) in call.returning(true) },
        Methods.method("bytesToWrite") { (stream, call) throws(LuaError) in
          call.returning(stream.unsentCount)
        },
        Methods.method("shutdown") { (stream, call) throws(LuaError) in
          stream.endInput()
          return call.returning(true)
        },
        Methods.method("disconnectFromServer") { (stream, _) throws(LuaError) in
          stream.leave()
          return .nothing
        },
        Methods.method("abort") { (stream, _) throws(LuaError) in
          stream.close()
          return .nothing
        },
        Methods.method("isValid") { (stream, call) throws(LuaError) in
          call.returning(stream.isOpen)
        },
        // A socket's own words, where a stream has nothing to say.
        Methods.method("error") { (_, call) throws(LuaError) in
          call.returning("UnknownSocketError")
        },
        Methods.method("peerCredentials") { (_, call) throws(LuaError) in call.returningNil() },
      ],
      close: { stream, _ in stream.leave() },
      describe: { $0.title }
    )
  }
}

extension LuaThread {
  /// Pushes a list of texts.
  func push(lines: [String]) {
    pushNewTable(list: lines.count)
    for (index, line) in lines.enumerated() {
      push(line)
      rawSet(index + 1, in: -2)
    }
  }
}
