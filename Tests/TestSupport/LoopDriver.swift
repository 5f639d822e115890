package import LocalSockets

extension EventLoop {
  /// Turns the loop until a condition holds.
  ///
  /// - Parameters:
  ///   - condition: Looked at before the first turn and after each.
  ///   - limit: How long it may take; generous, because it is only used up when a test fails.
  /// - Returns: Whether the condition came to hold.
  /// - Throws: What a turn throws.
  package func run(
    until condition: () -> Bool,
    within limit: Duration = .seconds(20)
  ) throws(SystemError) -> Bool {
    let deadline = Deadline.after(limit)
    while !condition() {
      if deadline.isPast { return false }
      try turn(until: deadline)
    }
    return true
  }

  /// Turns the loop without sleeping, often enough for all that is ready to come to an end.
  package func runReady(turns: Int = 20) throws(SystemError) {
    for _ in 0..<turns { try turn(until: .now) }
  }
}
