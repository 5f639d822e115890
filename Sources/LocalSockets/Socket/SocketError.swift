import Glibc

/// Something that went wrong with a socket.
public struct SocketError: Error, Hashable, Sendable {
  /// The kind of an error; mirrors `QLocalSocket::LocalSocketError`, with its values.
  public struct Code: Hashable, Sendable {
    /// Qt's number of the error.
    public let rawValue: Int

    private init(_ rawValue: Int) {
      self.rawValue = rawValue
    }

    /// Nobody listens at the address.
    public static let connectionRefused = Code(0)
    /// The peer has ended the connection.
    public static let peerClosed = Code(1)
    /// There is nothing at the address, or the name cannot be an address.
    public static let serverNotFound = Code(2)
    /// The process may not connect there.
    public static let socketAccess = Code(3)
    /// The process or the system is out of descriptors or memory.
    public static let socketResource = Code(4)
    /// The time was up.
    public static let socketTimeout = Code(5)
    /// The message is longer than the socket takes.
    public static let datagramTooLarge = Code(6)
    /// The connection failed.
    public static let connection = Code(7)
    /// The system cannot make such a socket.
    public static let unsupportedSocketOperation = Code(10)
    /// The state does not allow the operation.
    public static let operation = Code(19)
    /// None of the others, or no error yet.
    public static let unknown = Code(-1)

    /// Qt's name of the error, as in `ConnectionRefusedError`.
    public var name: String {
      switch self {
      case .connectionRefused: "ConnectionRefusedError"
      case .peerClosed: "PeerClosedError"
      case .serverNotFound: "ServerNotFoundError"
      case .socketAccess: "SocketAccessError"
      case .socketResource: "SocketResourceError"
      case .socketTimeout: "SocketTimeoutError"
      case .datagramTooLarge: "DatagramTooLargeError"
      case .connection: "ConnectionError"
      case .unsupportedSocketOperation: "UnsupportedSocketOperationError"
      case .operation: "OperationError"
      default: "UnknownSocketError"
      }
    }

    /// What an error string says after its colon; nil where the error number is named.
    var phrase: String? {
      switch self {
      case .connectionRefused: "Connection refused"
      case .peerClosed: "Remote closed"
      case .serverNotFound: "Invalid name"
      case .socketAccess: "Socket access error"
      case .socketResource: "Socket resource error"
      case .socketTimeout: "Socket operation timed out"
      case .datagramTooLarge: "Datagram too large"
      case .connection: "Connection error"
      case .unsupportedSocketOperation: "The socket operation is not supported"
      case .operation: "Operation not permitted when socket is in this state"
      default: nil
      }
    }
  }

  /// What the socket was doing.
  public enum Operation: Hashable, Sendable {
    /// Making a pair of sockets.
    case pair
    /// Giving a socket its own name.
    case bind
    /// Connecting to a server.
    case connect
    /// Taking over a descriptor.
    case adopt
    /// Receiving bytes.
    case read
    /// Sending bytes.
    case write
    /// Waiting until something happens.
    case wait
  }

  /// The kind of error.
  public let code: Code
  /// What the socket was doing.
  public let operation: Operation
  /// The system call that failed; nil when none did.
  public let systemError: SystemError?
  /// Why the name is no address; nil when it is one.
  public let nameError: SocketNameError?
  /// Why the descriptor cannot be taken over; nil when it can.
  public let descriptorError: DescriptorError?
  /// Which descriptor it was about, where the caller gave several; nil else.
  public let descriptor: CInt?
  /// Why a message fits no such socket; nil where that was not the reason.
  public let messageError: MessageError?
  /// What a message had too much of; nil where that was not the reason.
  public let excess: MessageExcess?
  /// The kind of the socket where the one at the address is of another; nil else.
  public let mismatchedKind: SocketKind?
  /// The server's name as the caller gave it; empty when there is none.
  public let name: SocketName
  /// The path that the name stands for, where that is another; nil else.
  public let resolvedName: SocketName?

  package init(
    _ code: Code,
    during operation: Operation,
    systemError: SystemError? = nil,
    nameError: SocketNameError? = nil,
    descriptorError: DescriptorError? = nil,
    descriptor: CInt? = nil,
    messageError: MessageError? = nil,
    excess: MessageExcess? = nil,
    mismatchedKind: SocketKind? = nil,
    name: SocketName = .none,
    resolvedName: SocketName? = nil
  ) {
    self.code = code
    self.operation = operation
    self.systemError = systemError
    self.nameError = nameError
    self.descriptorError = descriptorError
    self.descriptor = descriptor
    self.messageError = messageError
    self.excess = excess
    self.mismatchedKind = mismatchedKind
    self.name = name
    self.resolvedName = resolvedName
  }

