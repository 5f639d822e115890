/// What was written and the kernel has not taken yet, in its order.
///
/// Small writes gather in one piece of memory, so that they leave together. A large one is kept where
/// it is, because copying it costs about what sending it costs. What little waits before it, as a header
/// before its body, is then kept as well, and leaves with it; more than that it joins.
package struct SendQueue: ~Copyable {
  /// The size from which a write is not copied, in bytes.
  package static let leastKept = 32768

  /// Nil unless there are some, which stand before all that has gathered.
  private var kept: KeptWrites?
  private var gathered: ByteQueue

  package init(pool: BufferPool) {
    gathered = ByteQueue(pool: pool)
  }

  package var count: Int { gathered.count + (kept?.count ?? 0) }
  package var isEmpty: Bool { kept == nil && gathered.isEmpty }

  /// Whether a write of so many bytes is kept as it is.
  @inline(__always)
  package func keeps(_ count: Int) -> Bool {
    count >= Self.leastKept && gathered.count < Self.leastKept
  }

  /// Adds a write that ``keeps(_:)`` speaks for, without copying it.
  package mutating func keep(_ bytes: [UInt8]) {
    keep(.own(bytes))
  }

  /// Adds a write that ``keeps(_:)`` speaks for, and lets go of its lender when it has left.
  package mutating func keep(_ bytes: any LentBytes) {
    keep(.lent(bytes))
  }

  private mutating func keep(_ write: KeptWrite) {
    assert(keeps(write.count), "a write that belongs to others before it")
    let kept = kept ?? KeptWrites(pool: gathered.pool)
    if !gathered.isEmpty {
      kept.append(.own(unsafe [UInt8](gathered.bytes)))
      gathered.clear()
    }
    kept.append(write)
    self.kept = kept
  }

  /// Adds a copy of bytes.
  package mutating func append(_ bytes: UnsafeRawBufferPointer) {
    unsafe gathered.append(bytes)
  }

  /// Lends the first bytes, as many as lie together in memory.
  @inline(__always)
  package func withFirstBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard let kept else { return unsafe try body(gathered.bytes) }
    return unsafe try kept.withFirstBytes(body)
  }

  /// Lends the first bytes as ``withFirstBytes(_:)`` does and, where these are few, those behind them.
  @inline(__always)
  package func withLeavingBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer?) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard let kept else { return unsafe try body(gathered.bytes, nil) }
    return unsafe try kept.withLeavingBytes(body)
  }

  /// Removes bytes at the front, none beyond those that are lent.
  @inline(__always)
  package mutating func consume(_ removed: Int) {
    guard let kept else { return gathered.consume(removed) }
    kept.consume(removed)
    if kept.count == 0 { self.kept = nil }
  }

  /// Removes bytes that stand behind others; see ``gather()``.
  package mutating func remove(_ removed: Int, at offset: Int) {
    assert(kept == nil, "bytes that were not gathered")
    gathered.remove(removed, at: offset)
  }

  /// Brings all bytes together in memory, where writes have boundaries that no array may hide.
  package mutating func gather() {
    guard let kept = kept.take() else { return }
    let behind = unsafe [UInt8](gathered.bytes)
    gathered.clear()
    while kept.count > 0 {
      let length = unsafe kept.withFirstBytes {
        unsafe gathered.append($0)
        return $0.count
      }
      kept.consume(length)
    }
    unsafe behind.withUnsafeBytes { unsafe gathered.append($0) }
  }

  /// Removes all bytes and lets go of the memory.
  package mutating func clear() {
    kept = nil
    gathered.clear()
  }
}

/// Bytes that belong to somebody else, and stay unchanged as long as this object lives.
package protocol LentBytes: AnyObject {
  /// The bytes, always the same; but where they lie may change between two uses of this.
  @unsafe var bytes: UnsafeRawBufferPointer { get }
}

/// A large write, in memory of its own or of its lender's.
private enum KeptWrite {
  case own([UInt8])
  case lent(any LentBytes)

  /// What a lent write takes besides the bytes, which its lender counts, about.
  private static let lentSize = 256

  var count: Int {
    switch self {
    case .own(let bytes): bytes.count
    case .lent(let lender): unsafe lender.bytes.count
    }
  }

  /// What it takes of the memory that the pool counts, until it has left altogether.
  var heldBytes: Int {
    switch self {
    case .own(let bytes): bytes.count
    case .lent: Self.lentSize
    }
  }

  func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    switch self {
    case .own(let bytes):
      unsafe try bytes.span.bytes.withUnsafeBytes { (bytes) throws(Failure) in
        unsafe try body(bytes)
      }
    case .lent(let lender):
      unsafe try body(lender.bytes)
    }
  }
}

/// Large writes that wait as they were made; a class, because most sockets never have one.
private final class KeptWrites {
  private var writes = Fifo<KeptWrite>()
  private(set) var count = 0
  /// How many bytes of the first write have left.
  private var sentOfFirst = 0
  private let pool: BufferPool

  init(pool: BufferPool) {
    self.pool = pool
  }

  deinit {
    while let write = writes.removeFirst() { pool.countBytes(-write.heldBytes) }
  }

  func append(_ write: KeptWrite) {
    writes.append(write)
    count += write.count
    pool.countBytes(write.heldBytes)
  }

  func withFirstBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    unsafe try writes[0].withBytes { (bytes) throws(Failure) in
      unsafe try body(UnsafeRawBufferPointer(rebasing: bytes[sentOfFirst...]))
    }
  }

  func withLeavingBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer?) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    unsafe try withFirstBytes { (first) throws(Failure) in
      guard first.count < SendQueue.leastKept, writes.count > 1 else {
        return unsafe try body(first, nil)
      }
      return unsafe try writes[1].withBytes { (second) throws(Failure) in
        unsafe try body(first, second)
      }
    }
  }

  func consume(_ removed: Int) {
    count -= removed
    sentOfFirst += removed
    while let size = writes.first?.count, sentOfFirst >= size, let first = writes.removeFirst() {
      pool.countBytes(-first.heldBytes)
      sentOfFirst -= size
    }
  }
}
