internal import LuaBridge
internal import Scenario

/// What the prompt's own part of the prelude calls of the host.
final class PromptNatives {
  private let session: Session
  private let output: Output
  /// Whether `:quit` was typed.
  var isLeaving = false

  init(_ session: Session, _ output: Output) {
    self.session = session
    self.output = output
  }

  /// How long a line that sends lets an answer come, in milliseconds: where nobody types, the next
  /// line is there at once.
  private static func patience(_ configuration: ReplConfiguration) -> Int {
    configuration.isInteractive ? 100 : 1000
  }

  /// Adds the functions to the table that every chunk of the prelude gets.
  func install(_ configuration: ReplConfiguration) {
    let main = session.runtime.main
    session.pushHost()
    for native in natives {
      session.runtime.pushFunction(named: native.name, native.body)
      main.rawSet(native.name, in: -2)
    }
    main.push(Self.patience(configuration))
    main.rawSet("patience", in: -2)
    main.push(configuration.isInteractive)
    main.rawSet("isInteractive", in: -2)
    main.push(configuration.hasScreen)
    main.rawSet("hasScreen", in: -2)
    main.push(configuration.complainsOnScreen)
    main.rawSet("complainsOnScreen", in: -2)
    main.pop()
  }

  /// A function that does nothing once the session is over, which a scenario may outlive.
  private func native(
    _ name: String,
    _ body: @escaping (PromptNatives, LuaCall) throws(LuaError) -> LuaAnswer
  ) -> LuaFunction {
    LuaFunction(name) { [weak self] call throws(LuaError) in
      guard let self else { return .nothing }
      return try body(self, call)
    }
  }

  private var natives: [LuaFunction] { screenNatives + sessionNatives + surroundingNatives }

  private var screenNatives: [LuaFunction] {
    [
      native("show") { (natives, call) throws(LuaError) in
        natives.output.show(call.thread.display(at: 1))
        return .nothing
      },
      native("tell") { (natives, call) throws(LuaError) in
        natives.output.tell(
          call.thread.text(at: 1) ?? "",
          hanging: max(0, call.thread.integer(at: 2) ?? 0)
        )
        return .nothing
      },
      native("write") { (natives, call) throws(LuaError) in
        natives.output.write(call.thread.text(at: 1) ?? "")
        return .nothing
      },
      native("takeKeys") { (natives, call) throws(LuaError) in
        natives.output.takeKeys(call.thread.boolean(at: 1))
        return .nothing
      },
      native("columns") { (natives, call) throws(LuaError) in
        call.returning(natives.output.columns)
      },
      native("trace") { (natives, call) throws(LuaError) in
        let output = natives.output
        if let word = call.thread.text(at: 1), !word.isEmpty { output.showsAll = word == "on" }
        return call.returning(output.showsAll)
      },
    ]
  }

  private var sessionNatives: [LuaFunction] {
    [
      native("quit") { (natives, _) throws(LuaError) in
        natives.isLeaving = true
        return .nothing
      },
      native("waiters") { (natives, call) throws(LuaError) in natives.waiters(call) },
      native("rows") { (natives, call) throws(LuaError) in natives.rows(call) },
      native("events") { (natives, call) throws(LuaError) in natives.events(call) },
    ]
  }

  /// What the module and the prelude have no need of.
  private var surroundingNatives: [LuaFunction] {
    [
      native("source") { (natives, call) throws(LuaError) in
        let name = call.thread.text(at: 1) ?? ""
        guard let source = natives.session.language.source(of: name) else {
          return call.returningNil()
        }
        call.thread.push(source)
        return .results(1)
      },
      native("command") { (_, call) throws(LuaError) in
        guard let pid = call.thread.integer(at: 1), let command = TerminalCalls.command(of: pid)
        else { return call.returningNil() }
        return call.returning(command)
      },
      native("isThere") { (_, call) throws(LuaError) in
        call.returning(TerminalCalls.isThere(call.thread.text(at: 1) ?? ""))
      },
      native("workingDirectory") { (_, call) throws(LuaError) in
        call.returning(TerminalCalls.workingDirectory)
      },
      native("names") { (natives, call) throws(LuaError) in
        natives.pushed(TerminalCalls.names(in: call.thread.text(at: 1) ?? "."), call)
      },
    ]
  }

  private func waiters(_ call: LuaCall) -> LuaAnswer {
    let lines = session.waiters.filter { $0.actor != Repl.actor }.map { waiter in
      let place = waiter.location.map { " at \($0)" } ?? ""
      return "\(waiter.actor)\(place) waits for \(waiter.what)"
    }
    return pushed(lines, call)
  }

  /// The last events, a line each: so many as the argument says.
  private func rows(_ call: LuaCall) -> LuaAnswer {
    let count = min(call.thread.integer(at: 1) ?? 20, Int.max / 2)
    var last: [(number: Int, event: Event)] = []
    var number = 0
    session.log.forEachEvent { event in
      guard event.scenario == session.log.scenario else { return }
      number += 1
      last.append((number, event))
      if last.count > 2 * count { last.removeFirst(count) }
    }
    let width = String(number).count
    let lines = last.suffix(count).map { number, event in
      let number = TerminalText.rightAligned(String(number), to: width) + " "
      return number + output.line(for: event, indent: number.count)
    }
    return pushed(lines, call)
  }

  private func pushed(_ lines: [String], _ call: LuaCall) -> LuaAnswer {
    call.thread.pushNewTable(list: lines.count)
    for (index, line) in lines.enumerated() {
      call.thread.push(line)
      call.thread.rawSet(index + 1, in: -2)
    }
    return .results(1)
  }

  /// The events of conversations from one number to another, as tables.
  private func events(_ call: LuaCall) -> LuaAnswer {
    let thread = call.thread
    let first = thread.integer(at: 1) ?? 1
    let last = thread.integer(at: 2) ?? .max
    thread.pushNewTable()
    var number = 0
    var count = 0
    session.log.forEachEvent { event in
      guard event.scenario == session.log.scenario else { return }
      number += 1
      guard number >= first, number <= last, !event.lane.isEmpty else { return }
      count += 1
      push(event, on: thread)
      thread.rawSet(count, in: -2)
    }
    return .results(1)
  }

  private func push(_ event: Event, on thread: LuaThread) {
    thread.pushNewTable(fields: 3)
    thread.push(event.lane)
    thread.rawSet("lane", in: -2)
    thread.push(event.kind.name)
    thread.rawSet("kind", in: -2)
    switch event.kind {
    case .sent(let payload), .received(let payload):
      thread.push(session.log.bytes(of: payload))
      thread.rawSet("bytes", in: -2)
    case .connected(let name, _), .listening(let name):
      thread.push(name)
      thread.rawSet("name", in: -2)
    case .note(let text):
      thread.push(text)
      thread.rawSet("text", in: -2)
    case .exited(let status):
      thread.push(status)
      thread.rawSet("ending", in: -2)
    case .signalled(let signal, _):
      thread.push(signal)
      thread.rawSet("ending", in: -2)
    default: break
    }
  }
}
