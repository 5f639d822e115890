internal import LocalSocketLua
internal import LocalSockets
internal import LuaBridge
package import Scenario

/// A session of typing: lines come in, are run as tasks beside all others, and what they come to is
/// shown.
///
/// `parley repl` runs it in a state of its own, `parley run --pause` in that of a scenario.
package final class Repl {
  let configuration: ReplConfiguration
  let session: Session
  let output: Output
  let functions: PromptFunctions
  private let natives: PromptNatives
  /// The scenario that is looked at; `nil` where the state is the session's own.
  private let paused: PausedScenario?
  /// What was typed, by the number of its line, for the excerpts of failures.
  private var sources = TypedSources()
  /// The task of the line that runs.
  private var current: LuaTask?
  /// What the log calls who runs a line.
  static let actor = "repl"
  /// Whether a line has failed.
  private var hasFailed = false
  /// Whether the user wants to leave.
  private var isLeaving: Bool { natives.isLeaving || Interruption.isRequested }

  /// Makes a session with a state of its own.
  ///
  /// - Throws: ``Failure`` when the machine or the command line does not allow it.
  package convenience init(_ configuration: ReplConfiguration) throws(Failure) {
    let log = try EventLog.whole(at: configuration.logPath)
    let session = try Session(
      typedUnder: configuration.common,
      language: PreludeCode(configuration.extensions),
      log: log
    )
    do throws(Failure) {
      try self.init(configuration, session)
    } catch {
      session.close()
      throw error
    }
  }

  /// Makes a session in the state of a scenario that stands still, with the locals of its calls.
  ///
  /// - Throws: ``Failure`` when a part of this program does not load.
  package convenience init(
    lookingAt paused: PausedScenario,
    _ configuration: ReplConfiguration
  ) throws(Failure) {
    try self.init(configuration, paused.session, paused)
  }

  private init(
    _ configuration: ReplConfiguration,
    _ session: Session,
    _ paused: PausedScenario? = nil
  ) throws(Failure) {
    self.configuration = configuration
    self.session = session
    self.paused = paused
    output = Output(configuration, session)
    natives = PromptNatives(session, output)
    natives.install(configuration)
    functions = try PromptFunctions(session)
    output.functions = functions
    session.tellFailures { [unowned self] in failed($0, $1) }
  }

  /// Runs what is typed until its end.
  ///
  /// - Returns: The status with which the command ends.
  package func run() -> ExitCode {
    Interruption.watch(session.library.loop)
    defer { end() }
    guard begin() else { return .failure }
    if configuration.hasEditor, let editor = LineEditor(self) {
      readLines(from: editor)
    } else {
      readPlainLines()
    }
    if let signal = Interruption.signal { return .signal(signal) }
    return hasFailed && !configuration.isInteractive ? .failure : .success
  }

  private func end() {
    output.end()
    if paused != nil {
      perform(functions.leave) { _ in 0 }
      return
    }
    session.cancelTasks()
    session.windDown()
    Interruption.watch(nil)
    session.close()
    session.log.close()
  }

  /// Does what has to be done before anything is typed.
  private func begin() -> Bool {
    if let paused { return show(paused) }
    if let script = configuration.script {
      let hasLoaded = perform(functions.load) {
        $0.push(script)
        return 1
      }
      guard hasLoaded else { return false }
    }
    let name = configuration.name ?? configuration.listenName
    guard let name else { return true }
    return perform(configuration.name == nil ? functions.listen : functions.connect) {
      $0.push(name)
      $0.push(configuration.codec)
      return 2
    }
  }

  /// Shows where a scenario stands, and makes its locals those of the lines.
  private func show(_ paused: PausedScenario) -> Bool {
    let title = printable(paused.title)
    output.print("\n\(title) has failed in \(printable(paused.actor)), and stands still\n")
    output.show(paused.failure, sources)
    return perform(functions.adopt) {
      paused.thread.pushItself(on: $0)
      return 1
    }
  }
}

// MARK: Lines

extension Repl {
  private func readLines(from editor: LineEditor) {
    while !isLeaving {
      switch editor.read(prompt) {
      case .line(let line): run(line)
      case .stopped: continue
      case .end:
        output.print("\n")
        return
      }
    }
  }

  private func readPlainLines() {
    let lines = PlainLines(session.library.loop)
    var text: [UInt8] = []
    while !isLeaving {
      if configuration.isInteractive { output.print(text.isEmpty ? prompt : continuation) }
      guard let line = lines.next(serving: { [unowned self] in turnUnlessLeaving() }) else { break }
      text += text.isEmpty ? line : [UInt8(ascii: "\n")] + line
      if isIncomplete(text) { continue }
      run(text)
      text = []
    }
    if !text.isEmpty, !isLeaving { run(text) }
  }

  /// Turns the loop once.
  ///
  /// - Returns: Whether the session goes on.
  private func turnUnlessLeaving() -> Bool {
    if isLeaving { return false }
    turn()
    return !isLeaving
  }

  /// What stands before a line.
  var prompt: String { "\(printable(functions.title(session.runtime))) \(sources.nextNumber)> " }
  var continuation: String { String(repeating: " ", count: max(0, prompt.count - 3)) + "…> " }

  /// Whether more has to follow a text.
  func isIncomplete(_ text: [UInt8]) -> Bool {
    functions.isIncomplete(text, session.runtime)
  }

  /// Runs what was typed.
  func run(_ text: [UInt8]) {
    if text.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }) { return }
    let number = sources.add(text)
    output.isRunningLine = true
    perform(functions.run) {
      $0.push(text)
      $0.push(number)
      return 2
    }
    output.isRunningLine = false
    perform(functions.finish) { _ in 0 }
    for failure in session.takeSoftFailures() { show(failure) }
    output.flush()
  }
}

// MARK: Tasks

extension Repl {
  /// Runs a function as a task to its end, beside all others.
  ///
  /// - Parameters:
  ///   - function: The function.
  ///   - pushArguments: Pushes its arguments; answers how many.
  /// - Returns: Whether it went well.
  @discardableResult
  func perform(_ function: LuaReference, _ pushArguments: (LuaThread) -> Int32) -> Bool {
    let main = session.runtime.main
    function.push(on: main)
    let count = pushArguments(main)
    guard let task = session.runtime.scheduler.spawn(from: main, argumentCount: count) else {
      show(Failure(.memory, "there is no memory for a task"))
      return false
    }
    task.name = Self.actor
    task.isShared = true
    current = task
    while !task.hasEnded { turn() }
    current = nil
    session.runtime.calm()
    if task.status == .cancelled { show(Failure(.interrupted, "interrupted")) }
    return task.status == .done
  }

  /// Turns the loop once; what a user stops ends the line that runs.
  func turn() {
    defer { Interruption.heedStops() }
    do {
      try session.library.turn()
    } catch {
      show(Failure(.internalError, "\(error)"))
      natives.isLeaving = true
    }
    if session.runtime.scheduler.interruption != nil || Interruption.isRequested {
      if let current { current.cancel() } else { session.runtime.calm() }
    }
    output.flushIfDue()
  }

  private func failed(_ task: LuaTask, _ failure: Failure) {
    if task === current { return show(failure) }
    var failure = failure
    failure.notes.append("this ended the task \"\(task.name ?? "task")\", and nothing else")
    show(failure)
  }

  func show(_ failure: Failure) {
    hasFailed = true
    output.show(failure, sources)
  }
}
