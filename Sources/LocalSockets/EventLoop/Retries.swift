/// Tries of something for whose readiness the kernel cannot be asked, with pauses between them that
/// double from one to fifty milliseconds.
///
/// The next try is not made once this object is gone.
final class Retries {
  private static let longestPause = Duration.milliseconds(50)

  /// When the next try is due.
  private(set) var nextTry = Deadline.never
  /// When to give up.
  private var end = Deadline.never
  private var pause = Duration.milliseconds(1)
  private var timer: EventLoop.Timer?

  deinit {
    timer?.cancel()
  }

  /// Whether a pause is under way.
  var isPausing: Bool { !nextTry.isPast }

  /// Lets the loop make the next try after the next pause.
  ///
  /// - Parameters:
  ///   - limit: How long to go on at most, counted from the first call with a limit; nil is for ever.
  ///   - loop: The loop that makes the tries.
  ///   - action: A try, the same in each call.
  /// - Returns: Whether there is time for one more.
  func scheduleNext(
    within limit: Duration?,
    on loop: EventLoop,
    _ action: @escaping () -> Void
  ) -> Bool {
    end = limit.map { end == .never ? .after($0) : end } ?? .never
    if end.isPast { return false }
    nextTry = min(.after(pause), end)
    pause = min(pause * 2, Self.longestPause)
    if let timer {
      timer.reschedule(at: nextTry)
    } else {
      timer = loop.schedule(at: nextTry, action)
    }
    return true
  }

  /// Makes the next try now.
  ///
  /// - Returns: Whether there is nothing to try any more.
  func tryNow() -> Bool {
    timer?.fireEarly()
    return timer?.isPending != true
  }
}
