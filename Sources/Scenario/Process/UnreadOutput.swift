/// What a process has written and the script has not taken, within bounds.
///
/// A script that never reads must not make a flood its own: beyond the limit the oldest bytes go. The
/// log has them all.
struct UnreadOutput {
  private var pieces: [[UInt8]] = []
  private(set) var count = 0
  /// How many bytes were dropped so far.
  private(set) var droppedCount = 0

  static let limit = 64 << 20

  var isEmpty: Bool { count == 0 }

  mutating func append(_ bytes: [UInt8]) {
    pieces.append(bytes)
    count += bytes.count
    if count > Self.limit { dropOldest() }
  }

  /// Drops a sixteenth at once, so that a flood does not move the rest at every read.
  private mutating func dropOldest() {
    var dropped = 0
    var pieceCount = 0
    while dropped < Self.limit / 16, pieceCount < pieces.count {
      dropped += pieces[pieceCount].count
      pieceCount += 1
    }
    pieces.removeFirst(pieceCount)
    count -= dropped
    droppedCount += dropped
  }

  mutating func takeAll() -> [UInt8] {
    // One piece is the common case, and is given as it is.
    var bytes = pieces.first ?? []
    if pieces.count > 1 { bytes.reserveCapacity(count) }
    for piece in pieces.dropFirst() { bytes += piece }
    pieces = []
    count = 0
    return bytes
  }
}
