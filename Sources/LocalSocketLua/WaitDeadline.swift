internal import LocalSockets

/// Somebody who waits until a deadline.
protocol DeadlineWaiter: AnyObject {
  /// The deadline has passed before the wait was over.
  func deadlinePassed()
}

/// When a wait is over, if it is not over before.
///
/// A deadline that is started again keeps its timer: a wait that ends in time leaves the timer
/// where it is, and the timer, when it fires, finds the next wait's deadline. So a message that
/// arrives in time costs no work on timers at all. Nor does a wait that is made anew: it gets the
/// alarm of one that has gone.
struct WaitDeadline: ~Copyable {
  private let alarms: Alarms
  private let alarm: Alarm

  init(_ alarms: Alarms) {
    self.alarms = alarms
    alarm = alarms.take()
  }

  deinit {
    alarms.giveBack(alarm)
  }

  /// Starts with a new instant.
  ///
  /// - Parameters:
  ///   - deadline: When the wait is over.
  ///   - waiter: Who is told then; it owns this deadline.
  func start(until deadline: Deadline, for waiter: any DeadlineWaiter) {
    unsafe alarm.waiter = waiter
    alarm.set(deadline)
  }

  /// The wait has ended; the timer may fire, but does nothing.
  func pause() { alarm.isRunning = false }
}

/// The alarms of one library.
final class Alarms {
  private static let keptAlarms = 64

  private let loop: EventLoop
  private var idle: [Alarm] = []

  init(_ loop: EventLoop) {
    self.loop = loop
  }

  fileprivate func take() -> Alarm { idle.popLast() ?? Alarm(loop) }

  fileprivate func giveBack(_ alarm: Alarm) {
    alarm.isRunning = false
    if idle.count < Self.keptAlarms { idle.append(alarm) }
  }
}

/// A timer that only fires when it must.
@safe private final class Alarm {
  private let loop: EventLoop
  private var timer: EventLoop.Timer?
  private var timerDue = Deadline.never
  private var deadline = Deadline.never
  fileprivate var isRunning = false
  // SAFETY: a waiter owns its deadline, whose end ends this.
  unowned(unsafe) fileprivate var waiter: (any DeadlineWaiter)?

  fileprivate init(_ loop: EventLoop) {
    self.loop = loop
  }

  deinit {
    timer?.cancel()
  }

  fileprivate func set(_ deadline: Deadline) {
    self.deadline = deadline
    isRunning = true
    if deadline != .never { setTimer() }
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
    unsafe waiter?.deadlinePassed()
  }
}
