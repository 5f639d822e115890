/// Bytes that passed, as far as the log has kept them at hand.
///
/// Of more than ``inlineLimit`` bytes a log in a file keeps the beginning, and the whole in a file
/// beside it.
package struct Payload: Hashable, Sendable, ExpressibleByArrayLiteral {
  /// The bytes, or the first of them.
  package let bytes: [UInt8]
  /// How many bytes passed.
  package let size: Int
  /// Where the whole stands in the file of payloads; `nil` when it stands in no file.
  package let offset: Int?

  /// The most bytes that stand in an event, and how many of more do.
  package static let inlineLimit = 64 << 10
  static let beginningLength = 1 << 10

  package init(_ bytes: [UInt8], size: Int? = nil, offset: Int? = nil) {
    self.bytes = bytes
    self.size = size ?? bytes.count
    self.offset = offset
  }

  package init(arrayLiteral elements: UInt8...) {
    self.init(elements)
  }

  /// Whether there were more bytes than are here.
  var isCut: Bool { size > bytes.count }
}
