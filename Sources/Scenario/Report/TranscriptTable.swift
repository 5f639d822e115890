internal import LocalSocketLua

/// One event as a transcript shows it.
struct TranscriptRow {
  let event: Event
  /// The scenario failed at this event.
  var isFailure = false
  /// How many events before it are left out.
  var hiddenBefore = 0
  /// It came after the failure.
  var isLate = false
  /// The wait that the failure ended.
  var endedWait: Event?
}

/// The columns of a transcript: mark, time, lane, arrow, text and script line.
struct TranscriptTable {
  private let columns: Int
  /// The scenario's start, from which times count.
  private let start: Duration
  /// The scenario's directory, without which names in it are shown.
  private let directory: String
  private let laneWidth: Int
  private let referenceWidth: Int

  private static let laneLimit = 14
  private static let referenceLimit = 24

  /// Measures the columns for the events to be shown.
  init(_ events: [Event], since start: Duration, directory: String, columns: Int) {
    self.columns = columns
    self.start = start
    self.directory = directory
    let lanes = Set(events.map(\.lane))
    let widestLane = lanes.map { TerminalText.width(printable($0)) }.max() ?? 0
    laneWidth = lanes.subtracting([""]).count > 1 ? min(Self.laneLimit, widestLane) : 0
    let references = events.map { TerminalText.width(Self.reference(of: $0)) }
    referenceWidth = min(Self.referenceLimit, references.max() ?? 0)
  }

  func line(for row: TranscriptRow) -> String {
    let event = row.event
    let mark = row.isFailure ? "  ✗ " : "    "
    let time = TerminalText.rightAligned(DurationText.seconds(event.time - start), to: 7)
    let start = "\(mark)\(time)  \(lane(of: event))\(event.kind.arrow)  "
    let reference = TerminalText.cutStart(Self.reference(of: event), to: referenceWidth)
    let room = columns - TerminalText.width(start) - (reference.isEmpty ? 0 : referenceWidth + 2)
    let line = start + text(of: row, room: room)
    if reference.isEmpty { return line }
    return TerminalText.padded(line, to: columns - TerminalText.width(reference)) + reference
  }

  private func lane(of event: Event) -> String {
    if laneWidth == 0 { return "" }
    let name = TerminalText.cut(printable(event.lane), to: laneWidth)
    return TerminalText.padded(name, to: laneWidth) + "  "
  }

  /// The event in words, with names in the scenario's directory as its script may write them.
  private func phrase(of kind: Event.Kind) -> String {
    directory.isEmpty ? kind.phrase : kind.phrase.replacing("\(directory)/", with: "")
  }

  private func failurePhrase(_ row: TranscriptRow) -> String {
    if let wait = row.endedWait { return phrase(of: wait.kind) }
    return row.event.location == nil ? row.event.kind.phrase : "failed here"
  }

  private static func reference(of event: Event) -> String {
    printable(event.location?.shortDescription ?? "")
  }

  private func text(of row: TranscriptRow, room: Int) -> String {
    let prefix = row.isLate ? "late: " : ""
    let rest = room - prefix.count
    switch row.event.kind {
    case .sent(let payload), .received(let payload), .output(_, let payload, _):
      return prefix + EscapedBytes(payload).bounded(to: rest)
    case .unread(let payload):
      let prefix = row.isLate ? prefix : "unread: "
      return prefix + EscapedBytes(payload).bounded(to: room - prefix.count)
    case .failed:
      return TerminalText.cut(failurePhrase(row), to: room)
    default:
      return prefix + TerminalText.cut(phrase(of: row.event.kind), to: rest)
    }
  }
}

extension Event.Kind {
  /// Whether a transcript has a line for it: a conversation's event or a note.
  ///
  /// Waits are told by the list of who was waiting.
  var isMessage: Bool { !arrow.isEmpty && !isWaiting && self != .failed }

  /// Whether the scenario's time counts from it.
  var isStart: Bool {
    if case .scenarioStarted = self { true } else { false }
  }

  var isWaiting: Bool {
    if case .waiting = self { true } else { false }
  }

  /// Whether the script took a message.
  var isReceived: Bool {
    if case .received = self { true } else { false }
  }

  /// Whether the script has never taken what came.
  var isUnread: Bool {
    if case .unread = self { true } else { false }
  }

  /// Whether the peer caused it.
  var isArrival: Bool {
    switch self {
    case .received, .unread, .ended, .reset: true
    default: false
    }
  }

  package var arrow: String {
    switch self {
    case .sent: "→"
    case .received, .unread: "←"
    case .reset, .aborted, .signalled: "×"
    case .connected, .accepted, .listening, .spawned, .ready: "+"
    case .ended, .closed, .shutDown, .exited: "■"
    case .output: "│"
    case .note: "#"
    case .waiting, .failed: "…"
    case .runStarted, .runEnded, .declared, .refused, .scenarioStarted, .scenarioEnded, .directory,
      .source, .command, .seedTaken, .actorStarted, .actorEnded, .waited, .unknown:
      ""
    }
  }

  /// The event in words, where it is not a message.
  package var phrase: String {
    switch self {
    case .connected(let name, let peer):
      "connected to \(printable(name))\(peer.map { " (\($0.phrase))" } ?? "")"
    case .accepted(let peer): "accepted \(peer?.phrase ?? "a connection")"
    case .listening(let path): "listening on \(printable(path))"
    case .ended: "the peer closed"
    case .reset: "connection reset by the peer"
    case .closed: "we closed"
    case .shutDown: "we closed our writing side"
    case .aborted(let unsent, let unread):
      "we aborted" + Self.dropped([(unsent, "unsent"), (unread, "unread")])
    case .note(let text): printableLines(text).joined(separator: " ")
    case .waiting(let what): "waited for \(printable(what))"
    case .failed: "failed"
    case .spawned(let pid, let command): "started, pid \(pid): \(printable(command))"
    case .ready(let how): "ready: \(printable(how))"
    case .exited(let status): "exited with status \(status)"
    case .signalled(let signal, let dumpedCore):
      "ended by \(signal)\(dumpedCore ? " (core dumped)" : "")"
    case .sent(let payload), .received(let payload), .unread(let payload),
      .output(_, let payload, _):
      "\(EscapedBytes(payload))"
    case .runStarted, .runEnded, .declared, .refused, .scenarioStarted, .scenarioEnded, .directory,
      .source, .command, .seedTaken, .actorStarted, .actorEnded, .waited, .unknown:
      ""
    }
  }
}

extension Event.Kind {
  /// What was lost of each kind, as the end of a phrase.
  private static func dropped(_ losses: [(count: Int, kind: String)]) -> String {
    let told = losses.filter { $0.count > 0 }.map { "\(counted($0.count, "byte")) \($0.kind)" }
    return told.isEmpty ? "" : ": " + told.joined(separator: ", ")
  }
}

extension Event.Peer {
  /// What a transcript calls it.
  fileprivate var phrase: String {
    command.isEmpty ? "pid \(pid)" : "\(printable(command)), pid \(pid)"
  }
}
