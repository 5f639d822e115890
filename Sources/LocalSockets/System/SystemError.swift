import Glibc

/// A system call that failed for a reason outside this program.
///
/// Calls that would block, and calls that a signal interrupted, are no errors and never appear here.
public struct SystemError: Error, Hashable, Sendable {
  /// The value of `errno` after the call; see `errno(3)`.
  public let errno: CInt
  package let systemCall: SystemCall

  package init(errno: CInt, systemCall: SystemCall) {
    self.errno = errno
    self.systemCall = systemCall
  }

  /// The name of the call as its man page spells it.
  public var call: String { systemCall.rawValue }

  /// Whether the peer closed with bytes of ours unread.
  package var isConnectionReset: Bool { errno == ECONNRESET }
}

extension SystemError: CustomStringConvertible {
  /// The call, the reason in words, and the number, as in `connect: connection refused (errno 111)`.
  public var description: String {
    "\(call): \(Self.reason(of: errno)) (errno \(errno))"
  }

  /// What `strerror(3)` says, as a fragment that fits inside a sentence.
  package static func reason(of errno: CInt) -> String {
    let text = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
      guard let start = buffer.baseAddress, unsafe strerror_r(errno, start, buffer.count) == 0
      else { return "unknown error" }
      return unsafe String(cString: start)
    }
    let beginsWithAcronym = text.dropFirst().first?.isUppercase ?? false
    return beginsWithAcronym ? text : text.prefix(1).lowercased() + text.dropFirst()
  }
}

/// The system calls that this module makes; the raw value is the man page's name.
package enum SystemCall: String, CaseIterable, Hashable, Sendable {
  case accept4
  case bind
  case chmod
  case close
  case connect
  case epollControl = "epoll_ctl"
  case epollCreate = "epoll_create1"
  case epollWait = "epoll_wait"
  case eventfd
  case fcntl
  case flock
  case fstat
  case getcwd
  case getpeername
  case getsockname
  case getsockopt
  case ioctl
  case link
  case listen
  case lstat
  case mkdtemp
  case open
  case poll
  case read
  case recv
  case recvmsg
  case rmdir
  case schedGetaffinity = "sched_getaffinity"
  case send
  case sendmsg
  case setsockopt
  case shutdown
  case socket
  case socketpair
  case unlink
  case write
}
