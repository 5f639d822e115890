internal import LocalSocketLua
internal import LocalSockets
internal import LuaBridge

// The functions of the table `host` that every chunk of the prelude gets.

extension Session {
  /// The natives by name.
  ///
  /// They do not keep the session alive: the runtime, which holds them, goes before it does.
  var natives: [LuaFunction] {
    logNatives + endingNatives + leftoverNatives + sendingNatives + actorNatives + textNatives
      + processNatives
      + additions.natives + (additions.playsCases ? caseNatives : [])
  }

  private var logNatives: [LuaFunction] {
    [
      LuaFunction("seed") { [unowned self] call throws(LuaError) in takeSeed(call) },
      LuaFunction("logSent") { [unowned self] call throws(LuaError) in logSent(call) },
      LuaFunction("logReceived") { [unowned self] call throws(LuaError) in logReceived(call) },
      LuaFunction("log") { [unowned self] call throws(LuaError) in try log(call) },
      LuaFunction("secret") { [unowned self] call throws(LuaError) in
        log.hide(call.thread.byteArray(at: 1) ?? [])
        return .nothing
      },
      LuaFunction("count") { [unowned self] _ throws(LuaError) in
        assertionCount += 1
        return .nothing
      },
    ]
  }

  private var endingNatives: [LuaFunction] {
    [
      LuaFunction("fail") { [unowned self] call throws(LuaError) in try raise(call) },
      LuaFunction("hold") { [unowned self] call throws(LuaError) in hold(call) },
      LuaFunction("keep") { [unowned self] call throws(LuaError) in keepFailure(call) },
      LuaFunction("place") { [unowned self] call throws(LuaError) in try place(call) },
      LuaFunction("refuse") { [unowned self] call throws(LuaError) in throw refusal(call) },
      LuaFunction("skip") { [unowned self] call throws(LuaError) in try skip(call) },
      LuaFunction("misuse") { call throws(LuaError) in
        throw Session.misuse(try call.text(1), call)
      },
      LuaFunction("defer") { [unowned self] call throws(LuaError) in
        call.thread.push(copyOf: 1)
        cast.deferred.append(runtime.reference(takingFrom: call.thread))
        return .nothing
      },
      LuaFunction("awaitReadyRead") { call throws(LuaError) in
        if let stream = LuaRuntime.object(at: 1, of: call.thread, as: ProcessStream.self) {
          return stream.waitForReadyRead(call)
        }
        return try LocalSocketLibrary.awaitReadyRead(call)
      },
      LuaFunction("allowHalfOpen") { call throws(LuaError) in
        // What a process writes ends in any case without what it reads.
        if LuaRuntime.object(at: 1, of: call.thread, as: ProcessStream.self) != nil {
          return .nothing
        }
        return try LocalSocketLibrary.allowHalfOpen(call)
      },
      LuaFunction("received") { [unowned self] call throws(LuaError) in try received(call) },
      LuaFunction("facts") { [unowned self] call throws(LuaError) in
        call.thread.push(list: facts(ofSocketAt: 1, call))
        return .results(1)
      },
      LuaFunction("rival") { [unowned self] call throws(LuaError) in rival(call) },
      LuaFunction("wasReset") { call throws(LuaError) in
        call.returning(LocalSocketLibrary.wasReset(call, at: 1))
      },
    ]
  }

  private var actorNatives: [LuaFunction] {
    [
      LuaFunction("declare") { [unowned self] call throws(LuaError) in try declare(call) },
      LuaFunction("arrive") { [unowned self] call throws(LuaError) in try arrive(call) },
      LuaFunction("absentees") { [unowned self] call throws(LuaError) in try absentees(call) },
      LuaFunction("row") { [unowned self] call throws(LuaError) in enterRow(call) },
      LuaFunction("task") { [unowned self] call throws(LuaError) in try startActor(call) },
      LuaFunction("actor") { [unowned self] call throws(LuaError) in try startServant(call) },
      LuaFunction("background") { [unowned self] call throws(LuaError) in
        try startBackground(call)
      },
    ]
  }

  private var textNatives: [LuaFunction] {
    [
      LuaFunction("directory") { [unowned self] call throws(LuaError) in
        do throws(Failure) {
          return call.returning(try privateDirectory())
        } catch {
          throw .message(error.message)
        }
      },
      LuaFunction("duration") { [unowned self] call throws(LuaError) in try duration(call) },
      LuaFunction("fileNames") { call throws(LuaError) in
        guard let names = try? FileSystem.names(in: try call.text(1)) else {
          return call.returningNil()
        }
        call.thread.push(lines: names.map { String(decoding: $0, as: UTF8.self) }.sorted())
        return .results(1)
      },
      LuaFunction("suggestion") { call throws(LuaError) in Session.suggestion(call) },
      LuaFunction("unknownGlobal") { [unowned self] call throws(LuaError) in
        unknownGlobal(call)
      },
    ]
  }

  /// A duration in milliseconds, from a number or a text.
  ///
  /// -1 is for ever. The second argument names it in messages.
  private func duration(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    let thread = call.thread
    let what = thread.text(at: 2) ?? "duration"
    if let milliseconds = thread.number(at: 1) {
      guard milliseconds.isFinite, milliseconds >= 0 || milliseconds == -1 else {
        throw Self.misuse("\(what) is a number of milliseconds from 0, or -1 for ever", call)
      }
      thread.push(milliseconds * scale(of: what, milliseconds))
      return .results(1)
    }
    guard let text = thread.text(at: 1) else {
      throw Self.misuse("\(what) is a number of milliseconds or a text such as \"250ms\"", call)
    }
    do {
      let milliseconds = try DurationText.parse(text).milliseconds
      thread.push(milliseconds * scale(of: what, milliseconds))
    } catch {
      throw Self.misuse("\(what): \(error)", call)
    }
    return .results(1)
  }

  /// What a duration is multiplied by: a deadline with the factor for all of them.
  private func scale(of what: String, _ milliseconds: Double) -> Double {
    (what == "timeout" || what == "deadline") && milliseconds > 0 ? configuration.scale : 1
  }

  /// The end of a sentence that names what of a list is most like a misspelt name; empty where
  /// nothing is.
  private static func suggestion(_ call: LuaCall) -> LuaAnswer {
    let thread = call.thread
    guard thread.type(at: 1) == .string, let name = thread.text(at: 1) else {
      return call.returning("")
    }
    let candidates = (0..<thread.rawLength(at: 2)).compactMap { index in
      thread.rawGet(index + 1, from: 2)
      defer { thread.pop() }
      return thread.text(at: -1)
    }
    let nearest = NearestName.suggestion(for: name, among: candidates)
    return call.returning(nearest.map { "; did you mean '\($0)'?" } ?? "")
  }
}

extension Duration {
  /// The duration as Lua gets it.
  var milliseconds: Double { Double(nanoseconds) / 1_000_000 }
}
