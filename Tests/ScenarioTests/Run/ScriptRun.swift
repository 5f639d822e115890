import Glibc
import Synchronization
import TestSupport
import Testing

@testable import Scenario

/// A directory with scripts, and runs of them.
final class ScriptRun {
  let directory = TemporaryDirectory()
  var configuration = RunConfiguration()
  private let printed = Printed()

  /// What reports wrote.
  var output: String { printed.text.withLock { $0 } }
  /// The diagnostics.
  var complaints: [String] { printed.complaints.withLock { $0 } }

  init(_ source: String = "") {
    if !source.isEmpty { add("script.lua", source) }
    configuration.print = { [printed] text in printed.text.withLock { $0 += text } }
    configuration.complain = { [printed] text in printed.complaints.withLock { $0.append(text) } }
  }

  /// Writes a script.
  func add(_ name: String, _ source: String) {
    directory.write(source, to: name)
  }

  /// Runs a script, or those of its scenarios that stand at the lines.
  func run(
    _ name: String = "script.lua",
    lines: [Int] = [],
    observing observers: any Reporter...
  ) -> (ExitCode, [ScenarioResult]) {
    Self.unblockSignals()
    let selection = lines.isEmpty ? [""] : lines.map { ":\($0)" }
    let results = Results()
    do {
      let arguments = selection.map { directory.file(name) + $0 }
      let scripts = try ScriptSelection(arguments: arguments)
      let code = try Runner(configuration, observers: [results] + observers).run(scripts)
      return (code, results.all)
    } catch {
      Issue.record(error)
      return (.internalError, [])
    }
  }

  /// Lets time-outs reach this thread: the threads that tests run on block all signals.
  private static func unblockSignals() {
    var none = sigset_t()
    unsafe sigemptyset(&none)
    unsafe pthread_sigmask(SIG_SETMASK, &none, nil)
  }

  /// Runs the one scenario of a script and gives its outcome.
  static func outcome(_ source: String) -> RunOutcome? {
    ScriptRun(source).run().1.first?.outcome
  }

  /// Runs the one scenario of a script and gives its failure.
  static func failure(_ source: String) -> Failure? {
    ScriptRun(source).run().1.first?.failure
  }

  private final class Printed: Sendable {
    let text = Mutex("")
    let complaints = Mutex<[String]>([])
  }
}

/// Every result of a run.
final class Results: Reporter {
  private(set) var all: [ScenarioResult] = []

  func add(_ record: ScenarioRecord) { all.append(record.result) }
  func end(_ tally: RunTally) {}
}

/// Every event of a run.
final class Events: Reporter {
  private(set) var all: [Event] = []

  var wantsAllEvents: Bool { true }

  func add(_ record: ScenarioRecord) { all += record.events }
  func end(_ tally: RunTally) {}
}

extension ScenarioResult {
  /// Why the scenario failed; `nil` when it did not.
  var failure: Failure? {
    if case .failed(let failure) = outcome { failure } else { nil }
  }
}
