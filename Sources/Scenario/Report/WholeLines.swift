/// Events among which what a process writes stands in whole lines, however it was written.
///
/// A line stands where its first piece came. What is written at the end of a line that has none, as a
/// prompt is, stays by itself where the process is told something before the rest.
struct WholeLines {
  private(set) var events: [Event] = []
  /// Where the line of a stream begins that has no end yet.
  private var open: [Stream: Int] = [:]

  private struct Stream: Hashable {
    let lane: String
    let name: String
  }

  private static let newline = UInt8(ascii: "\n")

  /// Joins the pieces.
  ///
  /// - Parameter events: In their order.
  init(_ events: some Sequence<Event>) {
    for event in events { take(event) }
  }

  private mutating func take(_ event: Event) {
    guard case .output(let name, let payload, let linesBefore) = event.kind else {
      if !open.isEmpty, case .sent = event.kind { closeStreams(toldBy: event.lane) }
      return events.append(event)
    }
    let stream = Stream(lane: event.lane, name: name)
    let length = payload.bytes.firstIndex(of: Self.newline).map { $0 + 1 } ?? payload.bytes.count
    guard !payload.isCut, join(payload.bytes.prefix(length), linesBefore, to: stream) else {
      return append(event, payload, of: stream)
    }
    if payload.bytes[..<length].last == Self.newline { open[stream] = nil }
    if length == payload.bytes.count { return }
    let rest = Payload(Array(payload.bytes[length...]))
    let kind = Event.Kind.output(stream: name, rest, linesBefore: linesBefore.map { $0 + 1 })
    append(event.with(kind), rest, of: stream)
  }

  private mutating func append(_ event: Event, _ payload: Payload, of stream: Stream) {
    let isWhole = payload.isCut || payload.bytes.last == Self.newline
    open[stream] = isWhole ? nil : events.count
    events.append(event)
  }

  /// Adds a piece to the line of its stream.
  ///
  /// - Returns: Whether it belongs there: of a flood what stands between may be missing.
  private mutating func join(
    _ piece: ArraySlice<UInt8>,
    _ linesBefore: Int?,
    to stream: Stream
  ) -> Bool {
    guard let index = open[stream],
      case .output(let name, let begun, let begunBehind) = events[index].kind,
      begun.bytes.count + piece.count <= Payload.inlineLimit
    else { return false }
    if let begunBehind, let linesBefore {
      let count = begun.bytes.count { $0 == Self.newline }
      if begunBehind + count != linesBefore { return false }
    }
    let joined = Payload(begun.bytes + piece)
    events[index] = events[index].with(
      .output(stream: name, joined, linesBefore: begunBehind)
    )
    return true
  }

  /// What a process is told on one of its streams follows what it has written.
  private mutating func closeStreams(toldBy lane: String) {
    open = open.filter { !lane.hasPrefix("\($0.key.lane).") }
  }
}
