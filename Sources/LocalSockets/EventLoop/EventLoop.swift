/// One thread's readiness of descriptors, timers and posted work.
///
/// A loop and all that belongs to it are used by one thread; only its ``wakeup`` may be used from
/// others. Nothing happens outside ``turn(until:)``, ``run()`` and the calls that say so.
///
/// The order of one turn:
///
/// 1. Sockets with queued writes send them.
/// 2. Posted work runs.
/// 3. The loop sleeps until a descriptor is ready, a timer is due, or the deadline has come. Before
///    it sleeps it sends what step 2 queued, and it tries the operations that parked waits are for,
///    and after one of its servers has accepted the connects that wait for room; if one succeeds it
///    does not sleep. It does not sleep either after steps 1 and 2 have called somebody: what the
///    caller of the turn is after may have happened. Where sleeps have been short and another
///    processor is free, it looks for some microseconds whether something is ready before it sleeps.
/// 4. Owners of ready descriptors are told.
/// 5. Timers that are due fire.
/// 6. Work posted meanwhile runs.
///
/// Handlers may call ``turn(until:)`` again: the inner turn first deals with what the outer one has
/// left.
public final class EventLoop {
  let poller: Poller
  package let pool = BufferPool()
  /// Where every receive of this loop's sockets puts what comes beside the bytes.
  let envelope = Envelope()
  let passedNumbers = PassedNumbers()
  var registrations = RegistrationTable()
  var timers = TimerQueue()
  var room = AwaitedRoom()
  /// Registrations of which the kernel has yet to be told; brought up to date before each sleep.
  var updates: [RegistrationToken] = []
  /// Registrations of which the kernel was told to forget, because the loop tries them itself.
  var aside: [RegistrationToken] = []
  /// Registrations that have something to send, dealt with up to `nextSender`.
  var senders: [RegistrationToken] = []
  var nextSender = 0
  private var postedWork: [() -> Void] = []
  private var attempts = DirectAttempts()
  private var spin = AdaptiveSpin()
  /// The events of the last wait, dealt with up to `nextEvent`; kept here so that an inner turn goes
  /// on where the outer one stands.
  private var eventCount = 0
  private var nextEvent = 0
  var removedDuringDispatch = false
  private var mayNotSleep = false
  /// Something has happened in this turn that somebody was told of.
  private var hasProgressed = false
  private var isStopped = false

  /// How long a socket tries something again for which the kernel has no place or no memory.
  package var retryLimit = Duration.seconds(30)
  /// Asked before each sleep: whether nothing but what this process does itself could end it.
  package var isStarving: (() -> Bool)?
  /// Called instead of such a sleep when nothing is ready.
  package var starved: (() -> Void)?

  /// What ends the loop's sleep from another thread or a signal handler.
  public let wakeup: Wakeup

  /// Makes a loop whose back end the environment variable LOCALSOCKETS_POLLER chooses.
  ///
  /// - Throws: ``SystemError`` when the process or the system is out of descriptors or memory.
  public convenience init() throws(SystemError) {
    try self.init(poller: .chosenByEnvironment)
  }

  /// Makes a loop with a certain back end.
  ///
  /// - Parameter kind: How the loop learns what is ready.
  /// - Throws: ``SystemError`` when the process or the system is out of descriptors or memory.
  public init(poller kind: PollerKind) throws(SystemError) {
    poller = try Poller(kind)
    wakeup = try Wakeup()
    // Without a watch, whose weak reference would make counting all others to the loop slow.
    _ = register(wakeup.descriptor, .readable, wakeup)
  }

  /// Makes one turn, in the order that the class describes.
  ///
  /// - Parameter deadline: How long the turn may sleep when nothing happens. An instant that has
  ///   come already lets it look once at what is ready, and ``Deadline/never`` lets it sleep until
  ///   something happens. A signal ends the sleep early.
  /// - Throws: ``SystemError`` when the kernel refuses to watch a descriptor.
  public func turn(until deadline: Deadline) throws(SystemError) {
    hasProgressed = false
    if !senders.isEmpty { sendQueued() }
    runPostedWork()
    // What was waiting on another end of this process costs no look at the clock either: the turns
    // that do without are bounded, so a timer is late by microseconds.
    let wasServed = nextEvent == eventCount ? try sleep(until: deadline) : false
    if nextEvent < eventCount { try dispatchEvents() }
    if !wasServed { fireDueTimers() }
    runPostedWork()
    mayNotSleep = false
    // For an outer turn, whose handler has made this one.
    hasProgressed = true
  }

  /// Makes turns until ``stop()`` is called.
  ///
  /// - Throws: ``SystemError`` as ``turn(until:)``.
  public func run() throws(SystemError) {
    isStopped = false
    while !isStopped { try turn(until: .never) }
  }

  /// Ends the innermost ``run()`` after the present turn.
  public func stop() {
    isStopped = true
    skipSleep()
  }

  /// Queues work for the end of this turn, or for the next one.
  ///
  /// Until then the loop keeps what the work captures. A socket or a server would keep the loop in
  /// turn, for ever if it never turns again: capture those weakly.
  ///
  /// - Parameter action: What is run, once and in the order of the calls. Work that it posts in turn
  ///   runs later than all that was posted before.
  public func post(_ action: @escaping () -> Void) {
    postedWork.append(action)
  }

  /// Keeps this turn, or the next one if none is under way, from sleeping.
  package func skipSleep() {
    mayNotSleep = true
  }

