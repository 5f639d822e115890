/// The part of a conversation around a failure, all lanes on one clock.
///
/// The first event and the last six before the failure are always shown, then what came late; how
/// many are left out is said. What a process writes at a stretch counts as one of the six.
package struct Transcript {
  /// The lines to print, the heading first; empty when nothing happened.
  package let lines: [String]

  /// Renders a log.
  ///
  /// - Parameters:
  ///   - events: The whole log, in order.
  ///   - format: The width and the style.
  package init(_ events: [Event], format: ReportFormat) {
    let window = TranscriptWindow(events)
    // A failure alone is no conversation; the report has it already.
    guard window.rows.contains(where: { $0.event.kind.isMessage }) else {
      lines = []
      return
    }
    let table = TranscriptTable(
      window.rows.map(\.event),
      since: window.start,
      columns: format.columns
    )
    var lines = [Self.heading(window)]
    for (index, row) in window.rows.enumerated() {
      let line = table.line(for: row)
      lines.append(row.isFailure ? format.style.paint(line, as: .failed) : line)
      if index == 0, window.hiddenCount > 0 {
        let gap = "             … \(window.hiddenCount) events are not shown …"
        lines.append(format.style.paint(gap, as: .secondary))
      }
    }
    if window.laterCount > 0 {
      lines.append("             … \(counted(window.laterCount, "event")) after these …")
    }
    self.lines = lines
  }

  private static func heading(_ window: TranscriptWindow) -> String {
    let lanes = Set(window.rows.map(\.event.lane)).subtracting([""])
    let lane = lanes.count == 1 ? lanes.first : nil
    let names = lane.map { " «\(TerminalText.cut(printable($0), to: 40))»" } ?? ""
    let hidden = window.hiddenCount + window.laterCount
    let shown = window.rows.count
    return "conversation\(names)" + (hidden > 0 ? ", \(shown) of \(shown + hidden) events" : "")
  }
}

/// The events that a transcript shows.
private struct TranscriptWindow {
  var rows: [TranscriptRow] = []
  /// When the scenario began.
  var start = Duration.zero
  /// How many events between the first and the last ones are left out.
  var hiddenCount = 0
  /// How many late events are left out.
  var laterCount = 0

  private static let lastCount = 6
  private static let lateCount = 3

  init(_ events: [Event]) {
    // Top-level code may have acted before the block that it declares.
    if events.contains(where: \.kind.isStart) { start = events[0].time }
    let end = events.firstIndex { $0.kind == .failed } ?? events.endIndex
    let messages = events[..<end].filter { $0.kind.isMessage && !$0.isFinalClose }
    let stretches = Self.stretches(messages)
    var hidden = stretches.dropFirst().dropLast(Self.lastCount)
    hiddenCount = hidden.map(\.count).reduce(0, +)
    if hiddenCount == 1 {  // its own row says more than the number
      hidden = []
      hiddenCount = 0
    }
    let shown = stretches.prefix(1) + stretches.dropFirst(1 + hidden.count)
    rows = shown.flatMap(\.perLine).map { TranscriptRow(event: $0) }
    guard end < events.endIndex else { return }
    let failure = events[end]
    markFailure(failure, waits: events[..<end])
    let late = events[end...].filter { $0.isLate(for: failure) }
    rows += late.prefix(Self.lateCount).map { TranscriptRow(event: $0, isLate: true) }
    laterCount = max(0, late.count - Self.lateCount)
  }

  /// Joins what a process has written with nothing in between; all other events stay by themselves.
  private static func stretches(_ events: [Event]) -> [ArraySlice<Event>] {
    var stretches: [ArraySlice<Event>] = []
    for index in events.indices {
      if let last = stretches.last, let first = last.first, first.isWritten(with: events[index]) {
        stretches[stretches.count - 1] = events[last.startIndex...index]
      } else {
        stretches.append(events[index...index])
      }
    }
    return stretches
  }

  /// Marks the event at which the scenario failed: what came last on the failing line, else the
  /// end of the wait.
  private mutating func markFailure(_ failure: Event, waits: ArraySlice<Event>) {
    if let index = rows.lastIndex(where: { $0.event.isLeftUnread(on: failure) }) {
      rows[index].isFailure = true
      return
    }
    let wait = waits.last { $0.actor == failure.actor && $0.kind.isWaiting }
    let isSameLine = wait?.location != nil && wait?.location == failure.location
    if let last = rows.last?.event, last.kind.isArrival, last.lane == failure.lane,
      let location = last.location, location == failure.location,
      // What a wait has skipped before it timed out is not what failed.
      !(isSameLine && last.kind.isReceived)
    {
      rows[rows.count - 1].isFailure = true
      return
    }
    rows.append(
      TranscriptRow(event: failure, isFailure: true, endedWait: isSameLine ? wait : nil)
    )
  }
}

extension Event {
  /// Whether both are what one process has written to one stream.
  fileprivate func isWritten(with other: Event) -> Bool {
    guard case .output(let stream, _, _) = kind, case .output(stream, _, _) = other.kind
    else { return false }
    return lane == other.lane
  }

  /// Whether it is the close of what was still open when the scenario came to its end.
  fileprivate var isFinalClose: Bool { kind == .closed && location == nil }

  /// Whether it is what a check at the end, which no line of the script made, has failed of.
  fileprivate func isLeftUnread(on failure: Event) -> Bool {
    kind.isUnread && lane == failure.lane && failure.location == nil
  }

  /// Whether it came when the wait that has failed read on; what somebody took who looked at the
  /// scenario afterwards has a line of its own.
  fileprivate func isLate(for failure: Event) -> Bool {
    kind.isArrival && lane == failure.lane && (location == nil || location == failure.location)
  }

  /// What a process wrote at once, as an event a line, without blanks at its start; any other event
  /// as it is.
  fileprivate var perLine: [Event] {
    guard case .output(let stream, let payload, _) = kind else { return [self] }
    return payload.bytes.split(separator: UInt8(ascii: "\n")).map { line in
      with(.output(stream: stream, Payload(Array(line.drop { $0 == UInt8(ascii: " ") }))))
    }
  }

  fileprivate func with(_ kind: Kind) -> Event {
    Event(time: time, actor: actor, lane: lane, kind: kind)
  }
}

extension ArraySlice<Event> {
  /// What a process wrote, as an event a line; any other event as it is.
  ///
  /// Of many lines the first two and the last are shown; a line that stands for two saves little.
  fileprivate var perLine: [Event] {
    guard case .output(let stream, _, _)? = first?.kind else { return Array(self) }
    let lines = flatMap(\.perLine)
    let count = writtenLines ?? lines.count
    guard lines.count > 4, count != 5, let last = lines.last else { return lines }
    let rest = count - 3
    // Pieces of one long line are no lines.
    let gap = Payload(Array((rest > 0 ? "… \(rest) lines …" : "…").utf8))
    return lines.prefix(2) + [lines[2].with(.output(stream: stream, gap)), last]
  }

  /// How many lines were written in all, also in events of a flood that are not here.
  private var writtenLines: Int? {
    guard case .output(_, _, let before?)? = first?.kind,
      case .output(_, let payload, let behind?)? = last?.kind
    else { return nil }
    let rest = payload.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    return behind - before + rest.count - (rest.last?.isEmpty == true ? 1 : 0)
  }
}
