import CLocalSockets
import Glibc

/// What became of a call on a non-blocking descriptor.
package enum Completion: Equatable {
  /// The call's result.
  case done(Int)
  /// The kernel has nothing to give or no room now: `EAGAIN`.
  case wouldBlock
}

/// The one gate to the kernel: one function for each system call.
///
/// Calls on files, and what the process knows of itself, are in a file of their own.
///
/// Three kinds of failure are kept apart. A call that would block returns a value. A descriptor or a
/// pointer that is not valid is a mistake in this program and traps. All else is thrown. A call that
/// a signal interrupted is made again, except where its function says otherwise.
package enum SystemCalls {
  /// Makes one call, and is the place where errno is read, before anything else can change it.
  @inline(__always)
  static func attempt(
    _ call: SystemCall,
    _ body: () -> Int
  ) throws(SystemError) -> Completion {
    while true {
      let result = injected(call) ?? body()
      if result >= 0 { return .done(result) }
      let code = errno
      switch code {
      case EINTR: continue
      case EAGAIN: return .wouldBlock
      case EBADF, EFAULT: preconditionFailure("\(call.rawValue) failed with errno \(code)")
      default: throw SystemError(errno: code, systemCall: call)
      }
    }
  }

  /// Like ``attempt(_:_:)`` for calls that never would block; there EAGAIN is an error as any other.
  @inline(__always)
  static func complete(_ call: SystemCall, _ body: () -> Int) throws(SystemError) -> Int {
    switch try attempt(call, body) {
    case .done(let result): return result
    case .wouldBlock: throw SystemError(errno: EAGAIN, systemCall: call)
    }
  }

  /// Like ``complete(_:_:)`` for a number that comes from outside: that it is no open descriptor, or
  /// one that stands for a place in the file system alone (O_PATH in open(2)), is an error and no trap.
  private static func ask(_ call: SystemCall, _ body: () -> CInt) throws(SystemError) {
    while injected(call) ?? body() != 0 {
      let code = errno
      if code != EINTR { throw SystemError(errno: code, systemCall: call) }
    }
  }

  /// Makes a call that waits; a signal ends the wait and counts as no event.
  @inline(__always)
  private static func wait(_ call: SystemCall, _ body: () -> CInt) throws(SystemError) -> Int {
    let result = injected(call) ?? Int(body())
    if result >= 0 { return result }
    let code = errno
    if code == EINTR { return 0 }
    precondition(code != EBADF && code != EFAULT, "\(call.rawValue) failed with errno \(code)")
    throw SystemError(errno: code, systemCall: call)
  }

  /// Minus one, with errno set, where a test planned that this call fails.
  @inline(__always)
  private static func injected<Result: SignedInteger>(_ call: SystemCall) -> Result? {
    #if FAULT_INJECTION
    guard let code = FaultPlan.current?.nextFault(in: call) else { return nil }
    errno = code
    return -1
    #else
    return nil
    #endif
  }

  /// The size that a call may use of one, less where a test planned that it is short.
  @inline(__always)
  static func size(_ size: Int, for call: SystemCall) -> Int {
    #if FAULT_INJECTION
    return min(size, FaultPlan.current?.nextLimit(of: call) ?? size)
    #else
    return size
    #endif
  }
}

// Descriptors of any kind.
extension SystemCalls {
  /// `close(2)`, never repeated: Linux has freed the number even when it reports EINTR or EIO.
  package static func close(_ descriptor: CInt) {
    let result = Glibc.close(descriptor)
    precondition(result == 0 || errno != EBADF, "a descriptor was closed twice")
    // A planned fault comes after the call, as the kernel's errors do: the number is free by then.
    _ = injected(.close) ?? result
  }

  /// `fcntl(2)` with F_GETFD: whether a number that somebody else names is an open descriptor.
  ///
  /// Here EBADF is an answer, and no mistake of this program.
  package static func isOpen(_ descriptor: CInt) -> Bool {
    (injected(.fcntl) ?? fcntl(descriptor, F_GETFD)) >= 0 || errno != EBADF
  }

  /// `fcntl(2)`: makes a descriptor close-on-exec and non-blocking.
  package static func setDescriptorFlags(of descriptor: CInt) throws(SystemError) {
    _ = try complete(.fcntl) { Int(fcntl(descriptor, F_SETFD, FD_CLOEXEC)) }
    let status = try complete(.fcntl) { Int(fcntl(descriptor, F_GETFL)) }
    _ = try complete(.fcntl) { Int(fcntl(descriptor, F_SETFL, CInt(status) | O_NONBLOCK)) }
  }

  /// `poll(2)`; no entries make it a sleep.
  ///
  /// Returns early with 0 when a signal arrives.
  static func poll(
    _ entries: UnsafeMutableBufferPointer<pollfd>,
    timeoutMilliseconds: CInt
  ) throws(SystemError) -> Int {
    try wait(.poll) {
      unsafe Glibc.poll(entries.baseAddress, nfds_t(entries.count), timeoutMilliseconds)
    }
  }

