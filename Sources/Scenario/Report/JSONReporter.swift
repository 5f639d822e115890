internal import LocalSockets

/// A run as one object of JSON: its description, its scenarios with outcomes and failures, its totals.
///
/// What happened in the scenarios stands in the log, which is JSON itself.
struct JSONReporter: Reporter {
  private let write: (String) -> Void
  private var isFirst = true

  init(write: @escaping (String) -> Void) {
    self.write = write
  }

  mutating func begin(_ run: RunDescription) {
    var writer = JSONWriter()
    writer.line(Event(time: .zero, kind: .runStarted(run)))
    write("{\"run\":\(Self.text(writer).dropLast()),\n\"scenarios\":[")
  }

  mutating func add(_ record: ScenarioRecord) {
    let result = record.result
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("script", result.file)
    writer.member("name", result.name)
    if let line = result.line { writer.member("first", line) }
    if result.attempts > 1 { writer.member("attempts", result.attempts) }
    writer.member("directory", result.directory)
    if result.outcome.failureCode != nil { writer.member("again", RepeatCommand(result).line) }
    writer.outcome(result.outcome, todo: result.todo, duration: result.duration)
    writer.endObject()
    write((isFirst ? "\n" : ",\n") + Self.text(writer))
    isFirst = false
  }

  mutating func end(_ tally: RunTally) {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("passed", tally.passed)
    writer.member("failed", tally.failed)
    writer.member("flaky", tally.flaky)
    writer.member("skipped", tally.skipped - tally.todo)
    writer.member("todo", tally.todo)
    writer.member("unrun-scenarios", tally.unrun.scenarios)
    writer.member("unrun-scripts", tally.unrun.scripts)
    writer.member("duration", Int(tally.elapsed.nanoseconds))
    writer.member("status", Int(tally.exitCode.rawValue))
    writer.endObject()
    write("\n],\n\"totals\":\(Self.text(writer))}\n")
  }

  private static func text(_ writer: JSONWriter) -> String {
    String(decoding: writer.bytes, as: UTF8.self)
  }
}
