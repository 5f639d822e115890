internal import LocalSockets

/// When a wait is over, if it is not over before.
///
/// A deadline that is started again keeps its timer: a wait that ends in time leaves the timer
/// where it is, and the timer, when it fires, finds the next wait's deadline. So a message that
/// arrives in time costs no work on timers at all.
final class WaitDeadline {
  private let loop: EventLoop
  private var timer: EventLoop.Timer?
  private var timerDue = Deadline.never
  private var deadline = Deadline.never
  private var isRunning = false
  private var passed: () -> Void = {}

  init(_ loop: EventLoop) {
    self.loop = loop
  }

  deinit {
    timer?.cancel()
  }

  /// Starts with a new instant.
  ///
  /// - Parameters:
  ///   - deadline: When the wait is over.
  ///   - passed: What is done then.
  func start(until deadline: Deadline, passed: @escaping () -> Void) {
    self.passed = passed
    start(until: deadline)
  }

  /// Starts again, with what was done at the last deadline.
  func start(until deadline: Deadline) {
    self.deadline = deadline
    isRunning = true
    if deadline != .never { setTimer() }
  }

  /// The wait has ended; the timer may fire, but does nothing.
  func pause() { isRunning = false }

  /// The wait has ended, and none follows.
  func stop() {
    isRunning = false
    timer?.cancel()
  }

  private func setTimer() {
    if let timer, timer.isPending, timerDue <= deadline { return }
    timerDue = deadline
    if let timer {
      timer.reschedule(at: deadline)
    } else {
      timer = loop.schedule(at: deadline) { [unowned self] in timerFired() }
    }
  }

  private func timerFired() {
    guard isRunning else { return }
    guard deadline.isPast else { return setTimer() }
    isRunning = false
    passed()
  }
}
