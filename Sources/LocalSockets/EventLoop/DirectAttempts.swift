/// Decides when a loop tries awaited operations itself instead of asking which are ready.
///
/// With both ends of a conversation on one loop the bytes are there already, so that a try costs the
/// read alone, and asking first would double the calls. Where tries keep failing, the peers are
/// elsewhere, and the loop stops trying for a while.
struct DirectAttempts {
  /// How many operations one turn tries.
  static let triesPerTurn = 4
  /// How many turns without success stop the trying.
  static let failureLimit = 16
  /// How many turns pass then before the next try; twice as many each time that tries fail again.
  static let leastPause = 256
  static let longestPause = 65536
  /// How many turns in a row may be served this way before the others are asked after.
  static let successLimit = 64

  private var failures = 0
  private var pause = leastPause
  private var turnsToSkip = 0
  private var successes = 0

  /// Whether the descriptors that nobody waits for have gone unasked for long enough.
  var mustAsk: Bool { successes >= Self.successLimit }

  /// Counts a turn that could try, and says whether it shall.
  mutating func shouldTry() -> Bool {
    if turnsToSkip == 0 { return true }
    turnsToSkip -= 1
    return false
  }

  mutating func succeeded() {
    successes += 1
    failures = 0
    pause = Self.leastPause
  }

  mutating func failed() {
    failures += 1
    guard failures == Self.failureLimit else { return }
    failures = 0
    turnsToSkip = pause
    pause = min(2 * pause, Self.longestPause)
  }

  /// The loop has asked for all descriptors.
  mutating func asked() {
    successes = 0
  }
}
