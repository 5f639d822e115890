package import LocalSockets
internal import LuaBridge
internal import Synchronization

/// A request from outside to stop: Ctrl-C, or that nobody reads the results any more.
package enum Interruption {
  /// The number of the signal that asked; 0 when none has.
  private static let requested = Atomic<CInt>(0)
  /// What wakes the event loop of the session that runs now; -1 when none does.
  private static let wakeDescriptor = Atomic<CInt>(-1)

  /// How often the user has asked.
  private static let requests = Atomic<Int>(0)
  /// Whether what runs does so in other processes, which the loop asks.
  private static let isForwarded = Atomic<Bool>(false)

  /// How often the user has asked who waits for what.
  private static let askedForWaits = Atomic<Int>(0)

  /// How often the user has asked who waits for what.
  static var waitRequests: Int { askedForWaits.load(ordering: .relaxed) }

  /// Has whatever runs tell who waits for what, at its next turn.
  ///
  /// May be called in a signal handler, on the thread that runs scripts.
  package static func askForWaits() {
    askedForWaits.add(1, ordering: .relaxed)
    wake()
  }

  /// How often the user has asked to stop.
  package static var count: Int { requests.load(ordering: .relaxed) }

  /// Stops whatever runs.
  ///
  /// May be called in a signal handler, on the thread that runs scripts.
  ///
  /// - Parameter signal: The number of the signal, which decides the exit status.
  package static func request(signal: CInt) {
    requested.store(signal, ordering: .relaxed)
    requests.add(1, ordering: .relaxed)
    LuaRuntime.interrupt(message, exitStatus: 128 + signal)
    wake()
  }

  /// Stops what a script does now, and nothing else.
  ///
  /// May be called in a signal handler, on the thread that runs scripts.
  package static func stopScript() {
    requests.add(1, ordering: .relaxed)
    unheeded.add(1, ordering: .relaxed)
    LuaRuntime.interrupt("interrupted", exitStatus: 130)
    wake()
  }

  /// How often the user has asked to stop what still runs.
  private static let unheeded = Atomic<Int>(0)

  /// How often the user has asked to stop what still runs: a function of C does not stop.
  ///
  /// May be called in a signal handler.
  package static var unheededStops: Int { unheeded.load(ordering: .relaxed) }

  /// Says that nothing runs now that should have stopped.
  package static func heedStops() { unheeded.store(0, ordering: .relaxed) }

  /// How often the process has gone on after it was stopped.
  private static let continuations = Atomic<Int>(0)

  /// How often the process has gone on after it was stopped.
  package static var continuationCount: Int { continuations.load(ordering: .relaxed) }

  /// Says that the process goes on.
  ///
  /// May be called in a signal handler.
  package static func noteContinuation() {
    continuations.add(1, ordering: .relaxed)
    wake()
  }

  /// Has the loop turn that is watched.
  ///
  /// May be called in a signal handler.
  package static func wake() {
    let descriptor = wakeDescriptor.load(ordering: .relaxed)
    if descriptor >= 0 { Wakeup.wake(descriptor: descriptor) }
  }

  /// Ends the process at once: the user asks again while what runs is being torn down.
  ///
  /// Of the tear-down only the removal of the private directory is left. May be called in a signal
  /// handler, on the thread that runs scripts.
  ///
  /// - Parameter signal: The number of the signal, which decides the exit status.
  package static func insist(signal: CInt) {
    if isForwarded.load(ordering: .relaxed) { return request(signal: signal) }
    LuaRuntime.endProcess(exitStatus: 128 + signal)
  }

  /// Whether the user has asked.
  package static var isRequested: Bool { signal != nil }

  /// The signal with which the user has asked.
  package static var signal: CInt? {
    let number = requested.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }

  /// Makes the loop that a request wakes known.
  ///
  /// - Parameters:
  ///   - loop: The loop; `nil` when it is gone.
  ///   - forwards: Whether it asks the processes to end in which everything runs.
  package static func watch(_ loop: EventLoop?, forwards: Bool = false) {
    isForwarded.store(forwards, ordering: .relaxed)
    wakeDescriptor.store(loop?.wakeup.descriptorNumber ?? -1, ordering: .relaxed)
  }

  private static let message: StaticString = "the run was interrupted"
}
