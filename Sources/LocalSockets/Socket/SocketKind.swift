/// What a local socket carries; Qt's are always streams.
public enum SocketKind: Hashable, Sendable, CaseIterable {
  /// A connection that carries bytes and keeps no boundaries.
  case stream
  /// Messages to whoever is addressed; there is no connection that could end.
  case datagram
  /// A connection that carries messages.
  case seqpacket
}
