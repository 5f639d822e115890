/// The pauses between the tries of something for whose readiness the kernel cannot be asked: they
/// double from one to fifty milliseconds.
struct RetryPauses {
  private static let longest = Duration.milliseconds(50)
  private var pause = Duration.milliseconds(1)

  /// The pause before the next try.
  mutating func next() -> Duration {
    defer { pause = min(pause * 2, Self.longest) }
    return pause
  }
}
