internal import LuaBridge

// The natives under a block that plays many cases in one state.

extension Session {
  var caseNatives: [LuaFunction] {
    [
      // Gives what would end the scenario to a function instead: the kind, the sentence, the line.
      LuaFunction("absorb") { [unowned self] call throws(LuaError) in try absorb(call) },
      // Raises an error in what runs so many milliseconds from now; 0 calls it off.
      LuaFunction("guardTime") { [unowned self] call throws(LuaError) in
        runtime.calm()
        let limit = try call.integer(1)
        runtime.interrupt(afterMilliseconds: limit, message: "the case took longer than its time")
        return .nothing
      },
      LuaFunction("ownNumber") { call throws(LuaError) in
        call.returning(Int(ProcessCalls.ownNumber))
      },
      LuaFunction("isInterrupted") { call throws(LuaError) in
        call.returning(Interruption.isRequested)
      },
      // Kills a process and lets go of it, so that many can come and go.
      LuaFunction("retire") { [unowned self] call throws(LuaError) in
        let process = try call.object(1, as: SpawnedProcess.self)
        process.isTold = true
        process.abandon()
        processes.removeAll { $0 === process }
        for stream in ["stdout", "stderr", "terminal"] {
          outputLanes.remove("\(process.name).\(stream)")
        }
        return .nothing
      },
      LuaFunction("makeDirectories") { call throws(LuaError) in
        FileSystem.makeDirectories(above: "\(try call.text(1))/")
        return .nothing
      },
    ]
  }

  private func absorb(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    guard call.hasArgument(1) else {
      absorb = nil
      return .nothing
    }
    call.thread.push(copyOf: 1)
    let taker = runtime.reference(takingFrom: call.thread)
    absorb = { [unowned self] failure in
      let main = runtime.main
      taker.push(on: main)
      main.push(failure.kind.rawValue)
      main.push(failure.message)
      main.push(failure.location?.line ?? 0)
      guard runtime.callTop(argumentCount: 3, resultCount: 1) == nil else { return false }
      defer { main.pop() }
      return main.boolean(at: -1)
    }
    return .nothing
  }
}