  /// `poll(2)` for one descriptor; a negative one makes it a sleep.
  ///
  /// Returns the events that came.
  package static func pollOne(
    _ descriptor: CInt,
    events: CShort,
    timeoutMilliseconds: CInt
  ) throws(SystemError) -> CShort {
    var entry = pollfd(fd: descriptor, events: events, revents: 0)
    _ = try wait(.poll) { unsafe Glibc.poll(&entry, 1, timeoutMilliseconds) }
    return entry.revents
  }
}

// Sockets.
extension SystemCalls {
  private static let descriptorFlags = CInt(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)

  /// The number of a kind.
  static func type(of kind: SocketKind) -> CInt {
    switch kind {
    case .stream: CInt(SOCK_STREAM.rawValue)
    case .datagram: CInt(SOCK_DGRAM.rawValue)
    case .seqpacket: CInt(SOCK_SEQPACKET.rawValue)
    }
  }

  /// `getsockopt(2)` with SO_TYPE: whether a socket is of a kind.
  static func isSocket(_ descriptor: CInt, _ kind: SocketKind) -> Bool {
    (try? socketOption(SO_TYPE, of: descriptor)) == type(of: kind)
  }

  /// `socket(2)`: a socket of the local family.
  package static func socket(_ kind: SocketKind) throws(SystemError) -> OwnedDescriptor {
    let type = type(of: kind) | descriptorFlags
    let number = try complete(.socket) { Int(Glibc.socket(AF_UNIX, type, 0)) }
    return OwnedDescriptor(adopting: CInt(number))
  }

  /// Two descriptors, because a tuple cannot hold values that cannot be copied.
  package struct Pair: ~Copyable {
    package let first: OwnedDescriptor
    package let second: OwnedDescriptor
  }

  /// `socketpair(2)`: two connected sockets.
  package static func socketPair(_ kind: SocketKind = .stream) throws(SystemError) -> Pair {
    let type = type(of: kind) | descriptorFlags
    var numbers: [2 of CInt] = [-1, -1]
    _ = try complete(.socketpair) {
      var span = numbers.mutableSpan
      return unsafe span.withUnsafeMutableBufferPointer { buffer in
        Int(unsafe Glibc.socketpair(AF_UNIX, type, 0, buffer.baseAddress))
      }
    }
    return Pair(
      first: OwnedDescriptor(adopting: numbers[0]),
      second: OwnedDescriptor(adopting: numbers[1])
    )
  }

  /// `connect(2)`; would block when the listener's queue is full (unix(7)).
  package static func connect(
    _ descriptor: CInt,
    to address: SocketAddress
  ) throws(SystemError) -> Completion {
    unsafe try address.withSystemAddress { (pointer, length) throws(SystemError) in
      try attempt(.connect) { Int(unsafe Glibc.connect(descriptor, pointer, length)) }
    }
  }

  /// `bind(2)`.
  package static func bind(_ descriptor: CInt, to address: SocketAddress) throws(SystemError) {
    _ = unsafe try address.withNewSystemAddress { (pointer, length) throws(SystemError) in
      try complete(.bind) { Int(unsafe Glibc.bind(descriptor, pointer, length)) }
    }
  }

  /// `listen(2)`.
  package static func listen(_ descriptor: CInt, backlog: Int) throws(SystemError) {
    _ = try complete(.listen) { Int(Glibc.listen(descriptor, CInt(clamping: backlog))) }
  }

  /// `accept4(2)`; would block when nobody is in the queue.
  ///
  /// The result is a descriptor to adopt.
  package static func accept(_ listener: CInt) throws(SystemError) -> Completion {
    try attempt(.accept4) { Int(ls_accept(listener)) }
  }

  /// `recvmsg(2)`; 0 bytes mean that the peer has finished.
  @inline(__always)
  package static func receive(
    _ descriptor: CInt,
    into space: UnsafeMutableRawBufferPointer,
    _ envelope: Envelope
  ) throws(SystemError) -> Completion {
    let size = size(space.count, for: .recvmsg)
    return try attempt(.recvmsg) {
      unsafe ls_receive(descriptor, space.baseAddress, size, envelope.memory)
    }
  }

  /// `send(2)` without SIGPIPE.
  @inline(__always)
  package static func send(
    _ descriptor: CInt,
    _ bytes: UnsafeRawBufferPointer
  ) throws(SystemError) -> Completion {
    let size = size(bytes.count, for: .send)
    return try attempt(.send) {
      unsafe Glibc.send(descriptor, bytes.baseAddress, size, CInt(MSG_NOSIGNAL))
    }
  }

