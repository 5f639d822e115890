// Long bytes that were compared, of which a failure keeps those around the first difference.

extension Failure {
  /// What part of the compared bytes a failure holds.
  package struct Excerpt: Hashable, Sendable {
    /// How many bytes are left out before it, of either side.
    package let start: Int
    /// How many bytes were expected, and how many came, in all.
    package let expectedSize: Int
    package let actualSize: Int

    package init(start: Int, expectedSize: Int, actualSize: Int) {
      self.start = start
      self.expectedSize = expectedSize
      self.actualSize = actualSize
    }
  }

  /// How many bytes are kept on each side of the difference.
  private static let margin = 1 << 10
  /// Of more bytes nobody looks whether they differ in one small thing alone.
  private static let natureLimit = 1 << 20

  /// Whether a note says already what alone the two differ in: it knows the codec, and says more.
  var tellsNature: Bool { notes.contains { $0.hasPrefix(DifferenceNature.beginning) } }

  /// The failure as it is recorded: without secrets, and with no more bytes than a report shows.
  func recorded(hiding secrets: Secrets) -> Failure {
    var failure = redacted(by: secrets)
    // Two texts that read the same would be taken for equal ones.
    if expected != actual, let shown = failure.expected, shown == failure.actual {
      failure.message += "; the secrets differ"
    }
    failure.cutOut()
    return failure
  }

  private mutating func cutOut() {
    guard excerpt == nil, let expected, let actual,
      max(expected.count, actual.count) > Payload.inlineLimit
    else { return }
    if !tellsNature, max(expected.count, actual.count) <= Self.natureLimit,
      let nature = DifferenceNature(expected: expected, actual: actual)
    {
      notes.append(nature.description)
    }
    let offset = expected.firstDifference(from: actual)
    let start = expected.characterStart(before: max(0, offset - Self.margin))
    excerpt = Excerpt(start: start, expectedSize: expected.count, actualSize: actual.count)
    self.expected = expected.part(from: start, to: offset + Self.margin)
    self.actual = actual.part(from: start, to: offset + Self.margin)
  }
}

extension [UInt8] {
  /// The first byte that differs from another text's, or that one of the two lacks.
  func firstDifference(from other: [UInt8]) -> Int {
    // Whole pieces first, which are compared many bytes at once.
    let piece = 1 << 12
    var start = 0
    while start + piece <= Swift.min(count, other.count),
      self[start..<start + piece] == other[start..<start + piece]
    {
      start += piece
    }
    return start + zip(self[start...], other[start...]).prefix { $0 == $1 }.count
  }

  /// Where the character in UTF-8 begins that a byte belongs to.
  fileprivate func characterStart(before index: Int) -> Int {
    var start = index
    while start > 0, index - start < 3, start < count, self[start] & 0xc0 == 0x80 { start -= 1 }
    return start
  }

  /// The bytes between two places, to the end of the last character.
  fileprivate func part(from start: Int, to end: Int) -> [UInt8] {
    var end = Swift.min(end, count)
    while end < count, self[end] & 0xc0 == 0x80 { end += 1 }
    return Array(self[Swift.min(start, end)..<end])
  }
}
