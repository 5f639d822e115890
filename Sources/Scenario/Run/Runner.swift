internal import LocalSocketLua
internal import LocalSockets
internal import LuaBridge

/// Runs the scenarios of scripts, one after the other, and prints how they went.
package struct Runner {
  private let configuration: RunConfiguration
  private var printer: ResultPrinter
  /// Whether a line was selected at which there is nothing to run.
  private var hasRefused = false

  /// How what has run went, in order.
  var results: [ScenarioResult] { printer.results }

  package init(_ configuration: RunConfiguration) {
    self.configuration = configuration
    printer = ResultPrinter(configuration)
  }

  /// Runs what is selected.
  ///
  /// - Returns: The status with which the command ends.
  package mutating func run(_ selection: ScriptSelection) -> ExitCode {
    let start = Deadline.now
    for script in selection.scripts where !Interruption.isRequested {
      run(script)
    }
    // What was refused has been said; that nothing ran besides goes without saying.
    if !(hasRefused && results.isEmpty) {
      printer.printSummary(elapsed: .nanoseconds(Deadline.now.nanoseconds - start.nanoseconds))
    }
    return exitCode
  }

  private var exitCode: ExitCode {
    if let signal = Interruption.signal { return .signal(signal) }
    let code = ExitCode(results.map(\.outcome))
    return hasRefused && [.success, .allSkipped].contains(code) ? .nothingRan : code
  }

  /// Says why a line of a script selects nothing.
  private mutating func refuse(_ reason: String, in script: Script) {
    configuration.complain("\(printable(script.path)): \(reason), so nothing in it ran")
    hasRefused = true
  }

  // MARK: One script

  private mutating func run(_ selected: ScriptSelection.Script) {
    do {
      let script = try Script(path: selected.path)
      try run(script, lines: selected.lines)
    } catch {
      printer.print(ScenarioResult(file: selected.path, duration: .zero, outcome: .failed(error)))
    }
  }

  private mutating func run(_ script: Script, lines: [Int]) throws(Failure) {
    if let last = lines.last, last > script.lineCount {
      let length = counted(script.lineCount, "line")
      return refuse("line \(last) is beyond its end (\(length))", in: script)
    }
    if let reason = Self.reasonToSkip(script.options) {
      return record(.skipped(reason: reason), of: script)
    }
    // The first of the blocks runs in the state that has declared them, each other one in a state
    // of its own.
    let rest = try inSession(of: script) { (runner, session) throws(Failure) in
      runner.runFirst(in: session, lines: lines)
    }
    for index in rest where !Interruption.isRequested {
      try inSession(of: script) { (runner, session) throws(Failure) in
        runner.run(try Self.block(index, of: session), in: session)
      }
    }
  }

  /// Makes a state, runs the script's top-level code in it, and then the body.
  private mutating func inSession<Result>(
    of script: Script,
    _ body: (inout Runner, Session) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let session = try Session(script, configuration: configuration)
    Interruption.watch(session.library.loop)
    defer {
      Interruption.watch(nil)
      session.close()
    }
    try session.load()
    session.start()
    return try body(&self, session)
  }

  /// Runs the scenario that the whole file is, or the first one of its blocks that is selected.
  ///
  /// - Returns: The other blocks that are selected.
  private mutating func runFirst(in session: Session, lines: [Int]) -> ArraySlice<Int> {
    guard !session.blocks.isEmpty, session.outcome == nil else {
      record(session.finish(), of: session.script, in: session)
      return []
    }
    let blocks = session.blocks
    if let line = lines.first(where: { line in !blocks.contains { $0.lines.contains(line) } }) {
      refuse("no scenario stands at line \(line)", in: session.script)
      return []
    }
    let selected = blocks.indices.filter { index in
      lines.isEmpty || lines.contains { blocks[index].lines.contains($0) }
    }
    if let first = selected.first { run(blocks[first], in: session) }
    return selected.dropFirst()
  }

  private static func block(_ index: Int, of session: Session) throws(Failure) -> ScenarioBlock {
    if case .failed(let failure) = session.outcome { throw failure }
    guard session.blocks.indices.contains(index) else {
      throw Failure(.scriptError, "the script did not declare its scenarios again")
    }
    return session.blocks[index]
  }

  private mutating func run(_ block: ScenarioBlock, in session: Session) {
    if let reason = Self.reasonToSkip(block.options) {
      return record(.skipped(reason: reason), of: session.script, as: block)
    }
    session.run(block)
    record(session.finish(), of: session.script, as: block, in: session)
  }

  private static func reasonToSkip(_ options: ScenarioOptions) -> String? {
    if let reason = options.skip { return reason }
    for need in options.needs {
      if let reason = need.reasonMissing { return reason }
    }
    return nil
  }

  // MARK: Results

  private mutating func record(
    _ outcome: RunOutcome,
    of script: Script,
    as block: ScenarioBlock? = nil,
    in session: Session? = nil
  ) {
    let result = ScenarioResult(
      file: script.path,
      name: block?.name ?? "",
      line: block?.lines.lowerBound,
      duration: session?.log.now ?? .zero,
      outcome: Self.expected(outcome, todo: block?.options.todo ?? script.options.todo)
    )
    printer.print(result, events: session?.log.events ?? [])
  }

  /// Turns round what is marked as expected to fail.
  private static func expected(_ outcome: RunOutcome, todo: String?) -> RunOutcome {
    guard let todo else { return outcome }
    switch outcome {
    case .failed: return .skipped(reason: "todo: \(todo)")
    case .skipped: return outcome
    case .passed:
      return .failed(Failure(.check, "it passes, though it is marked todo: \(todo)"))
    }
  }
}
