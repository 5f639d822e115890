#if FAULT_INJECTION
import Synchronization

/// System calls that a test wants to fail or to do less than they could, and a count of those made;
/// compiled into debug builds only.
///
/// A plan holds for the code that runs inside ``whileActive(_:)``, so tests that run side by side do
/// not see each other's faults.
package final class FaultPlan: Sendable {
  @TaskLocal package static var current: FaultPlan?

  private struct Fault {
    let call: SystemCall
    let errno: CInt
    /// How many calls of this name still succeed before the fault.
    var callsBefore: Int
    /// How many calls fail then; nil is for ever.
    var failures: Int?
    var wasMet = false
  }

  /// How many bytes a call handles at most.
  private struct Limit {
    /// For one call after the other, again and again.
    let sizes: [Int]
    /// How many calls are limited; nil is all.
    let times: Int?
    var uses = 0
  }

  private struct State {
    var faults: [Fault] = []
    var limits: [SystemCall: Limit] = [:]
    var calls: [SystemCall: Int] = [:]
  }

  private let state = Mutex(State())

  package init() {}

  /// Lets a call fail, the real one not being made.
  ///
  /// - Parameters:
  ///   - call: Which system call.
  ///   - errno: The error it reports.
  ///   - occurrence: Counted from 1, the first call of that name to fail.
  ///   - times: How many calls fail from there on; nil means all.
  package func fail(_ call: SystemCall, with errno: CInt, at occurrence: Int = 1, times: Int? = 1) {
    precondition(occurrence >= 1, "occurrences are counted from 1")
    let fault = Fault(call: call, errno: errno, callsBefore: occurrence - 1, failures: times)
    state.withLock { $0.faults.append(fault) }
  }

  /// Lets a call that sends or receives handle fewer bytes than it is asked to.
  ///
  /// - Parameters:
  ///   - call: Which system call.
  ///   - sizes: The most bytes that one call handles; several are for one call after the other, in
  ///     turns.
  ///   - times: How many calls this is for; nil means all.
  package func shorten(_ call: SystemCall, to sizes: Int..., times: Int? = nil) {
    precondition(!sizes.isEmpty && sizes.allSatisfy { $0 > 0 }, "a call handles at least one byte")
    state.withLock { $0.limits[call] = Limit(sizes: sizes, times: times) }
  }

  /// Runs code whose system calls follow this plan.
  package func whileActive<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // withValue rethrows any error, so the typed one is carried out in a Result.
    let result = FaultPlan.$current.withValue(self) {
      Swift.Result { () throws(Failure) in try body() }
    }
    return try result.get()
  }

  /// How often a call was made while the plan was active, failures included.
  package func count(of call: SystemCall) -> Int {
    state.withLock { $0.calls[call, default: 0] }
  }

  /// The calls that were planned to fail or to be short and were never made, in alphabetical order.
  ///
  /// A test that expects no effect of a fault has shown nothing unless this is empty.
  package var missedCalls: [String] {
    state.withLock { state in
      let faults = state.faults.filter { !$0.wasMet }.map(\.call.rawValue)
      return (faults + state.limits.filter { $0.value.uses == 0 }.keys.map(\.rawValue)).sorted()
    }
  }

  /// The most bytes that this call may handle, or nil when there is no such limit.
  func nextLimit(of call: SystemCall) -> Int? {
    state.withLock { state in
      guard let limit = state.limits[call], limit.times != limit.uses else { return nil }
      state.limits[call]?.uses += 1
      return limit.sizes[limit.uses % limit.sizes.count]
    }
  }

  /// The error of this call, or nil when the real call is to be made; counts the call.
  func nextFault(in call: SystemCall) -> CInt? {
    state.withLock { state in
      state.calls[call, default: 0] += 1
      guard let index = state.faults.firstIndex(where: { $0.call == call && $0.failures != 0 })
      else { return nil }
      if state.faults[index].callsBefore > 0 {
        state.faults[index].callsBefore -= 1
        return nil
      }
      if let failures = state.faults[index].failures { state.faults[index].failures = failures - 1 }
      state.faults[index].wasMet = true
      return state.faults[index].errno
    }
  }
}
#endif
