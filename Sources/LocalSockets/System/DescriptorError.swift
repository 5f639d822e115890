/// Why a descriptor cannot be adopted.
public enum DescriptorError: Error, Hashable, Sendable {
  /// The number names no open descriptor.
  case notOpen
  /// Another object on the same loop owns it.
  case alreadyOwned
  /// It is no socket, or one of another family than AF_UNIX.
  case notLocalSocket
  /// It is a socket of a kind that does not fit.
  case wrongKind
  /// It is a listening socket.
  case listening
  /// It is a socket without a connection.
  case notConnected
}

extension DescriptorError: CustomStringConvertible {
  /// The reason as a fragment of a sentence.
  public var description: String {
    switch self {
    case .notOpen: "the descriptor is not open"
    case .alreadyOwned: "the descriptor already belongs to another object"
    case .notLocalSocket: "the descriptor is no local socket"
    case .wrongKind: "the descriptor is a socket of another kind"
    case .listening: "the descriptor is a listening socket"
    case .notConnected: "the descriptor is a socket without a connection"
    }
  }
}
