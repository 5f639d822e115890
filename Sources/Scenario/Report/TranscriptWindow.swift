/// The events that a transcript shows.
struct TranscriptWindow {
  var rows: [TranscriptRow] = []
  /// When the scenario began.
  var start = Duration.zero
  /// The scenario's private directory; empty where it has made none.
  var directory = ""
  /// How many events are left out between those.
  var hiddenCount = 0
  /// How many late events are left out.
  var laterCount = 0

  private static let lastCount = 6
  /// How many of the conversation that failed are shown at least.
  private static let laneCount = 3
  /// To leave out fewer would save little, and hide what the reader may want.
  private static let leastHiddenCount = 6
  private static let lateCount = 6

  /// Chooses the events.
  ///
  /// - Parameters:
  ///   - events: The whole log, in order.
  ///   - kind: Of what kind the scenario's failure was; `nil` where nobody knows.
  init(_ events: [Event], _ kind: Failure.Kind?) {
    // Top-level code may have acted before the block that it declares.
    if events.contains(where: \.kind.isStart) { start = events[0].time }
    directory = events.lazy.compactMap(\.kind.directory).first ?? ""
    let end = events.firstIndex { $0.kind == .failed } ?? events.endIndex
    let messages = events[..<end].filter { $0.kind.isMessage && !$0.isFinalClose }
    let failure = end < events.endIndex ? events[end] : nil
    show(Self.stretches(WholeLines(messages).events), failingLane: failure?.lane ?? "")
    guard let failure else { return }
    if !(kind == .crash && markDeath()) { markFailure(failure, waits: events[..<end]) }
    showLate(events[end...], failure)
  }

  /// Shows what came while the failed wait read on: on its conversation, and of any process.
  private mutating func showLate(_ events: ArraySlice<Event>, _ failure: Event) {
    let end = events.lastIndex { $0.isReadingOn(behind: failure) } ?? events.startIndex
    let late = events.indices.filter { index in
      events[index].isLate(for: failure) || index < end && events[index].kind.isOfProcess
    }
    let lines = WholeLines(late.map { events[$0] }).events.flatMap(\.perLine)
    rows += lines.prefix(Self.lateCount).map { TranscriptRow(event: $0, isLate: true) }
    laterCount = max(0, lines.count - Self.lateCount)
  }

  /// Makes rows of those that are shown, and counts the others.
  private mutating func show(_ stretches: [ArraySlice<Event>], failingLane: String) {
    let ofLane = stretches.indices.filter { stretches[$0].first?.lane == failingLane }
    let indices = stretches.indices.prefix(1) + stretches.indices.suffix(Self.lastCount)
    var shown = Set(indices + (failingLane.isEmpty ? [] : ofLane.suffix(Self.laneCount)))
    let hidden = stretches.indices.filter { !shown.contains($0) }
    if hidden.reduce(0, { $0 + stretches[$1].count }) < Self.leastHiddenCount {
      shown = Set(stretches.indices)
    }
    var gap: ArraySlice<Event> = []
    for (index, stretch) in stretches.enumerated() {
      if shown.contains(index) {
        show(stretch, behind: gap)
        gap = []
      } else {
        gap += stretch
      }
    }
  }

  private mutating func show(_ stretch: ArraySlice<Event>, behind gap: ArraySlice<Event>) {
    // One event's own row says more than the number.
    let isSingle = gap.count == 1
    let new = (isSingle ? gap.perLine : []) + stretch.perLine
    rows += new.map { TranscriptRow(event: $0) }
    if isSingle { return }
    hiddenCount += gap.count
    if !new.isEmpty { rows[rows.count - new.count].hiddenBefore = gap.count }
  }

  /// Marks the end of the process that the scenario has failed of, where it is clear which that is.
  private mutating func markDeath() -> Bool {
    let deaths = rows.indices.filter { rows[$0].event.kind.isDeath }
    guard deaths.count == 1 else { return false }
    rows[deaths[0]].isFailure = true
    return true
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

  /// Whether it tells how long the wait that has failed read on.
  fileprivate func isReadingOn(behind failure: Event) -> Bool {
    guard case .waited = kind else { return false }
    return actor == failure.actor && lane == failure.lane
  }

  /// What a process wrote at once, as an event a line, without blanks at its start; any other event
  /// as it is.
  fileprivate var perLine: [Event] {
    guard case .output(let stream, let payload, _) = kind else { return [self] }
    return payload.bytes.split(separator: UInt8(ascii: "\n")).map { line in
      with(.output(stream: stream, Payload(Array(line.drop { $0 == UInt8(ascii: " ") }))))
    }
  }

  /// The same moment with something else that happened.
  func with(_ kind: Kind) -> Event {
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

extension Event.Kind {
  fileprivate var directory: String? {
    if case .directory(let path) = self { path } else { nil }
  }

  /// Whether a process has written something, or ended.
  fileprivate var isOfProcess: Bool {
    switch self {
    case .output, .exited, .signalled: true
    default: false
    }
  }

  /// Whether a process has ended as one does that something is wrong with.
  fileprivate var isDeath: Bool {
    switch self {
    case .exited(let status): status != 0
    case .signalled: true
    default: false
    }
  }
}
