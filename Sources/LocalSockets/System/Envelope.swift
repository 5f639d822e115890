import CLocalSockets
import Glibc

/// What came beside the bytes of one receive: the sender, descriptors and credentials.
///
/// One envelope serves all receives of a loop. Whoever receives has to empty it before the next
/// receive, or descriptors in it are lost.
@safe
package final class Envelope {
  let memory: UnsafeMutablePointer<ls_envelope>

  package init() {
    unsafe memory = .allocate(capacity: 1)
    unsafe memory.initialize(to: ls_envelope())
  }

  deinit {
    unsafe memory.deallocate()
  }

  /// Whether nothing came beside the bytes, the usual case on streams.
  var isEmpty: Bool { unsafe memory.pointee.is_empty }

  /// Whether the kernel had more to give than this process could take: it is out of descriptors.
  var hasLostDescriptors: Bool { unsafe memory.pointee.flags & CInt(MSG_CTRUNC) != 0 }

  /// Whether the message was longer than the space for it, and its rest is lost.
  var isCut: Bool { unsafe memory.pointee.flags & CInt(MSG_TRUNC) != 0 }

  /// The name that the sender has bound; nil when it has none that can be written.
  ///
  /// Only receives of messages ask the kernel for it.
  var sender: SocketName? {
    let length = unsafe memory.pointee.sender_length
    guard length > 0 else { return nil }
    let address = unsafe SocketAddress { target, targetLength in
      unsafe target.withMemoryRebound(to: sockaddr_un.self, capacity: 1) {
        unsafe $0.pointee = memory.pointee.sender
      }
      unsafe targetLength.pointee = length
      return 0
    }
    return address?.socketName
  }

  /// Who sent the bytes; nil when the kernel was not asked to tell.
  var credentials: PeerCredentials? {
    var pid = pid_t()
    var uid = uid_t()
    var gid = gid_t()
    guard unsafe ls_credentials(memory, &pid, &uid, &gid) else { return nil }
    return PeerCredentials(pid: pid, uid: uid, gid: gid)
  }

  /// Takes over the descriptors that came, each of which closes itself unless somebody takes it;
  /// to be called once after a receive.
  ///
  /// - Parameter ledger: Where the numbers are noted for as long as nobody takes them.
  /// - Returns: The descriptors; none where only bytes came.
  func takeDescriptors(notedIn ledger: PassedNumbers) -> [PassedDescriptor] {
    if isEmpty { return [] }
    let limit = Int(LS_DESCRIPTOR_LIMIT)
    return unsafe withUnsafeTemporaryAllocation(of: CInt.self, capacity: limit) {
      numbers in
      let count = unsafe ls_descriptors(memory, numbers.baseAddress)
      return unsafe numbers[..<count].map {
        PassedDescriptor(OwnedDescriptor(adopting: $0), notedIn: ledger)
      }
    }
  }
}