  /// `getsockopt(2)` for an option of the socket level that is a number.
  ///
  /// The descriptor may come from outside.
  package static func socketOption(
    _ option: CInt,
    of descriptor: CInt
  ) throws(SystemError) -> CInt {
    var value: CInt = 0
    var length = socklen_t(MemoryLayout<CInt>.size)
    try ask(.getsockopt) { unsafe getsockopt(descriptor, SOL_SOCKET, option, &value, &length) }
    return value
  }

  /// `ioctl(2)` with SIOCOUTQ: whether the peer has yet to read something that was sent.
  ///
  /// What a Unix socket tells is the memory that it takes, which is no number of bytes.
  static func isOutputUnread(of descriptor: CInt) -> Bool {
    queuedSize(TIOCOUTQ, of: descriptor) > 0
  }

  /// `ioctl(2)` with SIOCINQ: how many bytes the kernel has for a stream.
  static func unreadCount(of descriptor: CInt) -> Int {
    queuedSize(FIONREAD, of: descriptor)
  }

  /// How much there is in a socket's queue; nothing where the kernel does not tell.
  private static func queuedSize(_ request: some BinaryInteger, of descriptor: CInt) -> Int {
    var size: CInt = 0
    // SAFETY: both requests of unix(7), which have the numbers of a terminal's, write one int.
    let result = unsafe injected(.ioctl) ?? ioctl(descriptor, UInt(request), &size)
    return result == 0 ? Int(size) : 0
  }

  /// `getsockopt(2)` with SO_PEERCRED.
  package static func peerCredentials(
    of descriptor: CInt
  ) throws(SystemError) -> PeerCredentials {
    var pid = pid_t()
    var uid = uid_t()
    var gid = gid_t()
    _ = try complete(.getsockopt) {
      Int(unsafe ls_peer_credentials(descriptor, &pid, &uid, &gid))
    }
    return PeerCredentials(pid: pid, uid: uid, gid: gid)
  }

  /// `getpeername(2)`: whether a socket is or was connected, which only ENOTCONN denies.
  package static func hasPeer(_ descriptor: CInt) -> Bool {
    var address = sockaddr()
    var length = socklen_t(MemoryLayout<sockaddr>.size)
    let result = unsafe injected(.getpeername) ?? getpeername(descriptor, &address, &length)
    return result == 0 || errno != ENOTCONN
  }

  /// `getpeername(2)`, or nil when the peer has no name or is gone.
  package static func peerAddress(of descriptor: CInt) -> SocketAddress? {
    unsafe SocketAddress { unsafe injected(.getpeername) ?? getpeername(descriptor, $0, $1) }
  }

  /// `getsockname(2)`, or nil when the socket has no name.
  package static func ownAddress(of descriptor: CInt) -> SocketAddress? {
    unsafe SocketAddress { unsafe injected(.getsockname) ?? getsockname(descriptor, $0, $1) }
  }
}

// Readiness.
extension SystemCalls {
  /// `epoll_create1(2)`.
  package static func epollCreate() throws(SystemError) -> OwnedDescriptor {
    let number = try complete(.epollCreate) { Int(epoll_create1(CInt(EPOLL_CLOEXEC))) }
    return OwnedDescriptor(adopting: CInt(number))
  }

  /// `epoll_ctl(2)` with one of its three operations.
  package static func epollControl(
    _ epoll: CInt,
    _ operation: CInt,
    _ descriptor: CInt,
    events: UInt32 = 0,
    token: UInt64 = 0
  ) throws(SystemError) {
    var event = unsafe epoll_event(events: events, data: epoll_data_t(u64: token))
    _ = try complete(.epollControl) {
      Int(unsafe epoll_ctl(epoll, operation, descriptor, &event))
    }
  }

  /// `epoll_wait(2)`.
  ///
  /// Returns early with 0 when a signal arrives.
  static func epollWait(
    _ epoll: CInt,
    into events: UnsafeMutableBufferPointer<epoll_event>,
    timeoutMilliseconds: CInt
  ) throws(SystemError) -> Int {
    try wait(.epollWait) {
      unsafe epoll_wait(epoll, events.baseAddress, CInt(events.count), timeoutMilliseconds)
    }
  }

  /// `eventfd(2)` with a counter of 0.
  package static func eventCounter() throws(SystemError) -> OwnedDescriptor {
    let number = try complete(.eventfd) { Int(eventfd(0, CInt(EFD_NONBLOCK | EFD_CLOEXEC))) }
    return OwnedDescriptor(adopting: CInt(number))
  }

  /// Adds one to an event counter; safe in a signal handler, and without effect when it is full.
  package static func raiseEventCounter(_ descriptor: CInt) {
    let saved = errno
    _ = injected(.write) ?? eventfd_write(descriptor, 1)
    errno = saved
  }

  /// Sets an event counter back to 0; where that fails, it stays readable for the next time.
  package static func clearEventCounter(_ descriptor: CInt) {
    var count = eventfd_t()
    _ = unsafe injected(.read) ?? eventfd_read(descriptor, &count)
  }
}
