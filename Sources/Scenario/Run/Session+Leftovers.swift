internal import LocalSocketLua
internal import LuaBridge

// What a scenario has left undone: found at its end, told all at once, or besides the complaint about
// a process that has ended with it.

extension Session {
  /// Something that a check at the end has found.
  struct Leftover {
    /// The name of the check, which `allow` may leave out.
    let check: String
    let message: String
    /// The conversation, listener or process.
    var lane = ""
    /// Where that was opened, started or sent.
    var location: ScriptLocation?
    /// What the script can do about it.
    var remedy: String?
  }

  /// What was opened; a listener and a client of it have the same name.
  struct Origin: Hashable {
    let lane: String
    let isListener: Bool
  }

  var leftoverNatives: [LuaFunction] {
    [
      // Whether a check at the end is left out, as it also is where that cannot matter any more.
      LuaFunction("allows") { [unowned self] call throws(LuaError) in
        let check = try call.text(1)
        return call.returning(outcome != nil || options.allow.contains(check))
      },
      // Whether the other end of a socket is known to be another process.
      LuaFunction("isElsewhere") { call throws(LuaError) in
        call.returning(Self.peer(call, ofSocketAt: 1) != nil)
      },
      LuaFunction("receiveAvailable") { call throws(LuaError) in
        try LocalSocketLibrary.receiveAvailable(call)
      },
      // Keeps what a check has found: the check, the name of a conversation or listener, a sentence.
      LuaFunction("left") { [unowned self] call throws(LuaError) in
        let lane = try call.text(2)
        var leftover = Leftover(check: try call.text(1), message: try call.text(3), lane: lane)
        leftover.location = origins[Origin(lane: lane, isListener: leftover.check == "unaccepted")]
        keep(leftover)
        return .nothing
      },
    ]
  }

  /// Keeps what a check has found for the end, unless the scenario allows it.
  func keep(_ leftover: Leftover) {
    if !options.allow.contains(leftover.check) { leftovers.append(leftover) }
  }

  /// Remembers where a conversation or listener was opened.
  func noteOrigin(_ origin: Origin, _ location: ScriptLocation?) {
    origins[origin] = location ?? runtime.scheduler.current?.origin.map(ScriptLocation.init)
  }

  private static let noAssertions = "no-assertions"

  /// Whether the script ends by returning something, which a module does and a scenario need not.
  private var isLikeModule: Bool {
    guard blocks.isEmpty, let block = try? Parser.parse(script.luaSource),
      case .returns(let values)? = block.statements.last?.kind
    else { return false }
    return !values.isEmpty
  }

  private static let remedyForModule =
    "a file that returns something may be a module: require it in a script beside it, keep it out of "
    + "the directories that are run, or name the files to run"

  /// Fails with all that was found: the first as what has failed, the others as remarks.
  func failOfLeftovers() {
    if assertionCount == 0 {
      let message = "the scenario ended without a single assertion"
      let remedy =
        isLikeModule ? Self.remedyForModule : "send and receive assert nothing; expect does"
      keep(Leftover(check: Self.noAssertions, message: message, remedy: remedy))
    }
    guard let first = leftovers.first else { return }
    let sender =
      first.check == "unread" ? log.events.placeOfSending(unreadOn: first.lane) : nil
    var failure = Failure(.check, first.message, at: sender ?? first.location)
    let notes: [String?] = [
      sender.map { "sent at \($0), never read" },
      first.remedy,
      ScenarioOptions.advice(allowing: leftovers.map(\.check), inHeader: blocks.isEmpty),
    ]
    failure.notes = notes.compactMap(\.self)
    leftovers.removeFirst()
    // No line of the script is where it happened.
    log.append(.failed, actor: "main", lane: first.lane)
    fail(failure, lane: first.lane, wasHeld: true)
  }

  /// What was found, for the report of another failure.
  var leftoverRemarks: [String] {
    leftovers.map { leftover in
      guard let location = leftover.location else { return "besides, \(leftover.message)" }
      let place =
        leftover.check == Self.unsentCheck ? " (sent at \(location))" : ", opened at \(location)"
      return "besides, \(leftover.message)\(place)"
    }
  }
}
