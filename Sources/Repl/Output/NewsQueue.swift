internal import Scenario

/// Events that are to be shown: of a flood the first and the last ones, and how many lie between.
struct NewsQueue {
  private var first: [Event] = []
  /// A ring, of which the oldest is at ``oldest`` once it is full.
  private var last: [Event] = []
  private var oldest = 0
  private var hiddenCount = 0

  /// How many are kept at each end.
  static let kept = 8

  var isEmpty: Bool { first.isEmpty }

  mutating func append(_ event: Event) {
    if first.count < Self.kept {
      first.append(event)
    } else if last.count < Self.kept {
      last.append(event)
    } else {
      last[oldest] = event
      oldest = (oldest + 1) % Self.kept
      hiddenCount += 1
    }
  }

  /// Takes everything out, in the order in which it happened.
  mutating func take() -> (first: [Event], hiddenCount: Int, last: [Event]) {
    defer { self = NewsQueue() }
    return (first, hiddenCount, Array(last[oldest...] + last[..<oldest]))
  }
}
