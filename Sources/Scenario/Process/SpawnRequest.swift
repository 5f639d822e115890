internal import LuaBridge

/// What the prelude asks for in its table: one field each, the environment's changes in order.
struct SpawnRequest {
  let name: String
  let hasTerminal: Bool
  /// The descriptor of the connection that becomes standard input and output.
  let connection: CInt?
  let stopRule: EndExpectation.StopRule
  private let arguments: [[UInt8]]
  private let changes: [(name: [UInt8], value: [UInt8]?)]
  private let directory: [UInt8]?
  private let user: String?
  private let limits: [ProcessCommand.Limit]
  private let listeners: [CInt]
  private let listenerNames: [String]

  init(_ thread: LuaThread, table: Int32) throws(ProcessSignal.Unknown) {
    name = thread.field("name", of: table) { thread.text(at: -1) } ?? ""
    hasTerminal = thread.field("pty", of: table) { thread.boolean(at: -1) }
    connection = thread.field("connection", of: table) {
      thread.integer(at: -1).map { CInt(clamping: $0) }
    }
    directory = thread.field("directory", of: table) { thread.byteArray(at: -1) }
    user = thread.field("user", of: table) { thread.text(at: -1) }
    arguments = thread.elements("arguments", of: table) { thread.byteArray(at: -1) }
    listeners = thread.elements("listeners", of: table) {
      thread.integer(at: -1).map { CInt(clamping: $0) }
    }
    listenerNames = thread.elements("listenerNames", of: table) { thread.text(at: -1) }
    changes = thread.elements("environment", of: table) {
      let name = thread.element(1) { thread.byteArray(at: -1) }
      return name.map { ($0, thread.element(2) { thread.byteArray(at: -1) }) }
    }
    limits = thread.elements("limits", of: table) { Self.limit(thread) }
    stopRule = try Self.stopRule(thread, table: table)
  }

  /// A list of a name, the soft limit and the hard one; none is a boolean.
  private static func limit(_ thread: LuaThread) -> ProcessCommand.Limit? {
    func value(_ index: Int) -> UInt64 {
      thread.element(index) { thread.integer(at: -1).map(UInt64.init) } ?? .max
    }
    guard let name = thread.element(1, { thread.text(at: -1) }) else { return nil }
    return ProcessCommand.Limit(name: name, soft: value(2), hard: value(3))
  }

  private static func stopRule(
    _ thread: LuaThread,
    table: Int32
  ) throws(ProcessSignal.Unknown) -> EndExpectation.StopRule {
    var rule = EndExpectation.StopRule()
    let signal = thread.field("stopSignal", of: table) { thread.text(at: -1) }
    if let signal { rule.signal = try ProcessSignal(name: signal) }
    let timeout = thread.field("stopTimeout", of: table) { thread.number(at: -1) }
    rule.timeout = timeout.map { .microseconds(Int64($0 * 1000)) } ?? rule.timeout
    rule.exitStatus = thread.field("stopStatus", of: table) {
      thread.integer(at: -1).map { CInt(clamping: $0) }
    }
    return rule
  }

  /// The command, not resolved yet.
  func command(mark: [UInt8]) -> ProcessCommand {
    var command = ProcessCommand(
      path: [],
      arguments: arguments,
      environment: ProcessCommand.environment(changedBy: Self.surroundings + changes),
      directory: directory
    )
    command.user = user
    command.limits = limits
    command.listeners = listeners
    command.hasTerminal = hasTerminal
    if !listeners.isEmpty {
      command.environment.append(Array("LISTEN_FDS=\(listeners.count)".utf8))
      let names = listenerNames.joined(separator: ":")
      command.environment.append(Array("LISTEN_FDNAMES=\(names)".utf8))
    }
    command.environment.append(mark)
    command.prepend("print_stacktrace=1", to: "UBSAN_OPTIONS")
    return command
  }

  /// What a service manager has told this process is not for the programs under test.
  private static let surroundings: [(name: [UInt8], value: [UInt8]?)] = [
    "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "NOTIFY_SOCKET", "PARLEY_PROCESS",
  ].map { (Array($0.utf8), nil) }
}

extension LuaThread {
  fileprivate func field<Value>(_ name: String, of table: Int32, _ read: () -> Value) -> Value {
    rawGet(name, from: table)
    defer { pop() }
    return read()
  }

  /// An element of the list on the top.
  fileprivate func element<Value>(_ index: Int, _ read: () -> Value) -> Value {
    rawGet(index, from: -1)
    defer { pop() }
    return read()
  }

  /// The elements of a field that is a list.
  fileprivate func elements<Value>(
    _ name: String,
    of table: Int32,
    _ read: () -> Value?
  ) -> [Value] {
    field(name, of: table) {
      guard type(at: -1) == .table else { return [] }
      return (0..<rawLength(at: -1)).compactMap { index in element(index + 1, read) }
    }
  }
}
