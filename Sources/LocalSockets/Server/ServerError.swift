import Glibc

/// Something that went wrong with a server.
public struct ServerError: Error, Hashable, Sendable {
  /// The kind of an error; mirrors the values of `QAbstractSocket::SocketError` that servers report.
  public struct Code: Hashable, Sendable {
    /// Qt's number of the error.
    public let rawValue: Int

    private init(_ rawValue: Int) {
      self.rawValue = rawValue
    }

    /// The name cannot be an address, or its directory does not exist.
    public static let hostNotFound = Code(2)
    /// The process may not make a socket there.
    public static let socketAccess = Code(3)
    /// The process or the system is out of descriptors or memory.
    public static let socketResource = Code(4)
    /// Something is at the address already.
    public static let addressInUse = Code(8)
    /// None of the others, or no error yet.
    public static let unknown = Code(-1)

    /// Qt's name of the error, as in `HostNotFoundError`.
    public var name: String {
      switch self {
      case .hostNotFound: "HostNotFoundError"
      case .socketAccess: "SocketAccessError"
      case .socketResource: "SocketResourceError"
      case .addressInUse: "AddressInUseError"
      default: "UnknownSocketError"
      }
    }

    /// What an error string says after its colon; nil where the error number is named.
    var phrase: String? {
      switch self {
      case .hostNotFound: "Name error"
      case .socketAccess: "Permission denied"
      case .socketResource: "Socket resource error"
      case .addressInUse: "Address in use"
      default: nil
      }
    }
  }

  /// What was to be done.
  public enum Operation: Hashable, Sendable {
    /// Beginning to listen, or to receive datagrams.
    case listen
    /// Accepting a connection.
    case accept
    /// Removing what a server has left.
    case remove
  }

  /// What is at an address that was to be taken.
  public enum Obstacle: Hashable, Sendable {
    /// A socket that somebody still has.
    case socket
    /// The file of a socket that is gone, which ``LocalServer/removeServer(_:)`` removes.
    case staleSocket
    /// A file that is no socket's.
    case otherFile
  }

  /// The kind of error.
  public let code: Code
  /// What was to be done.
  public let operation: Operation
  /// The system call that failed; nil when none did.
  public let systemError: SystemError?
  /// Why the name is no address; nil when it is one.
  public let nameError: SocketNameError?
  /// Why the descriptor cannot be adopted; nil when it can, or when there is none.
  public let descriptorError: DescriptorError?
  /// The server's name as the caller gave it.
  public let name: SocketName
  /// The path that the name stands for, where that is another; nil else.
  public let resolvedName: SocketName?
  /// The descriptor that the caller gave; nil when it was a name.
  public let descriptor: CInt?
  /// What was in the way of a server in the file system; nil when nothing was, or nobody knows.
  public let obstacle: Obstacle?

  package init(
    _ code: Code,
    during operation: Operation = .listen,
    name: SocketName = .none,
    resolvedName: SocketName? = nil,
    descriptor: CInt? = nil,
    systemError: SystemError? = nil,
    nameError: SocketNameError? = nil,
    descriptorError: DescriptorError? = nil,
    obstacle: Obstacle? = nil
  ) {
    self.code = code
    self.operation = operation
    self.name = name
    self.resolvedName = resolvedName
    self.descriptor = descriptor
    self.systemError = systemError
    self.nameError = nameError
    self.descriptorError = descriptorError
    self.obstacle = obstacle
  }

  init(
    _ operation: Operation = .listen,
    as name: SocketName,
    at address: SocketAddress,
    failedBecause error: SystemError
  ) {
    let flaw = address.flaw(behind: error)
    let code = flaw == nil ? Code.ofListen(error) : .hostNotFound
    self.init(
      code,
      during: operation,
      name: name,
      resolvedName: address.resolution(of: name),
      systemError: error,
      nameError: flaw,
      obstacle: operation == .listen && code == .addressInUse ? Obstacle(at: address) : nil
    )
  }

  /// The text that Qt shows for an error, exact to the letter.
  func qtText(prefix: String) -> String {
    let errno = systemError?.errno ?? descriptorError?.errno ?? -1
    return "\(prefix): \(code.phrase ?? "Unknown error \(errno)")"
  }
}

extension ServerError: CustomStringConvertible {
  /// What failed and why, as in `cannot listen at "/run/x": bind: address already in use (errno 98)`.
  public var description: String {
    "cannot \(action) \(place): \(reason)"
  }

  private var action: String {
    switch operation {
    case .listen: "listen"
    case .accept: "accept"
    case .remove: "remove the server"
    }
  }

  private var place: String {
    if let descriptor { return "on descriptor \(descriptor)" }
    return "at \(name.quoted)" + (resolvedName.map { " (\($0.quoted.content))" } ?? "")
  }

  private var reason: String {
    if let nameError { return "\(nameError)" }
    if let descriptorError { return "\(descriptorError)" }
    if let systemError { return "\(systemError)\(advice)" }
    return (code.phrase ?? code.name).lowercased()
  }
}

extension ServerError {
  /// What is in the way, and what helps whoever it is that listens.
  private var advice: String {
    switch obstacle {
    case nil: ""
    case .socket: "; a socket that is in use is there"
    case .staleSocket: "; nobody has the socket there any more, and removeServer removes its file"
    case .otherFile: "; what is there is no socket, and stays until somebody removes it"
    }
  }
}

extension ServerError.Obstacle {
  /// Looks at what is in the way now; nil where there is nothing in the file system.
  fileprivate init?(at address: SocketAddress) {
    guard let path = address.path, let file = try? SystemCalls.identity(ofFileAt: path) else {
      return nil
    }
    if !file.isSocket {
      self = .otherFile
    } else {
      self = SocketFile.isAbandoned(at: path) ? .staleSocket : .socket
    }
  }
}

// What the error numbers of each call mean.
extension ServerError.Code {
  static func ofListen(_ error: SystemError) -> Self {
    switch error.errno {
    case EACCES, EPERM: .socketAccess
    case ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG, EROFS: .hostNotFound
    case EADDRINUSE, EEXIST: .addressInUse
    case EMFILE, ENFILE, ENOMEM, ENOBUFS: .socketResource
    default: .unknown
    }
  }

  static func ofAccept(_ error: SystemError) -> Self {
    switch error.errno {
    case EMFILE, ENFILE, ENOMEM, ENOBUFS: .socketResource
    default: .unknown
    }
  }
}

extension SystemError {
  /// Whether an accept failed because of the one connection that it was about (accept(2)).
  var concernsOneConnection: Bool {
    errno == ECONNABORTED || errno == EPROTO
  }
}
