/// What one send of the peer's brought.
///
/// On datagram and seqpacket sockets it is exactly that. A stream keeps no boundaries but those that
/// descriptors and credentials make: there a message is all bytes up to and with those that came with
/// descriptors, or all that are there from one sender.
public struct Message {
  /// The bytes; may be none on sockets that keep boundaries.
  public let data: [UInt8]
  /// The name that the sender of a datagram has bound, to answer to; nil when it has none.
  ///
  /// It is nil too where no name here stands for it: a path that is relative to the sender's working
  /// directory, or an abstract name of fewer than 107 bytes that begins with "@". A sender that was
  /// bound elsewhere and then moved, as a receiver with access options is, has the first path, which
  /// leads nowhere.
  public let from: SocketName?
  /// The descriptors that came; each is closed with its object unless it is taken.
  public let descriptors: [PassedDescriptor]
  /// Who sent the message, if ``LocalSocket/receivesCredentials`` was set; the kernel vouches for it.
  public let credentials: PeerCredentials?
}

@available(*, unavailable)
extension Message: Sendable {}
