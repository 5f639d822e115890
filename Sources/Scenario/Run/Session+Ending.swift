internal import LocalSocketLua
internal import LocalSockets
internal import LuaBridge

// The end of a scenario: its actors, its connections, its clean-up, its checks.

extension Session {
  /// What the clean-up may take, each function of it.
  static let cleanupTime = Duration.seconds(1)
  /// What handlers may take for an end that is theirs to see.
  private static let servantTime = Duration.milliseconds(100)
  /// What a process of `io.popen` may take for its end, once its pipe has been closed.
  private static let pipeTime = Duration.seconds(5)
  /// How often cancelled tasks may yield again before they are left as they are.
  private static let cleanupRounds = 100

  /// Ends the scenario whose main part is over.
  ///
  /// - Returns: How it went.
  func finish() -> RunOutcome {
    joinActors()
    windDown()
    failSoftly()
    if outcome == nil {
      keepUnsent()
      failOfLeftovers()
    }
    return outcome ?? .passed
  }

  /// Closes what is open, ends what runs, and cleans up.
  package func windDown() {
    closeConnections()
    let hasEndedProcesses = awaitServants()
    endTasks()
    if !hasEndedProcesses { endProcesses() }
    // Only these can have left something open, or open more.
    let hasRest = !cast.servants.isEmpty || !cast.deferred.isEmpty
    runDeferred()
    if hasRest { closeRest() }
    stopCleanupClock()
  }

  private func joinActors() {
    turn { cast.actors.allSatisfy(\.hasEnded) }
    if let postponed = readingOn.postponed { fail(postponed.failure) }
  }

  /// Closes what the scenario opened, and lets the handlers of `serve` see the end.
  private func closeConnections() {
    phase = .ending
    // What has stopped the script must not stop this.
    if outcome != nil { startCleanupClock() }
    for process in processes { process.expectLostReader() }
    prelude?.closeAll.push(on: runtime.main)
    runCleanup()
    awaitSenders()
  }

  /// Waits for the handlers of `serve`: until what they hear from is stopped, or closed, if need be.
  ///
  /// - Returns: Whether the processes have been stopped for that.
  private func awaitServants() -> Bool {
    if haveServantsEnded(within: Self.servantTime) { return false }
    endProcesses()
    if haveServantsEnded(within: options.wait) { return true }
    // Who does not wait for somebody that this script has no power over does not end by itself.
    closeRest()
    if !haveServantsEnded(within: Self.servantTime) {
      let time = DurationText.roughSeconds(options.wait)
      failWaiting(.timeout, "a handler of serve has not ended \(time) s after the scenario")
    }
    return true
  }

  private func haveServantsEnded(within time: Duration) -> Bool {
    let deadline = Deadline.after(time)
    let timer = library.loop.schedule(at: deadline) {}
    defer { timer.cancel() }
    turn { cast.servants.allSatisfy(\.hasEnded) || deadline.isPast }
    return cast.servants.allSatisfy(\.hasEnded)
  }

  private func closeRest() {
    startCleanupClock()
    prelude?.closeRest.push(on: runtime.main)
    runCleanup()
  }

  /// Cancels what still waits, and lets it clean up.
  private func endTasks() {
    startCleanupClock()
    cancelAll()
    for _ in 0..<Self.cleanupRounds where runtime.scheduler.hasReadyTasks {
      runtime.scheduler.runReady()
    }
  }

  /// Cancels what still waits, where somebody leaves in the middle of it: that is no failure.
  package func cancelTasks() {
    endTasks()
    stopCleanupClock()
  }

  private func runDeferred() {
    isRunningDeferred = true
    defer { isRunningDeferred = false }
    while let function = cast.deferred.popLast() {
      startCleanupClock()
      function.push(on: runtime.main)
      runCleanup()
    }
  }

  /// Runs the function on the main stack's top as a task, to its end or until its time is over.
  private func runCleanup() {
    guard let task = runtime.scheduler.spawn(from: runtime.main, argumentCount: 0) else { return }
    task.name = "clean-up"
    task.isShared = true
    let deadline = Deadline.after(cleanupTime)
    let timer = library.loop.schedule(at: deadline) {}
    defer { timer.cancel() }
    while !task.hasEnded && !deadline.isPast {
      do {
        try library.turn()
      } catch {
        fail(Failure(.internalError, "\(error)"))
        break
      }
    }
    task.cancel()
  }

  /// Stops what waits in a clean-up whose time is over; what a deferred function has not come to
  /// would be missed by nobody.
  private func cleanupExpired() {
    if isRunningDeferred { failWaiting(.timeout, cleanupExcess) }
    cancelAll()
  }

  /// What the clean-up may take here, each function of it.
  private var cleanupTime: Duration { Self.cleanupTime.scaled(by: max(1, configuration.scale)) }

  private var cleanupExcess: String {
    let time = configuration.scale > 1 ? "\(DurationText.roughSeconds(cleanupTime)) s" : "a second"
    return "the clean-up took longer than \(time)"
  }

  /// Gives what runs and waits now the time for a clean-up, in place of what it had.
  func startCleanupClock() {
    stopCleanupClock()
    runtime.interrupt(
      afterMilliseconds: Int(cleanupTime.milliseconds),
      message: cleanupExcess
    )
    cleanupTimer = library.loop.schedule(at: .after(cleanupTime)) { [unowned self] in
      cleanupExpired()
    }
  }

  /// Has what `io.popen` has started see the end of its pipes, and waits for what the script has started.
  ///
  /// The state would wait for each process of `io.popen` with the pipes of the next still open.
  func endScriptProcesses() {
    let hadPipes = runtime.hangUpPipes(within: Int(Self.cleanupTime.milliseconds)) > 0
    additions.closing?(hadPipes ? Self.pipeTime : Self.cleanupTime)
  }

  private func stopCleanupClock() {
    cleanupTimer?.cancel()
    runtime.calm()
  }
}
