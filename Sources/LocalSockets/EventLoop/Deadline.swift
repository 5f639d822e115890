/// An instant of the monotonic clock, which stands still while the machine sleeps.
public struct Deadline: Hashable, Sendable {
  package let nanoseconds: Int64

  package init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  /// The present instant.
  public static var now: Deadline { Deadline(nanoseconds: SystemCalls.monotonicNanoseconds()) }

  /// The instant that never comes.
  public static let never = Deadline(nanoseconds: .max)

  /// The instant a while from now.
  ///
  /// - Parameter duration: How far away it is. Negative durations give the present, and durations
  ///   beyond 292 years give ``never``.
  /// - Returns: The present plus the duration.
  public static func after(_ duration: Duration) -> Deadline {
    now.advanced(by: duration)
  }

  /// The instant so many nanoseconds from now; cheaper than through a `Duration`.
  ///
  /// From a second on it is up to a tick of the kernel later than that, and again cheaper.
  @inline(__always)
  package static func after(nanoseconds: Int64) -> Deadline {
    if nanoseconds < 1_000_000_000 { return now.advanced(byNanoseconds: nanoseconds) }
    let atTick = Deadline(nanoseconds: SystemCalls.monotonicNanosecondsAtTick())
    return atTick.advanced(byNanoseconds: longestTick).advanced(byNanoseconds: nanoseconds)
  }

  /// The time between two ticks of a kernel that makes a hundred a second; others make more.
  static let longestTick: Int64 = 10_000_000

  /// The instant at which a wait ends that has a total of time, nil meaning for ever.
  package init(timeout: Duration?) {
    self = timeout.map(Deadline.after) ?? .never
  }

  package func advanced(by duration: Duration) -> Deadline {
    advanced(byNanoseconds: max(0, duration.nanoseconds))
  }

  /// The instant so many nanoseconds later.
  @inline(__always)
  func advanced(byNanoseconds distance: Int64) -> Deadline {
    let (sum, overflows) = nanoseconds.addingReportingOverflow(distance)
    return overflows ? .never : Deadline(nanoseconds: sum)
  }

  /// Whether the instant has come.
  public var isPast: Bool { self <= .now }

  /// The time left in milliseconds, as `poll(2)` and `epoll_wait(2)` take it: -1 is for ever.
  ///
  /// A part of a millisecond counts as a whole one, lest the wait end early and be made again and
  /// again without sleeping.
  package func timeoutMilliseconds() -> CInt {
    if self == .never { return -1 }
    let left = nanoseconds - SystemCalls.monotonicNanoseconds()
    guard left > 0 else { return 0 }
    return CInt(clamping: left / 1_000_000 + (left % 1_000_000 == 0 ? 0 : 1))
  }
}

extension Deadline: Comparable {
  /// Whether an instant comes before another.
  public static func < (first: Deadline, second: Deadline) -> Bool {
    first.nanoseconds < second.nanoseconds
  }
}

extension Duration {
  /// The whole nanoseconds, at most what 64 bits hold.
  package var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (whole, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    if overflows { return seconds < 0 ? .min : .max }
    let (sum, sumOverflows) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
    return sumOverflows ? (seconds < 0 ? .min : .max) : sum
  }
}
