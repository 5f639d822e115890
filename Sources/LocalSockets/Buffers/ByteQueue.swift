import Glibc

/// Bytes in the order of their arrival, in one contiguous piece of memory.
///
/// Bytes are put in by appending, or by letting the kernel write into ``space(atLeast:)``. They leave
/// at the front, where single ones can be put back. An empty queue holds no memory.
@safe
package struct ByteQueue: ~Copyable {
  let pool: BufferPool
  private var storage: UnsafeMutableRawPointer?
  private var capacity = 0
  /// Where the first byte stands in the storage.
  private var head = 0
  package private(set) var count = 0
  /// The bytes from `searchStart` up to here are known to hold no line end, so that none is looked at
  /// twice.
  package private(set) var scanned = 0
  private var searchStart = 0

  package init(pool: BufferPool) {
    self.pool = pool
  }

  deinit {
    if let storage = unsafe storage { unsafe pool.giveBack(storage, size: capacity) }
  }

  package var isEmpty: Bool { count == 0 }

  /// The bytes; valid until the queue is next changed.
  package var bytes: UnsafeRawBufferPointer {
    guard let storage = unsafe storage else {
      return unsafe UnsafeRawBufferPointer(start: nil, count: 0)
    }
    return unsafe UnsafeRawBufferPointer(start: storage + head, count: count)
  }

  /// Some of the bytes; valid until the queue is next changed.
  @inline(__always)
  func bytes(from start: Int, count: Int) -> UnsafeRawBufferPointer {
    precondition(
      start >= 0 && count >= 0 && start + count <= self.count,
      "bytes that are not there"
    )
    return unsafe UnsafeRawBufferPointer(
      start: storage.map { unsafe $0 + head + start },
      count: count
    )
  }

  /// Adds a copy of bytes at the end.
  package mutating func append(_ bytes: UnsafeRawBufferPointer) {
    guard let source = bytes.baseAddress, bytes.count > 0 else { return }
    let target = unsafe space(atLeast: bytes.count)
    unsafe target.baseAddress?.copyMemory(from: source, byteCount: bytes.count)
    count += bytes.count
  }

  /// The free memory behind the last byte, to be written into before ``commit(_:)``.
  @inline(__always)
  package mutating func space(
    atLeast minimum: Int,
    atMost maximum: Int = .max
  ) -> UnsafeMutableRawBufferPointer {
    let minimum = min(minimum, maximum)
    if capacity - head - count < minimum { makeSpace(atLeast: minimum) }
    guard let storage = unsafe storage else {
      preconditionFailure("a queue with space has storage")
    }
    let end = head + count
    let size = min(capacity - end, maximum)
    return unsafe UnsafeMutableRawBufferPointer(start: storage + end, count: size)
  }

  /// Makes the first bytes of the space part of the queue; 0 leaves it as it was.
  package mutating func commit(_ added: Int) {
    precondition(added >= 0 && head + count + added <= capacity, "more was added than fits")
    count += added
    if count == 0 { clear() }
  }

  /// Puts a byte in front of all others.
  package mutating func prepend(_ byte: UInt8) {
    if head == 0 { makeSpaceInFront() }
    head -= 1
    count += 1
    unsafe storage?.storeBytes(of: byte, toByteOffset: head, as: UInt8.self)
    searchStart += 1
    scanned += 1
  }

  /// Removes bytes at the front.
  @inline(__always)
  package mutating func consume(_ removed: Int) {
    precondition(removed >= 0 && removed <= count, "more was taken than is there")
    if removed == count { clear() } else { advance(removed) }
  }

  private mutating func advance(_ removed: Int) {
    head += removed
    count -= removed
    searchStart = max(0, searchStart - removed)
    scanned = max(0, scanned - removed)
  }

  /// Removes bytes that stand behind others, at the cost of moving those.
  package mutating func remove(_ removed: Int, at offset: Int) {
    precondition(offset >= 0 && offset + removed <= count, "more was taken than is there")
    if let storage = unsafe storage, offset > 0 {
      unsafe (storage + head + removed).copyMemory(from: storage + head, byteCount: offset)
      searchStart = 0
      scanned = 0
    }
    consume(removed)
  }

  /// Removes all bytes and lets go of the memory.
  @inline(__always)
  package mutating func clear() {
    if unsafe storage != nil { giveBackStorage() }
  }

  private mutating func giveBackStorage() {
    if let storage = unsafe storage { unsafe pool.giveBack(storage, size: capacity) }
    unsafe storage = nil
    capacity = 0
    head = 0
    count = 0
    searchStart = 0
    scanned = 0
  }

  /// The length of the line that begins at an offset, with its line feed, or nil when there is no
  /// line feed.
  package mutating func lineLength(from offset: Int = 0) -> Int? {
    if offset < searchStart || offset > scanned {
      searchStart = offset
      scanned = offset
    }
    guard scanned < count, let start = unsafe storage.map({ unsafe UnsafeRawPointer($0 + head) })
    else { return nil }
    // Found before, by one who only asked whether there is a line.
    if unsafe start.load(fromByteOffset: scanned, as: UInt8.self) == UInt8(ascii: "\n") {
      return scanned + 1 - offset
    }
    guard let found = unsafe memchr(start + scanned, CInt(UInt8(ascii: "\n")), count - scanned)
    else {
      scanned = count
      return nil
    }
    scanned = unsafe UnsafeRawPointer(found) - start
    return scanned + 1 - offset
  }
}

// Memory.
extension ByteQueue {
  private mutating func makeSpace(atLeast minimum: Int) {
    guard capacity == 0 else { return moveToMakeSpace(atLeast: minimum) }
    let memory = unsafe pool.take(atLeast: minimum)
    unsafe storage = memory.baseAddress
    capacity = memory.count
  }

  private mutating func moveToMakeSpace(atLeast minimum: Int) {
    let needed = count + minimum
    // Moving the bytes to the front must be paid for by at least as many bytes that have left.
    if needed <= capacity && head >= count {
      if let storage = unsafe storage {
        unsafe storage.copyMemory(from: storage + head, byteCount: count)
      }
      head = 0
    } else {
      unsafe move(to: pool.take(atLeast: max(needed, 2 * capacity)))
    }
  }

  /// Puts the bytes into the middle of storage that has at least as much space as bytes, so that
  /// the next move is as many bytes away.
  private mutating func makeSpaceInFront() {
    if unsafe storage == nil { _ = unsafe space(atLeast: 1) }
    if capacity < 2 * count {
      let memory = unsafe pool.take(atLeast: 2 * capacity)
      unsafe move(to: memory, at: (memory.count - count) / 2)
    } else if let storage = unsafe storage {
      let middle = (capacity - count) / 2
      unsafe (storage + middle).copyMemory(from: storage, byteCount: count)
      head = middle
    }
  }

  private mutating func move(to memory: UnsafeMutableRawBufferPointer, at offset: Int = 0) {
    if let old = unsafe storage, let new = memory.baseAddress {
      unsafe (new + offset).copyMemory(from: old + head, byteCount: count)
      unsafe pool.giveBack(old, size: capacity)
    }
    unsafe storage = memory.baseAddress
    capacity = memory.count
    head = offset
  }
}
