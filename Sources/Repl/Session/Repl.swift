internal import LocalSocketLua
internal import LocalSockets
internal import LuaBridge
package import Scenario

/// A session of typing: lines come in, are run as tasks beside all others, and what they come to is
/// shown.
///
/// `parley repl` is its only user.
package final class Repl {
  let configuration: ReplConfiguration
  let session: Session
  let output: Output
  let functions: PromptFunctions
  private let natives: PromptNatives
  /// What was typed, by the number of its line, for the excerpts of failures.
  private var sources = TypedSources()
  /// The task of the line that runs.
  private var current: LuaTask?
  /// Whether a line has failed.
  private var hasFailed = false
  /// Whether the user wants to leave.
  private var isLeaving: Bool { natives.isLeaving || Interruption.isRequested }

  /// Makes the session.
  ///
  /// - Throws: ``Failure`` when the machine or the command line does not allow it.
  package init(_ configuration: ReplConfiguration) throws(Failure) {
    self.configuration = configuration
    let log = try EventLog.whole(at: configuration.logPath)
    let failures = FailureSink()
    session = try Session(typedUnder: configuration.common, log: log) { failures.take($0, $1) }
    output = Output(configuration, session)
    natives = PromptNatives(session, output)
    do throws(Failure) {
      natives.install(configuration)
      functions = try PromptFunctions(session)
    } catch {
      session.close()
      throw error
    }
    output.functions = functions
    failures.action = { [unowned self] in failed($0, $1) }
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
    output.flush()
    session.windDown()
    output.flush()
    Interruption.watch(nil)
    session.close()
    session.log.close()
  }

  /// Does what the command line asks for before anything is typed.
  private func begin() -> Bool {
    if let script = configuration.script {
      guard
        perform(
          functions.load,
          {
            $0.push(script)
            return 1
          }
        )
      else { return false }
    }
    let name = configuration.name ?? configuration.listenName
    guard let name else { return true }
    let function = configuration.name == nil ? functions.listen : functions.connect
    return perform(function) {
      $0.push(name)
      $0.push(configuration.codec)
      return 2
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
      guard let line = lines.next(serving: { [unowned self] in turn() }) else { break }
      text += text.isEmpty ? line : [UInt8(ascii: "\n")] + line
      if isIncomplete(text) { continue }
      run(text)
      text = []
    }
    if !text.isEmpty { run(text) }
  }

  /// What stands before a line.
  var prompt: String { "\(functions.title(session.runtime)) \(sources.nextNumber)> " }
  var continuation: String { String(repeating: " ", count: max(0, prompt.count - 3)) + "…> " }

  /// Whether more has to follow a text.
  func isIncomplete(_ text: [UInt8]) -> Bool {
    functions.isIncomplete(text, session.runtime)
  }

  /// Runs what was typed.
  func run(_ text: [UInt8]) {
    if text.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }) { return }
    let number = sources.add(text)
    output.currentLine = "repl:\(number)"
    perform(functions.run) {
      $0.push(text)
      $0.push(number)
      return 2
    }
    output.currentLine = nil
    perform(functions.finish, { _ in 0 })
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
    task.name = "repl"
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

/// Takes failures for a session that is not made yet.
private final class FailureSink {
  var action: (LuaTask, Failure) -> Void = { _, _ in }

  func take(_ task: LuaTask, _ failure: Failure) { action(task, failure) }
}