  /// Keeps this turn from sleeping, because somebody was told of something.
  func noteProgress() {
    hasProgressed = true
  }

  private func runPostedWork() {
    guard !postedWork.isEmpty else { return }
    hasProgressed = true
    // Only what is there now, so that work which posts itself again cannot hold up the rest.
    let work = postedWork
    postedWork.removeAll()
    for action in work { action() }
  }

  private func sendQueued() {
    while nextSender < senders.count {
      let token = senders[nextSender]
      nextSender += 1
      registrations.handler(of: token)?.sendQueued(untilFull: false)
    }
    senders.removeAll(keepingCapacity: true)
    nextSender = 0
  }
}

// Sleeping and dispatching.
extension EventLoop {
  /// Sleeps, unless an operation that a parked wait is for can be done at once.
  ///
  /// - Returns: Whether such an operation was done.
  private func sleep(until deadline: Deadline) throws(SystemError) -> Bool {
    if !senders.isEmpty { sendQueued() }
    let mayNotSleep = mayNotSleep || hasProgressed || !postedWork.isEmpty
    if mayNotSleep || (deadline != .never && deadline.isPast) {
      try ask(timeoutMilliseconds: 0)
      return false
    }
    if attempts.mustAsk {
      setAsideTried()
      try askForWatched(timeoutMilliseconds: 0)
      if eventCount > 0 { return false }
    }
    if attemptParked() { return true }
    if room.isWorthTrying, tryWaitingConnects() { return true }
    try sleepUndisturbed(until: min(timers.earliest ?? .never, deadline))
    return false
  }

  private func sleepUndisturbed(until deadline: Deadline) throws(SystemError) {
    if let isStarving, isStarving() {
      // Not at once: a process that another thread forks has our ends until it becomes another program,
      // and the end of a connection comes only then.
      try ask(timeoutMilliseconds: Self.starvingMilliseconds)
      if eventCount == 0 { starved?() }
      return
    }
    switch spin.nextWait() {
    case .unmeasured: try ask(until: deadline)
    case .measured: try measureSleep(since: .now, until: deadline)
    case .spinning: try spinOrSleep(until: deadline)
    }
  }

  /// How long nothing must come before a loop that is starving has starved.
  private static let starvingMilliseconds: CInt = 20

  /// Looks again and again for a moment, and sleeps if nothing has come.
  private func spinOrSleep(until deadline: Deadline) throws(SystemError) {
    try ask(timeoutMilliseconds: 0)
    // What is there already costs no look at the clock.
    if eventCount > 0 { return spin.foundAtOnce() }
    let start = Deadline.now
    let end = min(deadline, start.advanced(byNanoseconds: AdaptiveSpin.longestSpin))
    repeat {
      try ask(timeoutMilliseconds: 0)
      if eventCount > 0 { return learnFromWait(since: start) }
    } while !end.isPast
    try measureSleep(since: start, until: deadline)
  }

  private func measureSleep(since start: Deadline, until deadline: Deadline) throws(SystemError) {
    try ask(until: deadline)
    learnFromWait(since: start)
  }

  private func learnFromWait(since start: Deadline) {
    let duration = Deadline.now.nanoseconds - start.nanoseconds
    spin.waited(
      eventCount > 0 ? duration : AdaptiveSpin.longWait,
      processorCount: SystemCalls.usableProcessorCount()
    )
  }

  /// Tries what the oldest parked waits are for; says whether anything came of it.
  private func attemptParked() -> Bool {
    var slot = registrations.oldestParked
    guard slot != RegistrationTable.absent, attempts.shouldTry() else { return false }
    for _ in 0..<DirectAttempts.triesPerTurn where slot != RegistrationTable.absent {
      let (handler, next) = registrations.parked(at: slot)
      if let handler, handler.attemptAwaited() {
        attempts.succeeded()
        return true
      }
      slot = next
    }
    attempts.failed()
    return false
  }

  private func ask(until deadline: Deadline) throws(SystemError) {
    try ask(timeoutMilliseconds: deadline.timeoutMilliseconds())
  }

  private func ask(timeoutMilliseconds: CInt) throws(SystemError) {
    if !aside.isEmpty { takeBack { _ in true } }
    try askForWatched(timeoutMilliseconds: timeoutMilliseconds)
  }

  /// Asks for all descriptors but those that were set aside.
  private func askForWatched(timeoutMilliseconds: CInt) throws(SystemError) {
    try updateInterests()
    attempts.asked()
    nextEvent = 0
    eventCount = 0
    removedDuringDispatch = false
    eventCount = try poller.wait(timeoutMilliseconds: timeoutMilliseconds)
  }

  private func dispatchEvents() throws(SystemError) {
    while nextEvent < eventCount {
      let (token, readiness) = poller.event(at: nextEvent)
      nextEvent += 1
      if let handler = registrations.handler(of: token) {
        handler.becameReady(readiness)
      } else if !removedDuringDispatch {
        try renewPoller()
      }
    }
  }

  /// Builds the set of watched descriptors anew.
  ///
  /// The kernel reports a descriptor that was closed before it was asked: a duplicate of it lives on
  /// elsewhere, and its registration can no longer be named to be removed.
  private func renewPoller() throws(SystemError) {
    try poller.renew()
    updates = registrations.forgetTold()
  }
}

@available(*, unavailable)
extension EventLoop: Sendable {}
