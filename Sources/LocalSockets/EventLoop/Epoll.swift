import CLocalSockets
import Glibc

// The contract that each file of a readiness back end fulfils, here and in Poll.swift:
//
// - `add`, `change` and `remove` keep the set of descriptors; a token comes back with each event.
//   `remove(isClosing: true)` says that the descriptor is closed next.
// - `wait` sleeps until something is ready, the time is up or a signal arrives, and returns how many
//   events there are; `event(at:)` gives them until the next `wait`.
// - Readiness is level-triggered: what is not dealt with is reported again.
// - `renew` starts afresh with no descriptor, for when events come for one that was closed.

/// Readiness by `epoll(7)`.
@safe
final class Epoll {
  private static let capacity = 256

  private var descriptor: OwnedDescriptor
  private let events: UnsafeMutableBufferPointer<epoll_event>

  init() throws(SystemError) {
    descriptor = try SystemCalls.epollCreate()
    unsafe events = .allocate(capacity: Self.capacity)
    unsafe events.initialize(repeating: epoll_event())
  }

  deinit {
    unsafe events.deallocate()
  }

  func add(_ watched: CInt, _ interest: Readiness, _ token: RegistrationToken) throws(SystemError) {
    do throws(SystemError) {
      try control(EPOLL_CTL_ADD, watched, interest, token)
    } catch {
      // Of a file that was closed under this number, lived on as a duplicate and has come back to the
      // number, the set still has the old entry.
      guard error.errno == EEXIST else { throw error }
      try change(watched, interest, token)
    }
  }

  func change(
    _ watched: CInt,
    _ interest: Readiness,
    _ token: RegistrationToken
  ) throws(SystemError) {
    try control(EPOLL_CTL_MOD, watched, interest, token)
  }

  func remove(_ watched: CInt, _ token: RegistrationToken, isClosing: Bool) {
    // Closing the last descriptor of a file removes it from the set: one call less for each
    // connection. Where a duplicate lives on, its events carry a stale token and lead to `renew`.
    if isClosing { return }
    // A failure can only mean that it is not in the set.
    try? SystemCalls.epollControl(descriptor.number, EPOLL_CTL_DEL, watched)
  }

  func wait(timeoutMilliseconds: CInt) throws(SystemError) -> Int {
    unsafe try SystemCalls.epollWait(
      descriptor.number,
      into: events,
      timeoutMilliseconds: timeoutMilliseconds
    )
  }

  func event(at index: Int) -> (token: RegistrationToken, readiness: Readiness) {
    let event = unsafe events[index]
    let bits = unsafe event.events
    var readiness: Readiness = []
    if bits & EPOLLIN.rawValue != 0 { readiness.insert(.readable) }
    if bits & EPOLLOUT.rawValue != 0 { readiness.insert(.writable) }
    if bits & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 { readiness.insert(.hangUp) }
    return (RegistrationToken(value: unsafe event.data.u64), readiness)
  }

  func renew() throws(SystemError) {
    descriptor = try SystemCalls.epollCreate()
  }

  private func control(
    _ operation: CInt,
    _ watched: CInt,
    _ interest: Readiness,
    _ token: RegistrationToken
  ) throws(SystemError) {
    var events: UInt32 = 0
    if interest.contains(.readable) { events |= EPOLLIN.rawValue }
    if interest.contains(.writable) { events |= EPOLLOUT.rawValue }
    try SystemCalls.epollControl(
      descriptor.number,
      operation,
      watched,
      events: events,
      token: token.value
    )
  }
}
