internal import Scenario

/// What processes write, as whole lines: their output comes in pieces of any size.
struct OutputLines {
  /// The beginnings of lines, by process and stream, each with the event that it has begun in.
  private var unfinished: [Source: Event] = [:]

  private struct Source: Hashable {
    let lane: String
    let stream: String
  }

  /// A longer line is shown in parts.
  private static let limit = 1 << 16

  /// Whether a line has begun and not ended.
  var hasUnfinished: Bool { !unfinished.isEmpty }

  /// Takes what a process has written.
  ///
  /// - Parameters:
  ///   - bytes: What it has written, as a whole.
  ///   - stream: Where to.
  ///   - event: The event of it.
  /// - Returns: An event for each line that has ended, without its newline.
  mutating func take(_ bytes: [UInt8], of stream: String, _ event: Event) -> [Event] {
    let source = Source(lane: event.lane, stream: stream)
    var first = unfinished.removeValue(forKey: source)
    let rest = first?.outputBytes ?? []
    var pieces = (rest + bytes).split(
      separator: UInt8(ascii: "\n"),
      omittingEmptySubsequences: false
    )
    if let last = pieces.last, last.count < Self.limit {
      pieces.removeLast()
      if !last.isEmpty {
        unfinished[source] = Self.line(last, of: stream, pieces.isEmpty ? first ?? event : event)
      }
    }
    return pieces.map { piece in
      defer { first = nil }
      return Self.line(
        piece.last == UInt8(ascii: "\r") ? piece.dropLast() : piece,
        of: stream,
        first ?? event
      )
    }
  }

  /// Takes the lines that have begun and not ended.
  ///
  /// - Parameter lane: The process; `nil` for all of them.
  /// - Returns: An event for each, in the order in which they have begun.
  mutating func takeUnfinished(of lane: String? = nil) -> [Event] {
    let events = unfinished.values.filter { lane == nil || $0.lane == lane }
    unfinished = unfinished.filter { lane != nil && $0.key.lane != lane }
    return events.sorted { $0.time < $1.time }
  }

  private static func line(_ bytes: ArraySlice<UInt8>, of stream: String, _ event: Event) -> Event {
    var event = event
    event.kind = .output(stream: stream, Payload(Array(bytes)))
    return event
  }
}

extension Event {
  fileprivate var outputBytes: [UInt8] {
    if case .output(_, let payload, _) = kind { payload.bytes } else { [] }
  }
}
