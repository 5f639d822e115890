internal import LocalSockets

/// Everything that happened in one scenario, in order.
///
/// The log is the only record: reports are pure functions of it. An appended event stays as it is,
/// and its bytes share their storage with the caller's array, so that appending costs no copy.
package final class EventLog {
  package private(set) var events: [Event] = []
  /// What no event may show.
  var secrets = Secrets()
  private let elapsed: () -> Duration
  /// What the clock showed at the scenario's start.
  private var start = Duration.zero

  /// Starts a log whose clock is the caller's.
  ///
  /// - Parameter elapsed: Returns the time since some moment; it never goes back.
  package init(elapsed: @escaping () -> Duration) {
    self.elapsed = elapsed
  }

  /// Starts a log at this moment, on the monotonic clock that the event loop's timers use.
  package convenience init() {
    let start = Deadline.now.nanoseconds
    self.init { .nanoseconds(Deadline.now.nanoseconds - start) }
  }

  /// The time since the scenario's start.
  package var now: Duration { elapsed() - start }

  /// Makes this moment the scenario's start.
  package func restart() {
    start = elapsed()
  }

  /// Records that something happened now.
  ///
  /// - Parameters:
  ///   - kind: What happened.
  ///   - actor: Who caused it.
  ///   - lane: The conversation it belongs to; empty when it belongs to none.
  ///   - location: The script line that caused it.
  package func append(
    _ kind: Event.Kind,
    actor: String,
    lane: String = "",
    at location: ScriptLocation? = nil
  ) {
    let kind = secrets.isEmpty ? kind : kind.redacted(by: secrets)
    events.append(
      Event(time: now, actor: actor, lane: lane, kind: kind, location: location)
    )
  }
}
