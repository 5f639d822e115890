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
  /// How many readers have bytes that have left their queue already.
  private var lendings = 0
  /// Memory that went while bytes were lent.
  private var lingering: [UnsafeMutableRawPointer] = unsafe []

  package init() {}

  deinit {
    for index in 0..<freeBlockCount { unsafe free[index].deallocate() }
    unsafe free.deallocate()
  }

  @inline(__always)
  func take() -> UnsafeMutableRawPointer {
    guard freeBlockCount > 0 else {
      return .allocate(byteCount: Self.blockSize, alignment: 16)
    }
    freeBlockCount -= 1
    return unsafe free[freeBlockCount]
  }

  @inline(__always)
  func giveBack(_ block: UnsafeMutableRawPointer) {
    guard freeBlockCount < Self.keptBlocks else { return unsafe letGo(of: block) }
    unsafe (free + freeBlockCount).initialize(to: block)
    freeBlockCount += 1
  }

  /// Gives memory back to the system, as soon as no bytes in it can be lent any more.
  func letGo(of memory: UnsafeMutableRawPointer) {
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