  /// The text that Qt shows for an error, exact to the letter; what Qt has not follows in parentheses.
  func qtText(prefix: String) -> String {
    let phrase = code.phrase ?? "Unknown error \(systemError?.errno ?? -1)"
    return excess.map { "\(prefix): \(phrase) (\($0))" } ?? "\(prefix): \(phrase)"
  }
}

extension SocketError: CustomStringConvertible {
  /// What failed and why, as in `cannot connect "/run/x": connect: no such file (errno 2)`.
  public var description: String {
    let resolved = resolvedName.map { " (\($0.quoted.content))" } ?? ""
    let named = name.isEmpty ? "" : " \(name.quoted)\(resolved)"
    let subject =
      descriptor.map { " with descriptor \($0)" }
      ?? (descriptorError == nil ? named : " the descriptor")
    return "cannot \(verb)\(subject): \(reason)"
  }

  private var verb: String { operation == .write && !name.isEmpty ? "write to" : "\(operation)" }

  /// Why it failed, as a fragment of a sentence.
  package var reason: String {
    nameError.map(String.init(describing:)) ?? descriptorError.map(String.init(describing:))
      ?? messageError.map(String.init(describing:)) ?? excess.map(String.init(describing:))
      ?? mismatchedKind.map(Self.mismatch)
      ?? systemError.map(String.init(describing:)) ?? (code.phrase ?? code.name).lowercased()
  }

  private static func mismatch(of kind: SocketKind) -> String {
    let others = SocketKind.allCases.filter { $0 != kind }.map { "\($0)" }.joined(separator: " or ")
    return "a \(others) socket has this address, and a \(kind) socket cannot reach it"
  }
}

// What the error numbers of each call mean.
extension SocketError.Code {
  static func ofConnect(_ error: SystemError) -> Self {
    if error.systemCall == .socket { return .unsupportedSocketOperation }
    switch error.errno {
    // Only the way to a path that is longer than an address needs a descriptor of its own.
    case EMFILE, ENFILE: return .socketResource
    case EINVAL, ECONNREFUSED: return .connectionRefused
    case ENOENT: return .serverNotFound
    case EACCES, EPERM: return .socketAccess
    case ETIMEDOUT: return .socketTimeout
    default: return .unknown
    }
  }

  static func ofRead(_ error: SystemError) -> Self {
    switch error.errno {
    case ECONNRESET: .peerClosed
    case ETIMEDOUT: .socketTimeout
    case ENOBUFS, ENOMEM: .socketResource
    default: .connection
    }
  }

  static func ofWait(_ error: SystemError) -> Self {
    error.isShortage ? .socketResource : .unknown
  }

  static func ofWrite(_ error: SystemError) -> Self {
    switch error.errno {
    case EPIPE, ECONNRESET: .peerClosed
    case EMSGSIZE: .datagramTooLarge
    case ENOBUFS, ENOMEM: .socketResource
    default: .unknown
    }
  }
}

extension SocketError.Code {
  /// What a message that could not be sent means, where the socket stays as it is.
  static func ofMessage(_ error: SystemError) -> Self {
    switch error.errno {
    case ECONNREFUSED, ENOTCONN: .connectionRefused
    case ENOENT: .serverNotFound
    case EACCES, EPERM: .socketAccess
    case ETOOMANYREFS, EMFILE, ENFILE: .socketResource
    default: ofWrite(error)
    }
  }
}

extension SystemError {
  /// That the kernel closed descriptors which this process could not have any more.
  static let lostDescriptors = SystemError(errno: EMFILE, systemCall: .recvmsg)

  /// Whether the kernel lacks memory, which comes and goes, and has done nothing.
  var isShortage: Bool { errno == ENOBUFS || errno == ENOMEM }
  /// Whether a number that came from outside is no open descriptor.
  var isOfClosedDescriptor: Bool { errno == EBADF }
  /// Whether nobody takes connections at an address.
  var isRefusal: Bool { errno == ECONNREFUSED }
  /// Whether the socket at an address is of another kind.
  var isOfOtherKind: Bool { errno == EPROTOTYPE }
  /// Whether a message was longer than the socket takes.
  var isOfLongMessage: Bool { errno == EMSGSIZE }
  /// Whether a send failed because of the one message that it was about (sendmsg(2), unix(7)).
  var concernsOneMessage: Bool { errno == EMSGSIZE || errno == ETOOMANYREFS }
}
