internal import LocalSocketLua
internal import LocalSockets
internal import LuaBridge

// What becomes of the processes under test when the scenario fails or ends.

extension Session {
  /// How long children may outlive the process that has left them.
  private static let familyTime = Duration.milliseconds(250)
  /// How long the kernel may take to end what was killed.
  private static let killTime = Duration.seconds(5)
  /// How long a process may take to die of what has closed its connection.
  private static let deathTime = 250.0

  var processNatives: [LuaFunction] {
    [
      LuaFunction("spawn") { [unowned self] call throws(LuaError) in try spawn(call) },
      LuaFunction("awaitDeath") { [unowned self] call throws(LuaError) in awaitDeath(call) },
      // Stops the process at the other end of a socket, if it is one of the scenario's.
      LuaFunction("stopPeer") { [unowned self] call throws(LuaError) in
        if let peer = Self.peer(call, ofSocketAt: 1) { process(numbered: peer.pid)?.requestStop() }
        return .nothing
      },
      // Whether the script has stopped the process with this number; nil of this very process.
      LuaFunction("wasStopped") { [unowned self] call throws(LuaError) in
        let number = try call.integer(1)
        if number == Int(ProcessCalls.ownNumber) { return call.returningNil() }
        return call.returning(process(numbered: number)?.wasStopped ?? false)
      },
      // nil when nobody is bound to the path.
      LuaFunction("isListening") { call throws(LuaError) in
        guard let isReady = BoundSockets.takeMessages(at: try call.text(1)) else {
          return call.returningNil()
        }
        return call.returning(isReady)
      },
      LuaFunction("exists") { call throws(LuaError) in
        call.returning((try? FileSystem.status(of: try call.text(1))) != nil)
      },
      LuaFunction("isAlive") { call throws(LuaError) in
        let status = ProcessCalls.status(of: CInt(clamping: try call.integer(1)))
        return call.returning(status.map { !$0.hasEnded } ?? false)
      },
    ]
  }

  /// The process of the scenario that has this number, or of which a descendant has it.
  private func process(numbered pid: Int) -> SpawnedProcess? {
    let number = CInt(clamping: pid)
    return processes.last { $0.pid == number || $0.family.contains(number) }
  }

  /// Waits a moment for a process whose end would explain that a connection has ended.
  private func awaitDeath(_ call: LuaCall) -> LuaAnswer {
    let isExplained = processes.contains { $0.complaint() != nil }
    guard !isExplained, let process = processes.last(where: { $0.end == nil }) else {
      return .nothing
    }
    return call.waiting(
      for: process.wait(
        milliseconds: Self.deathTime,
        subject: "the end of «\(process.name)»",
        isForEnd: true
      )
    )
  }

  // MARK: Causes

  /// Puts the end of a process before a failure that it explains.
  ///
  /// The cause is named first, and what followed from it is a note. Who has only exited after a
  /// time-out, behind which the others have run on (`wasHeld`), is not its cause.
  func explained(_ failure: Failure, wasHeld: Bool) -> Failure {
    guard !processes.isEmpty, failure.kind.mayBeConsequence else { return failure }
    let time = wasHeld ? readingOn.expiry ?? .now : .now
    let ended = processes.filter { $0.end != nil }.sorted { $0.endTime < $1.endTime }
    for process in ended {
      guard let complaint = process.complaint(), complaint.isCrash || process.endTime < time
      else { continue }
      let sequel = "\(process.distance(to: time, "later", "before")): \(failure.message)"
      let notes = [sequel] + failure.notes
      return self.failure(of: process, complaint, at: failure.location, notes: notes)
    }
    guard failure.kind == .timeout || failure.kind == .deadlock else { return failure }
    var failure = failure
    failure.notes += processes.map { $0.state(at: time) }
    return failure
  }

