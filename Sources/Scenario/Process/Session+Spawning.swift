internal import LocalSocketLua
internal import LocalSockets
internal import LuaBridge

// The native that starts a process.

extension Session {
  /// Starts the command that a table describes, which the prelude has checked.
  ///
  /// - Returns: The process, or `nil` and why it could not be started.
  func spawn(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    prepareForProcesses()
    let request: SpawnRequest
    do throws(ProcessSignal.Unknown) {
      request = try SpawnRequest(call.thread, table: 1)
    } catch {
      throw Self.misuse("stop: \(error)", call)
    }
    do throws(Unstartable) {
      let process = try start(request, call)
      processes.append(process)
      outputLanes.formUnion(["stdout", "stderr", "terminal"].map { "\(process.name).\($0)" })
      library.processCount += 1
      runtime.push(process, on: call.thread)
      return .results(1)
    } catch {
      if error.isMisuse { throw Self.misuse(error.reason, call) }
      return call.failing("cannot start «\(request.name)»: \(error.reason)", code: "StartError")
    }
  }

  /// Why a command cannot be started.
  private struct Unstartable: Error {
    let reason: String
    /// The script is wrong, whatever the machine.
    var isMisuse = false
  }

  private func prepareForProcesses() {
    guard processes.isEmpty else { return }
    runtime.register(SpawnedProcess.luaClass)
    runtime.register(ProcessStream.luaClass)
  }

  private func start(_ request: SpawnRequest, _ call: LuaCall) throws(Unstartable) -> SpawnedProcess
  {
    let mark = ProcessFamily.newMark()
    var command = request.command(mark: mark)
    try check(command)
    do throws(ProcessCommand.NotFound) { try command.resolveProgram() } catch {
      throw Unstartable(reason: error.reason)
    }
    let name = request.name
    let location = location(call)
    do throws(ProcessCalls.StartFailure) {
      return try SpawnedProcess(
        name: name,
        at: location,
        command: command,
        mark: mark,
        streams: try streams(request),
        stopRule: request.stopRule,
        allowsLeaks: options.allow.contains("leaks"),
        isAttended: additions.note == nil,
        loop: library.loop,
        ownedBy: { (owner) throws(ProcessCalls.Failure) in try giveDirectory(to: owner) },
        journal: journal(of: name, at: location),
        ended: { [unowned self] in library.processCount -= 1 }
      )
    } catch {
      throw Unstartable(reason: Self.reason(error, command))
    }
  }

  private func journal(of name: String, at location: ScriptLocation?) -> SpawnedProcess.Journal {
    SpawnedProcess.Journal(
      record: { [unowned self] kind in
        log.append(kind, actor: name, lane: name, at: kind.isSpawn ? location : nil)
      },
      recordOutput: { [unowned self] stream, bytes, linesBefore in
        log.append(
          { .output(stream: stream, $0, linesBefore: linesBefore) },
          bytes,
          actor: name,
          lane: name,
          at: nil
        )
      }
    )
  }

  private func check(_ command: ProcessCommand) throws(Unstartable) {
    for limit in command.limits where !ProcessCalls.limitNames.contains(limit.name) {
      let hint =
        NearestName.suggestion(for: limit.name, among: ProcessCalls.limitNames)
        .map { "; did you mean '\($0)'?" } ?? ""
      throw Unstartable(reason: "there is no limit '\(limit.name)'\(hint)", isMisuse: true)
    }
  }

  private func streams(
    _ request: SpawnRequest
  ) throws(ProcessCalls.StartFailure) -> ProcessStreams.Ends {
    do throws(ProcessCalls.Failure) {
      if let connection = request.connection { return try .connection(connection) }
      return try request.hasTerminal ? .terminal() : .pipes()
    } catch {
      throw ProcessCalls.StartFailure(step: .preparation, code: error.code)
    }
  }

  /// Lets a process that runs as another user make sockets in the scenario's directory, which root
  /// may enter all the same.
  private func giveDirectory(to owner: ProcessCalls.Owner) throws(ProcessCalls.Failure) {
    guard FileSystem.isRoot, let directory = try? privateDirectory() else { return }
    try ProcessCalls.changeOwner(of: directory, to: owner)
  }

  private static func reason(
    _ failure: ProcessCalls.StartFailure,
    _ command: ProcessCommand
  ) -> String {
    let path = String(decoding: command.path, as: UTF8.self)
    let user = command.user ?? ""
    switch failure.step {
    case .execute where failure.isNoProgram:
      return "\(path) is neither a program nor a script with a first line such as #!/bin/sh"
    case .execute where failure.isAbsence && (try? FileSystem.status(of: path)) != nil:
      return "the interpreter that \(path) names in its first line is missing"
    case .execute: return "\(path): \(failure.reason)"
    case .directory:
      let directory = String(decoding: command.directory ?? [], as: UTF8.self)
      return "its directory \(directory): \(failure.reason)"
    case .user where failure.isAbsence: return "there is no user '\(user)'"
    case .user: return "it cannot run as the user '\(user)': \(failure.reason)"
    case .limits: return "its limits cannot be set: \(failure.reason)"
    case .preparation: return failure.reason
    }
  }
}

extension Event.Kind {
  fileprivate var isSpawn: Bool {
    if case .spawned = self { true } else { false }
  }
}
