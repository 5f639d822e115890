import CLocalSockets
import Glibc

// What goes and comes beside bytes, and the options and ends of sockets.
extension SystemCalls {
  /// `recv(2)` that only looks: the length of the next message, 0 also where the peer has finished.
  static func nextMessageLength(_ descriptor: CInt) throws(SystemError) -> Completion {
    let flags = CInt(MSG_PEEK | MSG_TRUNC)
    return try attempt(.recv) { recv(descriptor, nil, 0, flags) }
  }

  /// `recvmsg(2)` of one message with its sender.
  ///
  /// The result is the length of the message, which is more than the space where it was cut.
  static func receiveMessage(
    _ descriptor: CInt,
    into space: UnsafeMutableRawBufferPointer,
    _ envelope: Envelope
  ) throws(SystemError) -> Completion {
    let size = size(space.count, for: .recvmsg)
    return try attempt(.recvmsg) {
      unsafe ls_receive_message(descriptor, space.baseAddress, size, envelope.memory)
    }
  }

  /// `sendmsg(2)` of bytes that lie in two places, without SIGPIPE.
  static func send(
    _ descriptor: CInt,
    _ bytes: UnsafeRawBufferPointer,
    _ behind: UnsafeRawBufferPointer
  ) throws(SystemError) -> Completion {
    let size = size(bytes.count + behind.count, for: .sendmsg)
    let first = min(size, bytes.count)
    return try attempt(.sendmsg) {
      unsafe ls_send_both(descriptor, bytes.baseAddress, first, behind.baseAddress, size - first)
    }
  }

  /// `sendmsg(2)` without SIGPIPE, to the peer where there is no address.
  static func sendMessage(
    _ descriptor: CInt,
    _ bytes: UnsafeRawBufferPointer,
    to address: SocketAddress?,
    with descriptors: [CInt]
  ) throws(SystemError) -> Completion {
    guard let address else { return unsafe try sendMessage(descriptor, bytes, nil, 0, descriptors) }
    return unsafe try address.withSystemAddress { (pointer, length) throws(SystemError) in
      unsafe try sendMessage(descriptor, bytes, pointer, length, descriptors)
    }
  }

  private static func sendMessage(
    _ descriptor: CInt,
    _ bytes: UnsafeRawBufferPointer,
    _ address: UnsafePointer<sockaddr>?,
    _ addressLength: socklen_t,
    _ descriptors: [CInt]
  ) throws(SystemError) -> Completion {
    let size = size(bytes.count, for: .sendmsg)
    return try attempt(.sendmsg) {
      unsafe ls_send_message(
        descriptor,
        bytes.baseAddress,
        size,
        address,
        addressLength,
        descriptors,
        descriptors.count
      )
    }
  }

  /// `fcntl(2)` with F_DUPFD_CLOEXEC.
  ///
  /// The number comes from outside, so one that is not open is an error and no trap.
  static func duplicate(_ descriptor: CInt) throws(SystemError) -> OwnedDescriptor {
    guard isOpen(descriptor) else { throw SystemError(errno: EBADF, systemCall: .fcntl) }
    let number = try complete(.fcntl) { Int(fcntl(descriptor, F_DUPFD_CLOEXEC, 0)) }
    return OwnedDescriptor(adopting: CInt(number))
  }

  /// `shutdown(2)` with SHUT_RD.
  static func shutDownReading(_ descriptor: CInt) throws(SystemError) {
    _ = try complete(.shutdown) { Int(Glibc.shutdown(descriptor, CInt(SHUT_RD))) }
  }

  /// `shutdown(2)` with SHUT_WR.
  static func shutDownWriting(_ descriptor: CInt) throws(SystemError) {
    _ = try complete(.shutdown) { Int(Glibc.shutdown(descriptor, CInt(SHUT_WR))) }
  }

  /// `bind(2)` without a name: the kernel chooses an abstract one (unix(7)).
  static func bindAutomatically(_ descriptor: CInt) throws(SystemError) {
    _ = try complete(.bind) {
      var address = sockaddr(sa_family: sa_family_t(AF_UNIX), sa_data: sockaddr().sa_data)
      return Int(unsafe Glibc.bind(descriptor, &address, socklen_t(MemoryLayout<sa_family_t>.size)))
    }
  }

  /// `setsockopt(2)` with SO_PASSCRED: whether each message tells who sent it.
  static func setReceivesCredentials(_ descriptor: CInt, _ isOn: Bool) throws(SystemError) {
    try setOption(SO_PASSCRED, of: descriptor, to: isOn ? 1 : 0)
  }

  /// `setsockopt(2)` with SO_TIMESTAMP: each message has its time beside it, the end of the stream
  /// has none.
  static func setReceivesTimes(_ descriptor: CInt) throws(SystemError) {
    try setOption(SO_TIMESTAMP, of: descriptor, to: 1)
  }

  private static func setOption(
    _ option: CInt,
    of descriptor: CInt,
    to value: CInt
  ) throws(SystemError) {
    var value = value
    _ = try complete(.setsockopt) {
      let size = socklen_t(MemoryLayout<CInt>.size)
      return Int(unsafe setsockopt(descriptor, SOL_SOCKET, option, &value, size))
    }
  }

  /// The longest message that a socket sends: `getsockopt(2)` with SO_SNDBUF, less what the kernel
  /// keeps of it for itself.
  static func messageLimit(of descriptor: CInt) -> Int? {
    let reserved = 32
    return (try? socketOption(SO_SNDBUF, of: descriptor)).map { Int($0) - reserved }
  }
}
