internal import LocalSocketLua

/// The report of one failed scenario.
///
/// It reads from the cause outwards: what broke, where in the script, the difference, the
/// conversation around it, and how to run it again.
package struct FailureReport {
  private let result: ScenarioResult
  private let failure: Failure
  private let events: [Event]
  private let source: [UInt8]?
  private let format: ReportFormat

  /// Gathers what the report is made of.
  ///
  /// - Parameters:
  ///   - failure: Why the scenario failed.
  ///   - result: Which scenario it was.
  ///   - events: The scenario's whole log.
  ///   - source: The text of the file that the failure's location names; `nil` if it has none.
  ///   - format: The width and the style.
  package init(
    _ failure: Failure,
    of result: ScenarioResult,
    events: [Event],
    source: [UInt8]?,
    format: ReportFormat = ReportFormat()
  ) {
    self.failure = failure
    self.result = result
    self.events = events
    self.source = source
    self.format = format
  }

  /// Gathers it of a record; `nil` where nothing has failed.
  init?(_ record: ScenarioRecord, format: ReportFormat = ReportFormat()) {
    guard let failure = record.result.outcome.failure else { return nil }
    self.init(
      failure,
      of: record.result,
      events: record.events,
      source: failure.location.flatMap { record.source(of: $0.file) },
      format: format
    )
  }

  /// The report's lines.
  package var lines: [String] {
    let sections = [place, waiters, difference, notes, conversation, traceback, repetition]
    return [header] + message + sections.filter { !$0.isEmpty }.flatMap { [""] + $0 }
  }

  /// The report as one text, each line with its newline.
  package var text: String {
    lines.map { $0 + "\n" }.joined()
  }

  /// What went wrong, for somebody who has just typed it: without the frame that a run needs.
  package static func explanation(
    of failure: Failure,
    source: [UInt8]?,
    format: ReportFormat
  ) -> [String] {
    let result = ScenarioResult(file: "", duration: .zero, outcome: .failed(failure))
    let report = FailureReport(failure, of: result, events: [], source: source, format: format)
    let sections = [
      report.place, report.waiters, report.difference, report.notes, report.traceback,
    ]
    return report.message + sections.flatMap { $0 }
  }

  private var header: String {
    let word = result.outcome.isFlaky ? "FLAKY" : failure.kind.status
    let status = "\(word)  \(DurationText.seconds(result.duration))s"
    let room = format.columns - TerminalText.width(status) - 2
    let mark = result.outcome.isFlaky ? "~" : "✗"
    let title = TerminalText.cut("\(mark) \(result.title(columns: room - 2))", to: room)
    let line = TerminalText.padded(title, to: room) + "  " + status
    return format.style.paint(line, as: result.outcome.isFlaky ? .flaky : .failed)
  }

  private var message: [String] {
    paragraphs([failure.message])
  }

  private var notes: [String] {
    paragraphs(failure.notes + failure.remarks)
  }

  private func paragraphs(_ texts: [String]) -> [String] {
    texts.flatMap(printableLines).flatMap {
      TerminalText.wrapped(
        $0,
        columns: format.columns,
        indent: "  ",
        hanging: Self.hanging(behindLabelOf: $0)
      )
    }
  }

  /// What further lines of a text begin with that has a word and blanks before it.
  private static func hanging(behindLabelOf text: String) -> String {
    let label = text.prefix { $0 != " " }
    let blanks = text.dropFirst(label.count).prefix { $0 == " " }
    return blanks.count < 2 ? "" : String(repeating: " ", count: label.count + blanks.count)
  }

  private var place: [String] {
    guard let location = failure.location else { return [] }
    let excerpt = source.map {
      SourceExcerpt(
        source: $0,
        line: location.line,
        values: failure.values,
        columns: format.columns
      ).lines
    }
    let lines = (excerpt ?? []).map {
      $0.hasPrefix(" ▸ ") ? format.style.paint($0, as: .marked) : $0
    }
    return ["  " + printable(location.description)] + lines
  }

  private var difference: [String] {
    // The sentence may have told the only place in which the two differ.
    let places = failure.difference.filter { !failure.message.hasSuffix($0) }
    var lines = places.flatMap(printableLines).flatMap {
      TerminalText.wrapped($0, columns: format.columns - 2, hanging: "  ")
    }
    if let expected = failure.expected, let actual = failure.actual {
      let columns = format.columns - 2
      let difference = ByteDifference(
        expected: expected,
        actual: actual,
        excerpt: failure.excerpt,
        columns: columns
      )
      lines += difference.lines.map(painted)
      if !failure.tellsNature, failure.excerpt == nil { lines += difference.nature }
    }
    return lines.map { "  " + $0 }
  }

  /// A line of the difference between bytes, coloured by the side that it shows.
  private func painted(_ line: String) -> String {
    let text = line.drop { $0 == " " }
    if text.hasPrefix("expected ") { return format.style.paint(line, as: .passed) }
    let isMark = !text.isEmpty && text.allSatisfy { $0 == "^" || $0 == " " }
    return isMark || text.hasPrefix("actual ") ? format.style.paint(line, as: .failed) : line
  }

  private var conversation: [String] {
    let lines = Transcript(events, failure: failure.kind, format: format).lines
    return lines.prefix(1).map { "  " + $0 } + lines.dropFirst()
  }

  private var waiters: [String] {
    if failure.waiters.isEmpty { return [] }
    let actors = failure.waiters.map { TerminalText.width(printable($0.actor)) }
    let places = failure.waiters.map { TerminalText.width(place(of: $0)) }
    let widths = (actor: actors.max() ?? 0, place: places.max() ?? 0)
    return ["  who was waiting"]
      + failure.waiters.flatMap {
        lines(for: $0, actorWidth: widths.actor, placeWidth: widths.place)
      }
  }

  private func lines(
    for waiter: Failure.Waiter,
    actorWidth: Int,
    placeWidth: Int
  ) -> [String] {
    let actor = TerminalText.padded(printable(waiter.actor), to: actorWidth)
    let place = TerminalText.padded(place(of: waiter), to: placeWidth)
    let what = "for \(printable(waiter.what))"
    let line = "    \(actor)  \(place)  \(what)"
    if TerminalText.width(line) <= format.columns { return [line] }
    return TerminalText.wrapped(
      words: [actor, " \(place)"],
      columns: format.columns,
      indent: "    ",
      hanging: " "
    )
      + TerminalText.wrapped(what, columns: format.columns, indent: "      ", hanging: "  ")
  }

  private func place(of waiter: Failure.Waiter) -> String {
    printable(waiter.location?.description ?? "")
  }

  private var traceback: [String] {
    if failure.traceback.isEmpty { return [] }
    let calls = failure.traceback.flatMap(printableLines).flatMap {
      TerminalText.wrapped($0, columns: format.columns, indent: "    ", hanging: "  ")
    }
    return ["  traceback"] + calls
  }

  private var repetition: [String] {
    let kept = result.directory.isEmpty ? [] : ["  kept   \(printable(result.directory))"]
    return kept + RepeatCommand(result).labelled(columns: format.columns)
  }
}
