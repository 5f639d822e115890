/// Blocks of memory that the queues of one loop share, so that a queue holds one only while it has
/// bytes in it and a message costs no allocation.
@safe
package final class BufferPool {
  /// What one block holds: as much as a socket's kernel buffer hands over at once.
  package static let blockSize = 65536
  /// How many blocks wait for their next use; more are given back to the system.
  private static let keptBlocks = 16

  /// The blocks that wait, not in an array: each message takes a block and gives it back.
  private let free = UnsafeMutablePointer<UnsafeMutableRawPointer>.allocate(capacity: keptBlocks)
  package private(set) var freeBlockCount = 0

  package init() {}

  deinit {
    for index in 0..<freeBlockCount { unsafe free[index].deallocate() }
    unsafe free.deallocate()
  }

  func take() -> UnsafeMutableRawPointer {
    guard freeBlockCount > 0 else {
      return .allocate(byteCount: Self.blockSize, alignment: 16)
    }
    freeBlockCount -= 1
    return unsafe free[freeBlockCount]
  }

  func giveBack(_ block: UnsafeMutableRawPointer) {
    guard freeBlockCount < Self.keptBlocks else { return unsafe block.deallocate() }
    unsafe (free + freeBlockCount).initialize(to: block)
    freeBlockCount += 1
  }
}
