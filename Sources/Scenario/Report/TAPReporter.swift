internal import LocalSocketLua

/// The Test Anything Protocol, version 14 (testanything.org).
struct TAPReporter: Reporter {
  private let write: (String) -> Void
  private var count = 0

  init(write: @escaping (String) -> Void) {
    self.write = write
  }

  mutating func begin(_ run: RunDescription) {
    write("TAP version 14\n# seed \(run.seed)\n")
  }

  mutating func add(_ record: ScenarioRecord) {
    count += 1
    let title = "\(count) - \(Self.escaped(record.result.title))"
    if let todo = record.result.todo {
      return write("not ok \(title) # TODO \(Self.escaped(oneLine(todo)))\n")
    }
    switch record.result.outcome {
    case .passed: write("ok \(title)\n")
    case .skipped(let reason): write("ok \(title) # SKIP \(Self.escaped(oneLine(reason)))\n")
    case .failed(let failure), .flaky(let failure):
      write("not ok \(title)\n" + Self.diagnostics(failure, of: record.result))
    }
  }

  mutating func end(_ tally: RunTally) {
    if !tally.unrun.isEmpty { write("# not run: \(tally.unrun.description)\n") }
    write("1..\(count)\n")
  }

  /// A hash sign would begin a directive, and a backslash escapes it.
  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("#", with: "\\#")
  }

  /// The block of YAML below a failed test.
  private static func diagnostics(_ failure: Failure, of result: ScenarioResult) -> String {
    var lines = [
      "severity: \(result.outcome.isFlaky ? "flaky" : failure.kind.status.lowercased())",
      "message: \(quoted(failure.message))",
    ]
    if let location = failure.location { lines.append("at: \(quoted(location.description))") }
    lines.append("duration: \(DurationText.seconds(result.duration))s")
    lines.append("again: \(quoted(RepeatCommand(result).line))")
    return (["---"] + lines + ["..."]).map { "  \($0)\n" }.joined()
  }

  /// A text as YAML reads it between double quotes, which is how JSON writes it.
  private static func quoted(_ text: String) -> String {
    var writer = JSONWriter()
    writer.value(text)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}

/// A text on one line, with everything escaped that a terminal would not show.
func oneLine(_ text: String) -> String {
  printableLines(text).joined(separator: " ")
}
