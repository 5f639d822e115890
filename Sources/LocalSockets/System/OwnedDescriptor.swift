import Synchronization

/// The one owner of a file descriptor, which closes it when its life ends.
package struct OwnedDescriptor: ~Copyable, Sendable {
  /// The descriptor's number, for system calls; it must not outlive the owner.
  package let number: CInt

  /// Takes over a descriptor that nothing else will close.
  package init(adopting number: CInt) {
    precondition(number >= 0, "a descriptor is not negative")
    self.number = number
    Self.ledger.withLock { $0.insert(number) }
  }

  /// Ends the ownership without closing; whoever takes the number has to close it.
  package consuming func release() -> CInt {
    let number = number
    Self.ledger.withLock { $0.remove(number) }
    discard self
    return number
  }

  deinit {
    // First, because the number is anybody's as soon as it is closed.
    Self.ledger.withLock { $0.remove(number) }
    SystemCalls.close(number)
  }

  /// Whether a number is an owner's, so that nobody adopts it and closes it a second time.
  static func isOwned(_ number: CInt) -> Bool {
    ledger.withLock { $0.contains(number) }
  }

  /// The numbers of all owners of this process, whatever the thread and the loop.
  private static let ledger = Mutex(DescriptorNumbers())
}

/// A set of descriptors' numbers, which are small and dense: a bit for each.
private struct DescriptorNumbers {
  private var words: [UInt64] = []

  func contains(_ number: CInt) -> Bool {
    let (index, bit) = Self.place(of: number)
    return index < words.count && words[index] & bit != 0
  }

  mutating func insert(_ number: CInt) {
    let (index, bit) = Self.place(of: number)
    while words.count <= index { words.append(0) }
    words[index] |= bit
  }

  mutating func remove(_ number: CInt) {
    let (index, bit) = Self.place(of: number)
    if index < words.count { words[index] &= ~bit }
  }

  private static func place(of number: CInt) -> (index: Int, bit: UInt64) {
    (Int(number) >> 6, 1 << UInt64(number & 63))
  }
}
