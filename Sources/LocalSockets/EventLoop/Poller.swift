/// Which back end tells a loop what is ready.
public enum PollerKind: Sendable, CaseIterable {
  /// `epoll(7)`, the default.
  case epoll
  /// `poll(2)`, chosen by setting the environment variable LOCALSOCKETS_POLLER to `poll`.
  case poll

  package static var chosenByEnvironment: PollerKind {
    SystemCalls.environmentVariable("LOCALSOCKETS_POLLER") == Array("poll".utf8) ? .poll : .epoll
  }
}

/// The back end of a loop: a closed choice, so that a call costs a branch and no witness table.
enum Poller {
  case epoll(Epoll)
  case poll(Poll)

  init(_ kind: PollerKind) throws(SystemError) {
    switch kind {
    case .epoll: self = .epoll(try Epoll())
    case .poll: self = .poll(Poll())
    }
  }

  func add(_ watched: CInt, _ interest: Readiness, _ token: RegistrationToken) throws(SystemError) {
    switch self {
    case .epoll(let epoll): try epoll.add(watched, interest, token)
    case .poll(let poll): poll.add(watched, interest, token)
    }
  }

  func change(
    _ watched: CInt,
    _ interest: Readiness,
    _ token: RegistrationToken
  ) throws(SystemError) {
    switch self {
    case .epoll(let epoll): try epoll.change(watched, interest, token)
    case .poll(let poll): poll.change(watched, interest, token)
    }
  }

  func remove(_ watched: CInt, _ token: RegistrationToken, isClosing: Bool) {
    switch self {
    case .epoll(let epoll): epoll.remove(watched, token, isClosing: isClosing)
    case .poll(let poll): poll.remove(watched, token, isClosing: isClosing)
    }
  }

  func wait(timeoutMilliseconds: CInt) throws(SystemError) -> Int {
    switch self {
    case .epoll(let epoll): try epoll.wait(timeoutMilliseconds: timeoutMilliseconds)
    case .poll(let poll): try poll.wait(timeoutMilliseconds: timeoutMilliseconds)
    }
  }

  func event(at index: Int) -> (token: RegistrationToken, readiness: Readiness) {
    switch self {
    case .epoll(let epoll): epoll.event(at: index)
    case .poll(let poll): poll.event(at: index)
    }
  }

  func renew() throws(SystemError) {
    switch self {
    case .epoll(let epoll): try epoll.renew()
    case .poll(let poll): poll.renew()
    }
  }
}
