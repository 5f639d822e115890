internal import CPage
internal import LocalSockets

/// A run as one page that needs nothing else: the log itself, and the script that draws it.
struct HTMLReporter: Reporter {
  private let write: (String) -> Void
  private var scenarioCount = 0
  private var shownFiles: Set<String> = []

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
    scenarioCount += 1
    for file in Self.files(of: record) where shownFiles.insert(file).inserted {
      writeSource(of: file)
    }
    for var event in record.events where !event.kind.isEnd {
      // Logs of several runs number their scenarios alike.
      event.scenario = scenarioCount
      writeLine(event)
    }
    writeEnd(of: record)
  }

  mutating func end(_ tally: RunTally) {
    let status = Int(tally.exitCode.rawValue)
    writeLine(Event(time: tally.elapsed, kind: .runEnded(status: status)))
    let script = unsafe Self.text(page_script())
    write(Self.part(1).replacing("{{script}}", with: script))
  }

  /// What the tries of a scenario came to, in the place of how the last one ended.
  private func writeEnd(of record: ScenarioRecord) {
    let end = ScenarioEnd(
      outcome: record.result.outcome,
      duration: record.result.duration,
      eventCount: record.events.count
    )
    let time = record.events.last?.time ?? .zero
    writeLine(Event(time: time, scenario: scenarioCount, kind: .scenarioEnded(end)))
  }

  /// The files whose lines the page shows.
  private static func files(of record: ScenarioRecord) -> Set<String> {
    var files: Set = [record.result.file]
    for event in record.events {
      if let location = event.location { files.insert(location.file) }
    }
    return files
  }

  private func writeSource(of file: String) {
    guard let source = try? Script.text(of: file) else { return }
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("event", "source")
    writer.member("path", file)
    writer.member("text", String(decoding: source, as: UTF8.self))
    writer.endObject()
    writer.endLine()
    write(writer)
  }

  private func writeLine(_ event: Event) {
    var writer = JSONWriter()
    writer.line(event)
    write(writer)
  }

  /// Writes JSON as it may stand in a page: "<" would begin a tag, or end the script.
  private func write(_ writer: JSONWriter) {
    write(String(decoding: writer.bytes, as: UTF8.self).replacing("<", with: "\\u003c"))
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
