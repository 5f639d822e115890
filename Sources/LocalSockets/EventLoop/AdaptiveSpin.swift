/// Decides when a loop looks again and again for a moment before it sleeps.
///
/// Being put to sleep and woken can take longer than a peer on another processor needs to answer.
/// Looking occupies a processor, though, and keeps a peer from running that shares it. So it begins
/// only where sleeps have turned out to be short, and goes on only while waits are shorter with it
/// than those sleeps were.
struct AdaptiveSpin {
  /// How the loop waits.
  enum Wait {
    /// It sleeps.
    case unmeasured
    /// It sleeps, and tells how long.
    case measured
    /// It looks for a moment before it sleeps, and tells how long both took.
    case spinning
  }

  /// How many nanoseconds the loop looks at most.
  static let longestSpin: Int64 = 50_000
  /// What looking could not make worthwhile, in nanoseconds: such a wait ends it.
  static let longWait: Int64 = 100_000
  /// How many short sleeps in a row start it.
  static let sleepsObserved = 8
  /// How many waits are judged together, and in the time of how many sleeps they must be over.
  static let waitsJudged = 16
  static let sleepsAllowed: Int64 = 14
  /// How many sleeps pass after it has ended; twice as many each time that it ends unjudged again.
  static let leastPause = 16
  static let longestPause = 65536

  private var wait = Wait.measured
  private var sleepsToSkip = 0
  private var pause = leastPause
  /// The waits that are being observed or judged, and their nanoseconds.
  private var waits = 0
  private var total: Int64 = 0
  private var allowance: Int64 = 0
  private var hasSeveralProcessors: Bool?

  /// Chooses how the loop waits now.
  @inline(__always)
  mutating func nextWait() -> Wait {
    if wait == .unmeasured { skipSleep() }
    return wait
  }

  /// Learns that there was nothing to wait for when the loop began to look.
  @inline(__always)
  mutating func foundAtOnce() {
    waits += 1
    if waits >= Self.waitsJudged { judge() }
  }

  /// Learns from a wait.
  ///
  /// - Parameters:
  ///   - nanoseconds: From when the loop had nothing to do until there was something; anything long
  ///     when it was the time that ended the wait.
  ///   - processorCount: How many processors the thread may use; asked for once, when it matters.
  ///     With one, peers could not run while the loop looks.
  mutating func waited(_ nanoseconds: Int64, processorCount: @autoclosure () -> Int) {
    waits += 1
    total = nanoseconds < Self.longWait ? total + nanoseconds : .max
    if wait == .spinning { judge() } else { observe(processorCount()) }
  }

  private mutating func observe(_ processorCount: @autoclosure () -> Int) {
    if total == .max { return begin(.measured) }
    guard waits == Self.sleepsObserved else { return }
    allowance = total / Int64(Self.sleepsObserved) * Self.sleepsAllowed
    hasSeveralProcessors = hasSeveralProcessors ?? (processorCount() > 1)
    if hasSeveralProcessors == true { begin(.spinning) } else { skip(.max) }
  }

  private mutating func judge() {
    if total > allowance {
      skip(pause)
      pause = min(2 * pause, Self.longestPause)
    } else if waits >= Self.waitsJudged {
      pause = Self.leastPause
      begin(.spinning)
    }
  }

  private mutating func skip(_ sleeps: Int) {
    sleepsToSkip = sleeps
    begin(.unmeasured)
  }

  private mutating func skipSleep() {
    if sleepsToSkip == 0 { return begin(.measured) }
    sleepsToSkip -= 1
  }

  private mutating func begin(_ wait: Wait) {
    self.wait = wait
    waits = 0
    total = 0
  }
}