  private func failure(
    of process: SpawnedProcess,
    _ complaint: EndExpectation.Complaint,
    at location: ScriptLocation? = nil,
    notes: [String] = []
  ) -> Failure {
    process.isTold = true
    var failure = Failure(
      complaint.isCrash ? .crash : .check,
      "«\(process.name)» (pid \(process.pid)) \(complaint.phrase)",
      at: location ?? process.location
    )
    failure.notes = complaint.lines + notes + [complaint.remedy].compactMap(\.self)
    return failure
  }

  // MARK: The end

  /// Stops what runs, the youngest first, and checks how it ends and what it leaves.
  func endProcesses() {
    guard !processes.isEmpty else { return }
    runtime.calm()
    for process in processes.reversed() { end(process) }
    if outcome == nil { checkSocketFiles() }
  }

  private func end(_ process: SpawnedProcess) {
    process.requestStop()
    turnLoop(within: Self.killTime + process.stopTime) { process.end != nil }
    if outcome == nil, let complaint = process.complaint() {
      fail(failure(of: process, complaint), actor: process.name, lane: process.name)
    }
    endFamily(of: process)
  }

  private func endFamily(of process: SpawnedProcess) {
    turnLoop(within: Self.familyTime) { process.survivors.isEmpty }
    let survivors = process.survivors
    if !survivors.isEmpty {
      let names = survivors.map { "\($0.name) (pid \($0.pid))" }.joined(separator: ", ")
      keep(
        Leftover(
          check: "leaks",
          message: "«\(process.name)» left processes behind: \(names)",
          lane: process.name,
          location: process.location,
          remedy: process.orphansRemedy
        )
      )
    }
    turnLoop(within: Self.killTime) { process.isForsaken || !process.family.clear() }
  }

  /// Turns the loop until a condition holds, also when the scenario is over; it is looked at again
  /// each few milliseconds.
  private func turnLoop(within limit: Duration, until isDone: () -> Bool) {
    if isDone() { return }
    let deadline = Deadline.after(limit)
    let timer = library.loop.schedule(every: .milliseconds(2)) {}
    defer { timer.cancel() }
    while !deadline.isPast {
      guard (try? library.turn()) != nil else { return }
      if isDone() { return }
    }
  }
}

extension Failure.Kind {
  /// Whether the end of a process may be its cause.
  fileprivate var mayBeConsequence: Bool {
    switch self {
    case .assertion, .mismatch, .timeout, .closed, .deadlock, .check, .scriptError: true
    case .crash, .memory, .interrupted, .loadError, .environment, .internalError: false
    }
  }
}

extension SpawnedProcess {
  /// What the process is doing, as the kernel tells it, or how it had ended by a time, or has since.
  func state(at time: Deadline) -> String {
    if let end {
      let distance = distance(to: time, "before", "after the time-out")
      return "«\(name)» (pid \(pid)) \(end.phrase), \(distance)"
    }
    guard let activity = ProcessCalls.activity(of: pid) else { return "«\(name)» is gone" }
    return "«\(name)» (pid \(pid)) \(activity)"
  }

  /// How far a time is from its end, with what is said of one behind it, or of one before it.
  fileprivate func distance(to time: Deadline, _ behind: String, _ ahead: String) -> String {
    let distance = time.nanoseconds - endTime.nanoseconds
    let text = DurationText.seconds(.nanoseconds(abs(distance)))
    return "\(text)s \(distance >= 0 ? behind : ahead)"
  }
}

extension ProcessCalls {
  /// What a process is doing, as the kernel tells it: "sleeps in ep_poll"; `nil` when it is gone.
  static func activity(of pid: CInt) -> String? {
    guard let status = status(of: pid) else { return nil }
    let channel = (try? FileSystem.contents(of: "/proc/\(pid)/wchan")) ?? []
    let place = String(decoding: channel, as: UTF8.self)
    let states: [Character: String] = [
      "R": "is running", "S": "sleeps", "D": "waits for a device", "T": "is stopped",
    ]
    let state = states[status.state] ?? "has ended"
    return state + (place.isEmpty || place == "0" ? "" : " in \(place)")
  }
}
