/// Blocks of memory that the queues of one loop share, so that a queue holds one only while it has
/// bytes in it and a message costs no allocation.
@safe
package final class BufferPool {
  /// What one block holds: as much as a socket's kernel buffer hands over at once.
  package static let blockSize = 65536
  /// What a small message gets where many have blocks: with a thousand sockets that all have one to
  /// send, blocks would be memory that the system has to find and to clear.
  package static let smallSize = 1024
  /// How many blocks wait for their next use; more are given back to the system.
  package static let keptBlocks = 16

  /// The blocks that wait, not in an array: each message takes a block and gives it back.
  private let free = UnsafeMutablePointer<UnsafeMutableRawPointer>.allocate(capacity: keptBlocks)
  package private(set) var freeBlockCount = 0
  /// How many blocks there are, free or in use.
  private var blockCount = 0
  /// How many readers have bytes that have left their queue already.
  package private(set) var lendings = 0
  /// What the queues and the pool hold of the system's memory, in bytes.
  package private(set) var heldBytes = 0
  /// Memory that went while bytes were lent.
  private var lingering: [UnsafeMutableRawPointer] = unsafe []

  package init() {}

  deinit {
    for index in 0..<freeBlockCount { unsafe free[index].deallocate() }
    unsafe free.deallocate()
  }

  /// Hands out memory: a block, unless that is too small or others need the blocks more.
  ///
  /// The last block that would be kept is not for a small message, lest each receive have to make one.
  @inline(__always)
  package func take(atLeast minimum: Int) -> UnsafeMutableRawBufferPointer {
    if minimum <= Self.smallSize, blockCount - freeBlockCount >= Self.keptBlocks - 1 {
      return unsafe allocate(Self.smallSize)
    }
    if minimum > Self.blockSize { return unsafe allocate(minimum) }
    guard freeBlockCount > 0 else {
      blockCount += 1
      return unsafe allocate(Self.blockSize)
    }
    freeBlockCount -= 1
    return unsafe UnsafeMutableRawBufferPointer(start: free[freeBlockCount], count: Self.blockSize)
  }

  /// Takes memory back, of which it keeps some blocks.
  @inline(__always)
  func giveBack(_ memory: UnsafeMutableRawPointer, size: Int) {
    guard size == Self.blockSize else { return unsafe letGo(of: memory, size: size) }
    guard freeBlockCount < Self.keptBlocks else {
      blockCount -= 1
      return unsafe letGo(of: memory, size: size)
    }
    unsafe (free + freeBlockCount).initialize(to: memory)
    freeBlockCount += 1
  }

  /// Counts memory that a queue has from elsewhere; less than none when it goes.
  func countBytes(_ change: Int) {
    heldBytes += change
  }

  private func allocate(_ size: Int) -> UnsafeMutableRawBufferPointer {
    heldBytes += size
    return .allocate(byteCount: size, alignment: 1)
  }

  /// Gives memory back to the system, as soon as no bytes in it can be lent any more.
  private func letGo(of memory: UnsafeMutableRawPointer, size: Int) {
    heldBytes -= size
    if lendings > 0 { unsafe lingering.append(memory) } else { unsafe memory.deallocate() }
  }

  /// Keeps bytes that leave their queue in place until `endLending()`, or until the pool is used.
  @inline(__always)
  func beginLending() {
    lendings += 1
  }

  @inline(__always)
  func endLending() {
    lendings -= 1
    if lendings == 0, unsafe !lingering.isEmpty { freeLingering() }
  }

  private func freeLingering() {
    for index in unsafe lingering.indices { unsafe lingering[index].deallocate() }
    unsafe lingering = []
  }
}
