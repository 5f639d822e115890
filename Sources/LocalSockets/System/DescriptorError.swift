import Glibc

/// Why a descriptor cannot be adopted.
public enum DescriptorError: Error, Hashable, Sendable {
  /// No file is open under the number.
  case notOpen
  /// A socket, a server or something else of this process has it already.
  case alreadyInUse
  /// It came with a message, and its ``PassedDescriptor`` has it.
  case stillPassed
  /// It is no socket.
  case notSocket
  /// The socket is of another family than AF_UNIX.
  case notLocal
  /// The socket has another type than was asked for.
  case wrongType
  /// The socket listens, and so has no connection.
  case listening
  /// The socket does not listen.
  case notListening
  /// The socket has no connection.
  case notConnected

  /// The number that a system call would report.
  var errno: CInt {
    switch self {
    case .notOpen: EBADF
    case .alreadyInUse, .stillPassed: EBUSY
    case .notSocket: ENOTSOCK
    case .notLocal: EAFNOSUPPORT
    case .wrongType: EPROTOTYPE
    case .listening, .notListening: EINVAL
    case .notConnected: ENOTCONN
    }
  }
}

extension DescriptorError: CustomStringConvertible {
  /// The reason as a fragment of a sentence.
  public var description: String {
    switch self {
    case .notOpen: "it is not open"
    case .alreadyInUse: "something of this process has it"
    case .stillPassed:
      "it came with a message and is its object's; pass the object, or take it from that"
    case .notSocket: "it is not a socket"
    case .notLocal: "it is not a local socket"
    case .wrongType: "it is a socket of another type"
    case .listening: "it listens"
    case .notListening: "it does not listen"
    case .notConnected: "it is not connected"
    }
  }
}

extension DescriptorError {
  /// Looks at a descriptor that somebody else names, before anything is done with it.
  ///
  /// - Parameters:
  ///   - descriptor: Its number.
  ///   - owner: What has it, where that hands it over.
  ///   - kind: What it must carry.
  ///   - mustListen: Whether it must listen, or must not.
  ///   - loop: The loop whose messages may have brought it.
  /// - Throws: Why it cannot be adopted.
  static func check(
    _ descriptor: CInt,
    of owner: PassedDescriptor? = nil,
    is kind: SocketKind,
    listening mustListen: Bool,
    on loop: EventLoop
  ) throws(DescriptorError) {
    if owner == nil, loop.passedNumbers.numbers.contains(descriptor) { throw .stillPassed }
    guard SystemCalls.isOpen(descriptor) else { throw .notOpen }
    guard let family = try? SystemCalls.socketOption(SO_DOMAIN, of: descriptor)
    else { throw .notSocket }
    guard family == AF_UNIX else { throw .notLocal }
    guard SystemCalls.isSocket(descriptor, kind) else { throw .wrongType }
    let listens = try? SystemCalls.socketOption(SO_ACCEPTCONN, of: descriptor)
    guard (listens == 1) == mustListen else { throw mustListen ? .notListening : .listening }
    guard mustListen || kind == .datagram || SystemCalls.hasPeer(descriptor)
    else { throw .notConnected }
    if owner == nil, OwnedDescriptor.isOwned(descriptor) { throw .alreadyInUse }
  }
}
