/// Blocks of memory that the queues of one loop share, so that a queue holds one only while it has
/// bytes in it and a message costs no allocation.
@safe
package final class BufferPool {
  /// What one block holds: as much as a socket's kernel buffer hands over at once.
  package static let blockSize = 65536
  /// How many blocks wait for their next use; more are given back to the system.
  private static let keptBlocks = 16

  private var free: [UnsafeMutableRawPointer] = unsafe []

  package init() {}

  deinit {
    while let block = unsafe free.popLast() { unsafe block.deallocate() }
  }

  package var freeBlockCount: Int { unsafe free.count }

  func take() -> UnsafeMutableRawPointer {
    unsafe free.popLast()
      ?? UnsafeMutableRawPointer.allocate(byteCount: Self.blockSize, alignment: 16)
  }

  func giveBack(_ block: UnsafeMutableRawPointer) {
    if unsafe free.count < Self.keptBlocks {
      unsafe free.append(block)
    } else {
      unsafe block.deallocate()
    }
  }
}
