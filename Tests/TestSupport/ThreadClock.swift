import Glibc

/// The processor's time that the calling thread has had, which does not pass while others have it.
package enum ThreadClock {
  /// The time since the thread's start.
  package static var now: Duration {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}
