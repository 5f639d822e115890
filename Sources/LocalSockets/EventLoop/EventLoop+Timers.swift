extension EventLoop {
  /// An action that the loop performs when its time has come.
  ///
  /// As long as it is pending the loop keeps it and what its action captures; see
  /// ``EventLoop/post(_:)``.
  public final class Timer {
    /// Where the timer stands in the loop's queue; nil when it does not wait.
    var position: Int?
    private weak var loop: EventLoop?
    private let action: () -> Void
    private let interval: Duration?
    private var due: Deadline

    fileprivate init(
      _ loop: EventLoop,
      at due: Deadline,
      every interval: Duration?,
      _ action: @escaping () -> Void
    ) {
      self.loop = loop
      self.due = due
      self.interval = interval
      self.action = action
    }

    /// Whether the timer will fire unless it is cancelled.
    public var isPending: Bool { position != nil }

    /// Keeps the timer from firing; a timer that has fired or was cancelled is left alone.
    public func cancel() {
      loop?.timers.remove(self)
    }

    /// Moves the timer to another instant, whether it is pending, has fired or was cancelled.
    ///
    /// - Parameter deadline: When it fires next.
    public func reschedule(at deadline: Deadline) {
      guard let loop else { return }
      loop.timers.remove(self)
      due = deadline
      loop.timers.insert(self, at: deadline)
    }

    /// Performs the action, the next firing of a repeated timer being set first, so that the action
    /// can cancel it.
    fileprivate func fire(at instant: Deadline) {
      if let interval { reschedule(at: Self.next(after: instant, from: due, every: interval)) }
      action()
    }

    /// Performs the action before its time, and not then.
    func fireEarly() {
      cancel()
      action()
    }

    /// The first instant after the present one that is a whole number of intervals away, so that
    /// late firings neither shift the later ones nor are made up for.
    private static func next(
      after instant: Deadline,
      from due: Deadline,
      every interval: Duration
    ) -> Deadline {
      let step = interval.nanoseconds
      let missed = max(0, instant.nanoseconds - due.nanoseconds) / step
      return due.advanced(by: .nanoseconds((missed + 1) * step))
    }
  }

  /// Performs an action once.
  ///
  /// - Parameters:
  ///   - deadline: When it becomes due. Timers of one instant fire in the order of these calls.
  ///   - action: What the turn performs after it has served the descriptors. It may schedule and
  ///     cancel timers; one that it schedules fires in a later turn even when it is due already.
  /// - Returns: What cancels the timer; it need not be kept.
  @discardableResult
  public func schedule(at deadline: Deadline, _ action: @escaping () -> Void) -> Timer {
    let timer = Timer(self, at: deadline, every: nil, action)
    timers.insert(timer, at: deadline)
    return timer
  }

  /// Performs an action again and again, without drift.
  ///
  /// Firings that a busy loop missed are left out, and the later ones keep their times.
  ///
  /// - Parameters:
  ///   - interval: The time to the first firing and between firings; at least a microsecond.
  ///   - action: What is performed.
  /// - Returns: What cancels the timer; it need not be kept.
  @discardableResult
  public func schedule(every interval: Duration, _ action: @escaping () -> Void) -> Timer {
    precondition(interval >= .microseconds(1), "a repeated timer needs an interval")
    let first = Deadline.after(interval)
    let timer = Timer(self, at: first, every: interval, action)
    timers.insert(timer, at: first)
    return timer
  }

  package var hasPendingTimers: Bool { timers.count > 0 }

  /// Fires what is due now, but nothing that these firings schedule.
  func fireDueTimers() {
    guard let earliest = timers.earliest else { return }
    let instant = Deadline.now
    guard earliest <= instant else { return }
    let limit = timers.nextSequence
    while let timer = timers.removeDue(at: instant, insertedBefore: limit) {
      timer.fire(at: instant)
    }
  }
}

@available(*, unavailable)
extension EventLoop.Timer: Sendable {}
