import Glibc

/// Readiness by `poll(2)`, for kernels and sandboxes without epoll; Epoll.swift states the contract.
final class Poll {
  private var entries: [pollfd] = []
  private var tokens: [RegistrationToken] = []
  private var ready: [(token: RegistrationToken, readiness: Readiness)] = []

  func add(_ watched: CInt, _ interest: Readiness, _ token: RegistrationToken) {
    entries.append(pollfd(fd: watched, events: interest.pollEvents, revents: 0))
    tokens.append(token)
  }

  func change(_ watched: CInt, _ interest: Readiness, _ token: RegistrationToken) {
    guard let index = tokens.firstIndex(of: token) else { return }
    entries[index].events = interest.pollEvents
  }

  func remove(_ watched: CInt, _ token: RegistrationToken, isClosing: Bool) {
    guard let index = tokens.firstIndex(of: token) else { return }
    let last = entries.count - 1
    entries.swapAt(index, last)
    tokens.swapAt(index, last)
    entries.removeLast()
    tokens.removeLast()
  }

  func wait(timeoutMilliseconds: CInt) throws(SystemError) -> Int {
    ready.removeAll(keepingCapacity: true)
    let count = unsafe try entries.withUnsafeMutableBufferPointer {
      buffer throws(SystemError) in
      unsafe try SystemCalls.poll(buffer, timeoutMilliseconds: timeoutMilliseconds)
    }
    if count > 0 { collectReady() }
    return ready.count
  }

  func event(at index: Int) -> (token: RegistrationToken, readiness: Readiness) {
    ready[index]
  }

  func renew() {
    entries.removeAll()
    tokens.removeAll()
  }

  private func collectReady() {
    for index in entries.indices where entries[index].revents != 0 {
      ready.append((tokens[index], Readiness(pollEvents: entries[index].revents)))
    }
  }
}

extension Readiness {
  /// What `poll(2)` reports.
  init(pollEvents: CShort) {
    let events = CInt(pollEvents)
    self = []
    if events & POLLIN != 0 { insert(.readable) }
    if events & POLLOUT != 0 { insert(.writable) }
    if events & (POLLHUP | POLLERR | POLLNVAL) != 0 { insert(.hangUp) }
  }

  /// What `poll(2)` is asked for.
  var pollEvents: CShort {
    var events: CInt = 0
    if contains(.readable) { events |= POLLIN }
    if contains(.writable) { events |= POLLOUT }
    return CShort(events)
  }
}
