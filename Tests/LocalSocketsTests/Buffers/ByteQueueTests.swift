import LocalSockets
import Testing

@Suite("ByteQueue")
struct ByteQueueTests {
  private let pool = BufferPool()

  @Test(arguments: 0..<8)
  func `any sequence of operations leaves the bytes that a plain array would hold`(
    seed: UInt64
  ) {
    var random = SplitMix(state: seed)
    var queue = ByteQueue(pool: pool)
    var model: [UInt8] = []
    for _ in 0..<2000 {
      switch Int.random(in: 0..<12, using: &random) {
      case 0, 1:
        let bytes = randomBytes(upTo: 40_000, &random)
        append(bytes, to: &queue)
        model += bytes
      case 2:
        let bytes = randomBytes(upTo: 5000, &random)
        fill(&queue, with: bytes)
        model += bytes
      case 3:
        let offset = Int.random(in: 0...model.count, using: &random)
        let found = model[offset...].firstIndex(of: 10)
        #expect(queue.lineLength(from: offset) == found.map { $0 + 1 - offset })
      case 4:
        #expect(queue.lineLength() == model.firstIndex(of: 10).map { $0 + 1 })
      case 5:
        let bytes = randomBytes(upTo: 300, &random)
        for byte in bytes { queue.prepend(byte) }
        model.insert(contentsOf: bytes.reversed(), at: 0)
      case 6:
        let offset = Int.random(in: 0...model.count, using: &random)
        let count = Int.random(in: 0...model.count - offset, using: &random)
        queue.remove(count, at: offset)
        model.removeSubrange(offset..<offset + count)
      default:
        let count = Int.random(in: 0...model.count, using: &random)
        queue.consume(count)
        model.removeFirst(count)
      }
      #expect(queue.count == model.count)
    }
    #expect(contents(of: queue) == model)
  }

  @Test func `a queue that was emptied gives its block back`() {
    var queue = ByteQueue(pool: pool)
    append([1, 2, 3], to: &queue)
    #expect(pool.freeBlockCount == 0)

    queue.consume(3)

    #expect(pool.freeBlockCount == 1)
  }

  @Test func `a small message takes little where many have blocks`() {
    let taken = unsafe (1..<BufferPool.keptBlocks).map { _ in unsafe pool.take(atLeast: 1) }
    defer { for index in unsafe taken.indices { unsafe taken[index].deallocate() } }
    #expect(unsafe taken.allSatisfy { $0.count == BufferPool.blockSize })
    var queue = ByteQueue(pool: pool)

    append([1], to: &queue)
    #expect(unsafe queue.space(atLeast: 0).count == BufferPool.smallSize - 1)
    append([UInt8](repeating: 2, count: BufferPool.smallSize), to: &queue)

    let space = unsafe queue.space(atLeast: 0).count
    #expect(space == BufferPool.blockSize - BufferPool.smallSize - 1)
    #expect(contents(of: queue) == [1] + [UInt8](repeating: 2, count: BufferPool.smallSize))
  }

  @Test func `space that nothing was read into is given back`() {
    var queue = ByteQueue(pool: pool)
    _ = unsafe queue.space(atLeast: 10)

    queue.commit(0)

    #expect(pool.freeBlockCount == 1)
  }

  @Test func `a search for a line end begins where the last one stopped`() {
    var queue = ByteQueue(pool: pool)
    for piece in 1...100 {
      append([UInt8](repeating: 97, count: 1000), to: &queue)
      let before = queue.scanned
      #expect(before == (piece - 1) * 1000)
      #expect(queue.lineLength() == nil)
      #expect(queue.scanned == piece * 1000)
    }

    append([10], to: &queue)

    #expect(queue.lineLength() == 100_001)
  }

  @Test func `a line end that was found is not searched for again`() {
    var queue = ByteQueue(pool: pool)
    append(Array("some line\nmore".utf8), to: &queue)
    _ = queue.lineLength()

    #expect(queue.scanned == 9)
    #expect(queue.lineLength() == 10)
  }

  @Test func `taking bytes keeps what is known of those behind them`() {
    var queue = ByteQueue(pool: pool)
    append(Array("abcdef".utf8), to: &queue)
    _ = queue.lineLength()

    queue.consume(2)

    #expect(queue.scanned == 4)
    append(Array("g\n".utf8), to: &queue)
    #expect(queue.lineLength() == 6)
  }

  @Test func `a search from an offset begins where the last one stopped`() {
    var queue = ByteQueue(pool: pool)
    append(Array("a\nbcdef".utf8), to: &queue)
    #expect(queue.lineLength(from: 2) == nil)
    #expect(queue.scanned == 7)

    append(Array("gh\n".utf8), to: &queue)

    #expect(queue.lineLength(from: 2) == 8)
    #expect(queue.lineLength() == 2)
  }

  @Test func `space is given up to a limit`() {
    var queue = ByteQueue(pool: pool)

    #expect(unsafe queue.space(atLeast: 100, atMost: 10).count == 10)
    #expect(unsafe queue.space(atLeast: 100).count >= 100)
    queue.commit(0)
  }

  @Test func `bytes that are put in front one by one are moved seldom`() {
    var queue = ByteQueue(pool: pool)
    for index in 0..<100_000 { queue.prepend(UInt8(truncatingIfNeeded: index)) }

    #expect(queue.count == 100_000)
    #expect(unsafe queue.bytes.last == 0)
    #expect(unsafe queue.bytes.first == UInt8(truncatingIfNeeded: 99_999))
  }

  private func append(_ bytes: [UInt8], to queue: inout ByteQueue) {
    unsafe bytes.withUnsafeBytes { unsafe queue.append($0) }
  }

  private func fill(_ queue: inout ByteQueue, with bytes: [UInt8]) {
    let space = unsafe queue.space(atLeast: bytes.count)
    unsafe space.copyBytes(from: bytes)
    queue.commit(bytes.count)
  }

  private func contents(of queue: borrowing ByteQueue) -> [UInt8] {
    unsafe [UInt8](queue.bytes)
  }

  private func randomBytes(upTo limit: Int, _ random: inout SplitMix) -> [UInt8] {
    let count = Int.random(in: 0...limit, using: &random)
    let usual = UInt8.random(in: 32...126, using: &random)
    var bytes = [UInt8](repeating: usual, count: count)
    if count > 0, Bool.random(using: &random) {
      bytes[Int.random(in: 0..<count, using: &random)] = 10
    }
    return bytes
  }
}

/// A generator whose sequence a seed determines.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
