internal import CPage
internal import LocalSockets

/// A run as one page that needs nothing else: the log itself, and the script that draws it.
struct HTMLReporter: Reporter {
  private let write: (String) -> Void
  /// The log of each scenario by its number, in the order of which the page has them, whichever ended
  /// first.
  private var scenarios: [Int: Part] = [:]
  /// The scripts that the page shows, with their texts where a log has them.
  private var files: [String: [UInt8]?] = [:]

  /// What the page has of one scenario.
  private struct Part {
    let number: Int
    let log: String
    let result: ScenarioResult
    /// What the log does not show; more may be secret at the end.
    let secrets: Secrets
  }

  init(write: @escaping (String) -> Void) {
    self.write = write
  }

  var wantsAllEvents: Bool { true }

  mutating func begin(_ run: RunDescription) {
    let style = unsafe Self.text(page_style())
    write(Self.part(0).replacing("{{style}}", with: style))
    writeLine(Event(time: .zero, kind: .runStarted(run)))
  }

  mutating func add(_ record: ScenarioRecord) {
    for file in Self.files(of: record) {
      files[file] = .some(record.scripts.areLogged ? record.source(of: file) : nil)
    }
    let number = freeNumber(for: record)
    scenarios[number] = Part(
      number: number,
      log: Self.log(of: record, number: number),
      result: record.result,
      secrets: record.scripts.secrets
    )
  }

  mutating func end(_ tally: RunTally) {
    for (file, logged) in files.sorted(by: { $0.key < $1.key }) {
      if let text = logged ?? tally.scripts.text(of: file) { write(Self.line(of: file, text)) }
    }
    for part in scenarios.values.sorted(by: { $0.number < $1.number }) {
      write(Self.lines(of: part, hiding: tally.scripts.secrets))
    }
    let status = Int(tally.exitCode.rawValue)
    writeLine(Event(time: tally.elapsed, kind: .runEnded(status: status)))
    let script = unsafe Self.text(page_script())
    write(Self.part(1).replacing("{{script}}", with: script))
  }

  /// The scenario's own number; logs of several runs number theirs alike.
  private func freeNumber(for record: ScenarioRecord) -> Int {
    let own = record.events.first?.scenario ?? 0
    return own > 0 && scenarios[own] == nil ? own : (scenarios.keys.max() ?? 0) + 1
  }

  /// The events of a scenario, with what its tries came to in the place of how the last one ended.
  private static func log(of record: ScenarioRecord, number: Int) -> String {
    let end = ScenarioEnd(
      outcome: record.result.outcome,
      duration: record.result.duration,
      eventCount: record.events.count
    )
    let time = record.events.last?.time ?? .zero
    var writer = JSONWriter()
    for var event in record.events where !event.kind.isEnd {
      event.scenario = number
      writer.line(event)
    }
    writer.line(Event(time: time, scenario: number, kind: .scenarioEnded(end)))
    return text(of: writer)
  }

  /// The lines of a scenario without what is secret by now.
  private static func lines(of part: Part, hiding secrets: Secrets) -> String {
    var result = part.result
    result.hide(secrets)
    let again = againLine(result, number: part.number)
    if part.secrets == secrets { return part.log + again }
    var reader = LogReader()
    var writer = JSONWriter()
    reader.read(Array(part.log.utf8)[...]) { event in
      var event = event
      event.redact(by: secrets)
      writer.line(event)
    }
    return text(of: writer) + again
  }

  /// The command that runs the scenario again, and how often it was tried, which other logs do not need:
  /// it follows from what the run says.
  private static func againLine(_ result: ScenarioResult, number: Int) -> String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("event", "again")
    writer.member("scenario", number)
    if result.attempts > 1 { writer.member("attempts", result.attempts) }
    writer.member("text", RepeatCommand(result).line)
    writer.endObject()
    writer.endLine()
    return text(of: writer)
  }

  /// The files whose lines the page shows.
  private static func files(of record: ScenarioRecord) -> Set<String> {
    var files: Set = [record.result.file]
    for event in record.events {
      if let location = event.location { files.insert(location.file) }
    }
    return files
  }

  private static func line(of file: String, _ source: [UInt8]) -> String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("event", "source")
    writer.member("path", file)
    writer.member("text", String(decoding: source, as: UTF8.self))
    writer.endObject()
    writer.endLine()
    return text(of: writer)
  }

  private func writeLine(_ event: Event) {
    var writer = JSONWriter()
    writer.line(event)
    write(Self.text(of: writer))
  }

  /// JSON as it may stand in a page: "<" would begin a tag, or end the script.
  private static func text(of writer: JSONWriter) -> String {
    String(decoding: writer.bytes, as: UTF8.self).replacing("<", with: "\\u003c")
  }

  /// The page before and behind the log.
  private static func part(_ index: Int) -> String {
    unsafe text(page_template()).split(separator: "{{log}}", maxSplits: 1)[index].description
  }

  private static func text(_ part: page_part) -> String {
    unsafe String(
      decoding: UnsafeRawBufferPointer(start: part.bytes, count: part.length),
      as: UTF8.self
    )
  }
}

extension Event.Kind {
  fileprivate var isEnd: Bool {
    if case .scenarioEnded = self { true } else { false }
  }
}
