/// The boundaries in a socket's queued bytes, and what goes beside the bytes between them.
///
/// A socket that keeps boundaries always has this. A stream has it only while descriptors are queued,
/// and then all its queued bytes belong to one of the parts.
final class OutgoingMessages {
  struct Part {
    var length: Int
    var address: SocketAddress?
    var descriptors: [PassedDescriptor] = []
    /// Tells somebody what becomes of the part; a part without it is plain bytes.
    var delivery: Delivery?
  }

  /// Whether a message without an address has somewhere to go.
  let hasPeer: Bool
  private var parts = Fifo<Part>()

  init(hasPeer: Bool) {
    self.hasPeer = hasPeer
  }

  var isEmpty: Bool { parts.isEmpty }
  var first: Part? { parts.first }

  func append(_ part: Part) {
    parts.append(part)
  }

  /// Adds plain bytes of a stream, which need no boundary between them.
  func appendToStream(_ count: Int) {
    guard count > 0 else { return }
    if let last = parts.last, last.delivery == nil {
      parts.last?.length += count
    } else {
      parts.append(Part(length: count))
    }
  }

  /// Takes note that the kernel took bytes of the first part, and with the first of them all that
  /// goes beside them.
  func consume(_ count: Int) {
    parts.first?.length -= count
    parts.first?.descriptors = []
    guard let first = parts.first else { return }
    if first.length > 0 {
      first.delivery?.begin()
    } else {
      parts.removeFirst()
      first.delivery?.end(.sent)
    }
  }

  /// Removes the first part, which will not be sent; returns its length.
  func dropFirst(because error: SocketError) -> Int {
    guard let part = parts.removeFirst() else { return 0 }
    part.delivery?.end(.failed(error))
    return part.length
  }

  /// Removes the part of a delivery, unless some of its bytes were sent; returns where among the
  /// queued bytes it was, or nil when it was not removed.
  func remove(_ delivery: Delivery) -> Range<Int>? {
    guard !delivery.hasBegun else { return nil }
    var start = 0
    for index in 0..<parts.count {
      let length = parts[index].length
      if parts[index].delivery === delivery {
        parts.remove(at: index)
        return start..<start + length
      }
      start += length
    }
    return nil
  }

  /// Tells those who wait for parts that none will be sent any more.
  func fail(because error: SocketError) {
    while let part = parts.removeFirst() { part.delivery?.end(.failed(error)) }
  }
}

/// What becomes of one message that was queued.
package final class Delivery {
  package enum Outcome {
    case sent
    case failed(SocketError)
  }

  /// Nil while the message is queued.
  package private(set) var outcome: Outcome?
  private(set) var hasBegun = false

  /// Takes note that some of the message's bytes were sent.
  func begin() {
    hasBegun = true
  }

  func end(_ outcome: Outcome) {
    self.outcome = outcome
  }
}
