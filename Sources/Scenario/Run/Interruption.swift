internal import LocalSockets
internal import LuaBridge
internal import Synchronization

/// A request from outside to stop: Ctrl-C, or that nobody reads the results any more.
package enum Interruption {
  /// The number of the signal that asked; 0 when none has.
  private static let requested = Atomic<CInt>(0)
  /// What wakes the event loop of the session that runs now; -1 when none does.
  private static let wakeDescriptor = Atomic<CInt>(-1)

  /// Stops whatever runs.
  ///
  /// May be called in a signal handler, on the thread that runs scripts.
  ///
  /// - Parameter signal: The number of the signal, which decides the exit status.
  package static func request(signal: CInt) {
    requested.store(signal, ordering: .relaxed)
    LuaRuntime.interrupt(message, exitStatus: 128 + signal)
    let descriptor = wakeDescriptor.load(ordering: .relaxed)
    if descriptor >= 0 { Wakeup.wake(descriptor: descriptor) }
  }

  /// Ends the process at once: the user asks again while what runs is being torn down.
  ///
  /// Of the tear-down only the removal of the private directory is left. May be called in a signal
  /// handler, on the thread that runs scripts.
  ///
  /// - Parameter signal: The number of the signal, which decides the exit status.
  package static func insist(signal: CInt) -> Never {
    LuaRuntime.endProcess(exitStatus: 128 + signal)
  }

  /// Whether the user has asked.
  package static var isRequested: Bool { signal != nil }

  /// The signal with which the user has asked.
  static var signal: CInt? {
    let number = requested.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }

  /// Makes the loop that a request wakes known.
  static func watch(_ loop: EventLoop?) {
    wakeDescriptor.store(loop?.wakeup.descriptorNumber ?? -1, ordering: .relaxed)
  }

  private static let message: StaticString = "the run was interrupted"
}
