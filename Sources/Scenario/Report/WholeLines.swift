/// Events among which what a process writes stands in whole lines, however it was written.
///
/// A line stands where its first piece came. What is written at the end of a line that has none, as a
/// prompt is, stays by itself where the process is told something before the rest.
struct WholeLines {
  private(set) var events: [Event] = []
  /// Where the line of a stream begins that has no end yet.
  private var open: [Stream: OpenLine] = [:]

  private struct Stream: Hashable {
    let lane: String
    let name: String
  }

  private struct OpenLine {
    /// The place of the event that it stands in, which gets its bytes when it is closed.
    let index: Int
    private(set) var bytes: [UInt8]
    /// How many lines the stream has before what comes next.
    let linesBefore: Int?
    private(set) var isJoined = false

    init(_ payload: Payload, at index: Int, behind linesBefore: Int?) {
      self.index = index
      bytes = payload.bytes
      self.linesBefore = linesBefore.map { $0 + payload.bytes.count { $0 == newline } }
    }

    /// Whether a piece belongs to it: of a flood what stands between may be missing.
    func takes(_ piece: ArraySlice<UInt8>, behind linesBefore: Int?) -> Bool {
      bytes.count + piece.count <= Payload.inlineLimit
        && (linesBefore == nil || self.linesBefore == nil || linesBefore == self.linesBefore)
    }

    mutating func append(_ piece: ArraySlice<UInt8>) {
      bytes += piece
      isJoined = true
    }
  }

  private static let newline = UInt8(ascii: "\n")

  /// Joins the pieces.
  ///
  /// - Parameter events: In their order.
  init(_ events: some Sequence<Event>) {
    for event in events { take(event) }
    for stream in open.keys { close(stream) }
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
    if payload.bytes[..<length].last == Self.newline { close(stream) }
    if length == payload.bytes.count { return }
    let rest = Payload(Array(payload.bytes[length...]))
    let kind = Event.Kind.output(stream: name, rest, linesBefore: linesBefore.map { $0 + 1 })
    append(event.with(kind), rest, of: stream)
  }

  private mutating func append(_ event: Event, _ payload: Payload, of stream: Stream) {
    close(stream)
    if !payload.isCut, payload.bytes.last != Self.newline,
      case .output(_, _, let linesBefore) = event.kind
    {
      open[stream] = OpenLine(payload, at: events.count, behind: linesBefore)
    }
    events.append(event)
  }

  /// Adds a piece to the line of its stream.
  ///
  /// - Returns: Whether it belongs there.
  private mutating func join(
    _ piece: ArraySlice<UInt8>,
    _ linesBefore: Int?,
    to stream: Stream
  ) -> Bool {
    guard open[stream]?.takes(piece, behind: linesBefore) == true else { return false }
    open[stream]?.append(piece)
    return true
  }

  /// Takes the line of a stream for whole.
  private mutating func close(_ stream: Stream) {
    guard let line = open.removeValue(forKey: stream), line.isJoined,
      case .output(let name, _, let linesBefore) = events[line.index].kind
    else { return }
    let kind = Event.Kind.output(stream: name, Payload(line.bytes), linesBefore: linesBefore)
    events[line.index] = events[line.index].with(kind)
  }

  /// What a process is told on one of its streams follows what it has written.
  private mutating func closeStreams(toldBy lane: String) {
    for stream in open.keys where lane.hasPrefix("\(stream.lane).") { close(stream) }
  }
}
