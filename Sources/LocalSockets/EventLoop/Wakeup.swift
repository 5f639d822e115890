/// The one way into a loop from outside its thread: it ends the loop's sleep.
///
/// It stays valid when the loop is gone, and then does nothing.
public final class Wakeup: Sendable {
  private let counter: OwnedDescriptor

  init() throws(SystemError) {
    counter = try SystemCalls.eventCounter()
  }

  var descriptor: CInt { counter.number }

  /// Lets the loop's present or next sleep end at once; any thread and any signal handler may
  /// call it.
  ///
  /// Several calls before the loop wakes count as one.
  ///
  /// The corresponding system call is `write(2)` on an `eventfd(2)`.
  public func wake() {
    SystemCalls.raiseEventCounter(counter.number)
  }

  /// What ``wake(descriptor:)`` takes: for signal handlers, which must not touch objects.
  package var descriptorNumber: CInt { counter.number }

  /// Does what ``wake()`` does, for a wake-up that is known to live.
  package static func wake(descriptor: CInt) {
    SystemCalls.raiseEventCounter(descriptor)
  }

  /// Forgets the calls so far.
  func clear() {
    SystemCalls.clearEventCounter(counter.number)
  }
}

extension Wakeup: ReadinessHandler {
  func becameReady(_ readiness: Readiness) {
    clear()
  }
}
