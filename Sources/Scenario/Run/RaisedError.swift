internal import LuaBridge

/// What a task died of, as the report's failure.
///
/// A failure of the scenario language is a table; anything else is an error of the script.
struct RaisedError {
  var failure: Failure
  /// Why the scenario is to be skipped.
  private(set) var skipReason: String?
  /// The conversation that failed; empty when none did.
  private(set) var lane = ""
  /// What was waited for, where a wait has failed.
  private(set) var waitSubject: String?
  /// Whether it was held while its task looked for what comes late.
  private(set) var wasHeld = false
  /// Whether the script itself has let go of the other end of its connection.
  private(set) var isOwnDoing = false

  /// Reads an error.
  ///
  /// - Parameters:
  ///   - error: What the task died of.
  ///   - session: Where it ran. Its prelude shows a table that has no text of its own, and gives the
  ///     remarks on an error.
  init(_ error: LuaTaskFailure, in session: Session) {
    let (runtime, prelude) = (session.runtime, session.prelude)
    failure = Failure(.scriptError, error.message, at: error.location.map(ScriptLocation.init))
    let main = runtime.main
    if error.message.hasPrefix("table: "), let prelude {
      failure.message = Self.text(of: error.value, runtime, prelude.describeValue) ?? error.message
    }
    if let prelude { failure.remarks = Self.remarks(on: error.value, runtime, prelude.remarksOn) }
    error.value.push(on: main)
    defer { main.pop() }
    if main.type(at: -1) == .table, let kind = main.field("kind") {
      readTable(kind, main)
    } else {
      readError(error, session)
    }
  }

  private static func text(
    of value: LuaReference,
    _ runtime: LuaRuntime,
    _ describeValue: LuaReference
  ) -> String? {
    let main = runtime.main
    describeValue.push(on: main)
    value.push(on: main)
    guard runtime.callTop(argumentCount: 1, resultCount: 1) == nil else { return nil }
    defer { main.pop() }
    return main.text(at: -1)
  }

  /// Reads a failure of the scenario language that has not ended its task.
  init(tableOnTopOf thread: LuaThread) {
    failure = Failure(.assertion, "")
    readTable(thread.field("kind") ?? "", thread)
  }

  /// The remarks on what was raised, which grow while what led to it is closed.
  static func remarks(
    on value: LuaReference,
    _ runtime: LuaRuntime,
    _ remarksOn: LuaReference
  ) -> [String] {
    let main = runtime.main
    remarksOn.push(on: main)
    value.push(on: main)
    guard runtime.callTop(argumentCount: 1, resultCount: 1) == nil else { return [] }
    defer { main.pop() }
    return main.linesOnTop
  }

  private mutating func readTable(_ kind: String, _ thread: LuaThread) {
    let message = thread.field("message") ?? failure.message
    if kind == "skip" {
      skipReason = message
      return
    }
    failure.message = message
    failure.kind = Self.kinds[kind] ?? .assertion
    lane = thread.field("lane") ?? ""
    waitSubject = thread.field("subject")
    wasHeld = thread.booleanField("isHeld")
    isOwnDoing = thread.booleanField("isOwnDoing")
    if let file = thread.field("file"), let line = thread.integerField("line") {
      failure.location = ScriptLocation(file: file, line: line)
    }
    if thread.booleanField("isBytes") {
      failure.expected = thread.bytesField("expected")
      failure.actual = thread.bytesField("actual")
    }
    failure.difference = thread.linesField("difference")
    failure.notes = thread.linesField("notes")
  }

  private static let kinds: [String: Failure.Kind] = [
    "assertion": .assertion, "mismatch": .mismatch, "timeout": .timeout, "closed": .closed,
    "environment": .environment, "load": .loadError, "crash": .crash, "check": .check,
  ]

  private mutating func readError(_ error: LuaTaskFailure, _ session: Session) {
    if let problem = session.configuration.memoryProblem(error.message) {
      failure.kind = .memory
      failure.message = problem
    }
    // The place has a line of its own in the report. A coroutine that `wrap` made puts the place of
    // its call before that of the error.
    while let (place, rest) = failure.location?.begins(failure.message) {
      failure.location = place
      failure.message = rest
    }
    // Where the prelude stands in the way of a mistake says nothing to its author.
    if failure.message.hasPrefix("[parley]/"),
      let place = failure.message.split(separator: ": ", maxSplits: 1).first
    {
      failure.message.removeFirst(place.count + 2)
    }
    if error.message == "nil" { failure.message = "an error was raised without a value" }
    failure.message = StackOverflow.sentence(for: failure.message) ?? failure.message
    failure.message += MisspeltMethod(failure.message)?.suggestion(in: session.runtime) ?? ""
    failure.traceback = ScriptTraceback(error).lines
  }
}

extension ScriptLocation {
  /// The line of this file that a message begins with, and the rest of it: an error that was caught and
  /// raised again was made there.
  func begins(_ message: String) -> (place: ScriptLocation, rest: String)? {
    guard let rest = message.removing(prefix: "\(nameInMessages):") else { return nil }
    let digits = rest.prefix { $0.isNumber }
    guard let line = Int(digits),
      let text = String(rest.dropFirst(digits.count)).removing(prefix: ": ")
    else { return nil }
    return (ScriptLocation(file: file, line: line), text)
  }

  /// The file's path as Lua writes it: of a long one the end alone (`LUA_IDSIZE`).
  private var nameInMessages: String {
    if file.utf8.count < 60 { return file }
    return "..." + String(decoding: file.utf8.suffix(56), as: UTF8.self)
  }
}

// Fields of the table on the top.
extension LuaThread {
  private func withField<Result>(_ name: String, _ read: () -> Result) -> Result {
    rawGet(name, from: -1)
    defer { pop() }
    return read()
  }

  fileprivate func field(_ name: String) -> String? { withField(name) { text(at: -1) } }
  fileprivate func integerField(_ name: String) -> Int? { withField(name) { integer(at: -1) } }
  fileprivate func booleanField(_ name: String) -> Bool { withField(name) { boolean(at: -1) } }
  fileprivate func bytesField(_ name: String) -> [UInt8]? { withField(name) { byteArray(at: -1) } }

  fileprivate func linesField(_ name: String) -> [String] {
    withField(name) { linesOnTop }
  }

  /// The texts of the list on the top; none for what is no list.
  var linesOnTop: [String] {
    guard type(at: -1) == .table else { return [] }
    return (0..<rawLength(at: -1)).map { index in
      rawGet(index + 1, from: -1)
      defer { pop() }
      return display(at: -1)
    }
  }
}
