/// Why a message can be sent by no socket of the kind or state that it was given to.
public enum MessageError: Error, Hashable, Sendable {
  /// It has an address, and the socket can send to its peer alone.
  case addressed
  /// It has none, and the socket has no peer.
  case withoutAddress
  /// It has descriptors and no byte that they could go with on a stream.
  case withoutBytes
}

extension MessageError: CustomStringConvertible {
  /// The reason as a fragment of a sentence.
  public var description: String {
    switch self {
    case .addressed: "only datagram sockets send to an address, and others to their peer"
    case .withoutAddress: "the socket has no peer, so the message needs an address"
    case .withoutBytes: "on a stream, descriptors need at least one byte to go with"
    }
  }
}
