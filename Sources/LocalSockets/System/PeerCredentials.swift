/// Who the process at the other end was when it connected or listened.
///
/// The kernel vouches for these values; see SO_PEERCRED in `unix(7)`.
public struct PeerCredentials: Hashable, Sendable {
  /// The process, in this process's PID namespace; 0 when it is not visible there.
  public let pid: CInt
  /// The effective user.
  public let uid: UInt32
  /// The effective group.
  public let gid: UInt32

  /// The user that the kernel tells where it knows none: all bits set.
  static let unknownUser = UInt32.max

  package init(pid: CInt, uid: UInt32, gid: UInt32) {
    self.pid = pid
    self.uid = uid
    self.gid = gid
  }
}
