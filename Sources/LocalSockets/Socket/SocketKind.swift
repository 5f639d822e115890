import Glibc

/// What a local socket carries; Qt's are always streams.
public enum SocketKind: Hashable, Sendable, CaseIterable {
  /// A connection that carries bytes and keeps no boundaries.
  case stream
  /// Messages to whoever is addressed; there is no connection that could end.
  case datagram
  /// A connection that carries messages.
  case seqpacket

  /// What `socket(2)` calls it.
  var systemType: CInt {
    switch self {
    case .stream: CInt(SOCK_STREAM.rawValue)
    case .datagram: CInt(SOCK_DGRAM.rawValue)
    case .seqpacket: CInt(SOCK_SEQPACKET.rawValue)
    }
  }
}
