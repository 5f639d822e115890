/// The boundaries in a socket's unread bytes, and what came beside the bytes between them.
///
/// A socket that keeps boundaries always has this. A stream has it from the arrival of something
/// beside its bytes until all is read, and then all its unread bytes belong to one of the parts.
package final class IncomingMessages {
  package struct Part {
    var length: Int
    package var sender: SocketName?
    package var descriptors: [PassedDescriptor] = []
    package var credentials: PeerCredentials?
    /// Whether bytes that come later may be added: on streams, where no descriptors came.
    var isOpen = false
  }

  /// Whether the kernel was asked for the messages' times.
  var hasTimes = false
  /// How many descriptors may be unread before no more bytes are taken in: those of two messages.
  static let descriptorLimit = 2 * LocalSocket.descriptorLimit

  private var parts = Fifo<Part>()
  private var descriptorCount = 0
  /// How many of the messages are empty.
  private(set) var emptyCount = 0
  /// What went wrong while taking in and was not told of yet.
  private(set) var failure: SocketError?
  /// How many messages were added, ever.
  private(set) var arrivalCount = 0

  var isEmpty: Bool { parts.isEmpty }
  /// Whether more descriptors are unread than a socket may hold.
  var isFull: Bool { descriptorCount > Self.descriptorLimit }
  /// The unread bytes up to the first boundary.
  var firstLength: Int { parts.first?.length ?? 0 }

  /// Adds a whole message.
  func append(_ message: Part) {
    parts.append(message)
    descriptorCount += message.descriptors.count
    if message.length == 0 { emptyCount += 1 }
    arrivalCount += 1
  }

  /// Adds bytes of a stream.
  ///
  /// Descriptors end a part: the kernel gives no bytes beyond those with which they came.
  func appendToStream(_ bytes: Part) {
    descriptorCount += bytes.descriptors.count
    guard var last = parts.last, last.isOpen, last.credentials == bytes.credentials
    else { return parts.append(bytes) }
    last.length += bytes.length
    last.descriptors = bytes.descriptors
    last.isOpen = bytes.isOpen
    parts.last = last
  }

  /// Takes note of bytes that were read without asking what came with them; descriptors among that
  /// are closed.
  func consume(_ count: Int) {
    if count == 0 && firstLength > 0 { return }
    var left = count
    repeat {
      let taken = min(left, firstLength)
      left -= taken
      if taken == firstLength {
        _ = removeFirst()
      } else {
        descriptorCount -= parts.first?.descriptors.count ?? 0
        parts.first?.length -= taken
        parts.first?.descriptors = []
      }
    } while left > 0 && !parts.isEmpty
  }

  /// Takes note of a byte that was put in front of all unread ones of a stream.
  func prependByte() {
    parts.first?.length += 1
  }

  func removeFirst() -> Part? {
    guard let part = parts.removeFirst() else { return nil }
    descriptorCount -= part.descriptors.count
    if part.length == 0 { emptyCount -= 1 }
    return part
  }

  /// Removes all parts, and closes the descriptors in them.
  func removeAll() {
    parts = Fifo()
    descriptorCount = 0
    emptyCount = 0
    failure = nil
  }

  func note(_ error: SocketError) {
    failure = error
  }

  func takeFailure() -> SocketError? {
    failure.take()
  }
}
