#if DEBUG
import Glibc
import LocalSockets

extension SystemCall {
  /// What a stream of bytes is sent and received with, named here for all paths.
  static let sending = SystemCall.send
  static let receiving = SystemCall.recvmsg

  /// The errors that the manual page lists for a local socket or for what else the call is made on.
  ///
  /// EBADF and EFAULT are left out: they are mistakes of this program, on which the gate traps. EINTR
  /// is left out because it is tried with each call in any case.
  var manualErrors: [CInt] { Self.manualErrors[rawValue] ?? [] }

  /// Those that end by themselves, of which a user of sockets and servers must not hear.
  var transientErrors: [CInt] {
    switch self {
    case .connect: [EAGAIN]
    case .send, .sendmsg, .recv, .recvmsg: [EAGAIN, ENOBUFS, ENOMEM]
    case .accept4: [EAGAIN, ECONNABORTED, EPROTO]
    default: []
    }
  }

  /// By name, so that a call has its line here before a path uses it.
  private static let manualErrors: [String: [CInt]] = [
    "accept4": [
      EAGAIN, ECONNABORTED, EINVAL, EMFILE, ENFILE, ENOBUFS, ENOMEM, ENOTSOCK, EOPNOTSUPP, EPERM,
      EPROTO, ESOCKTNOSUPPORT, EPROTONOSUPPORT, ETIMEDOUT,
    ],
    "bind": [
      EACCES, EADDRINUSE, EADDRNOTAVAIL, EINVAL, ELOOP, ENAMETOOLONG, ENOENT, ENOMEM, ENOTDIR,
      ENOTSOCK, EROFS,
    ],
    "chmod": [EACCES, EIO, ELOOP, ENAMETOOLONG, ENOENT, ENOMEM, ENOTDIR, EPERM, EROFS],
    "close": [EINTR, EIO, ENOSPC, EDQUOT],
    "connect": [
      EACCES, EADDRINUSE, EADDRNOTAVAIL, EAFNOSUPPORT, EAGAIN, EALREADY, ECONNREFUSED, EINPROGRESS,
      EINVAL, EISCONN, ELOOP, ENAMETOOLONG, ENETUNREACH, ENOENT, ENOTDIR, ENOTSOCK, EPERM,
      EPROTOTYPE, ETIMEDOUT,
    ],
    "epoll_create1": [EINVAL, EMFILE, ENFILE, ENOMEM],
    // EEXIST is answered from the entry that exists, which a plan cannot make; EventLoopTests has it.
    "epoll_ctl": [EINVAL, ELOOP, ENOENT, ENOMEM, ENOSPC, EPERM],
    "epoll_wait": [EINVAL],
    "eventfd": [EINVAL, EMFILE, ENFILE, ENODEV, ENOMEM],
    "fchmod": [EIO, EPERM, EROFS],
    "fcntl": [EACCES, EAGAIN, EBUSY, EINVAL, EMFILE, EPERM],
    "flock": [EAGAIN, EINVAL, ENOLCK],
    "fstat": [ENOMEM, EOVERFLOW],
    "getcwd": [EACCES, EINVAL, ENAMETOOLONG, ENOENT, ENOMEM, ERANGE],
    "getpeername": [EINVAL, ENOBUFS, ENOTCONN, ENOTSOCK],
    "getsockname": [EINVAL, ENOBUFS, ENOTSOCK],
    "getsockopt": [EINVAL, ENOPROTOOPT, ENOTSOCK],
    "ioctl": [EINVAL, ENOTTY],
    "link": [
      EACCES, EDQUOT, EEXIST, EIO, ELOOP, EMLINK, ENAMETOOLONG, ENOENT, ENOMEM, ENOSPC, ENOTDIR,
      EPERM, EROFS, EXDEV,
    ],
    "listen": [EADDRINUSE, ENOTSOCK, EOPNOTSUPP],
    "lstat": [EACCES, ELOOP, ENAMETOOLONG, ENOENT, ENOMEM, ENOTDIR, EOVERFLOW],
    "mkdtemp": [
      EACCES, EDQUOT, EEXIST, EINVAL, ELOOP, EMLINK, ENAMETOOLONG, ENOENT, ENOMEM, ENOSPC, ENOTDIR,
      EPERM, EROFS,
    ],
    "open": [
      EACCES, EINVAL, ELOOP, EMFILE, ENAMETOOLONG, ENFILE, ENODEV, ENOENT, ENOMEM, ENOTDIR, ENXIO,
      EOVERFLOW, EPERM, EROFS,
    ],
    "poll": [EINVAL, ENOMEM],
    "read": [EAGAIN, EINVAL, EIO],
    "recv": [EAGAIN, ECONNREFUSED, ECONNRESET, EINVAL, ENOMEM, ENOTCONN, ENOTSOCK, ETIMEDOUT],
    "recvmsg": [EAGAIN, ECONNREFUSED, ECONNRESET, EINVAL, ENOMEM, ENOTCONN, ENOTSOCK, ETIMEDOUT],
    "rmdir": [
      EACCES, EBUSY, EINVAL, ELOOP, ENAMETOOLONG, ENOENT, ENOMEM, ENOTDIR, ENOTEMPTY, EPERM, EROFS,
    ],
    "sched_getaffinity": [EINVAL, EPERM, ESRCH],
    "send": [
      EACCES, EAGAIN, EALREADY, ECONNRESET, EDESTADDRREQ, EINVAL, EISCONN, EMSGSIZE, ENOBUFS,
      ENOMEM, ENOTCONN, ENOTSOCK, EOPNOTSUPP, EPIPE,
    ],
    "sendmsg": [
      EACCES, EAGAIN, EALREADY, ECONNRESET, EDESTADDRREQ, EINVAL, EISCONN, EMSGSIZE, ENOBUFS,
      ENOMEM, ENOTCONN, ENOTSOCK, EOPNOTSUPP, EPIPE, ETOOMANYREFS,
    ],
    "setsockopt": [EINVAL, ENOPROTOOPT, ENOTSOCK],
    "shutdown": [EINVAL, ENOTCONN, ENOTSOCK],
    "socket": [EACCES, EAFNOSUPPORT, EINVAL, EMFILE, ENFILE, ENOBUFS, ENOMEM, EPROTONOSUPPORT],
    "socketpair": [EAFNOSUPPORT, EMFILE, ENFILE, EOPNOTSUPP, EPROTONOSUPPORT],
    "unlink": [
      EACCES, EBUSY, EIO, EISDIR, ELOOP, ENAMETOOLONG, ENOENT, ENOMEM, ENOTDIR, EPERM, EROFS,
    ],
    "write": [EAGAIN, EINVAL, EIO, EPERM],
  ]
}
#endif
