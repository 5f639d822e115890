import LocalSockets
import Testing

@Suite("SendQueue")
struct SendQueueTests {
  private let pool = BufferPool()
  private let large = [UInt8](repeating: 1, count: SendQueue.leastKept)
  private let other = [UInt8](repeating: 2, count: SendQueue.leastKept)

  @Test func `a large write is lent from the array that was written`() {
    var queue = SendQueue(pool: pool)
    queue.keep(large)

    let lent = unsafe queue.withFirstBytes { UInt(bitPattern: $0.baseAddress) }

    let written = unsafe large.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
    #expect(lent == written)
  }

  @Test func `a lent write lies where its lender has it, and goes with the last of its bytes`() {
    var queue = SendQueue(pool: pool)
    weak var trace: Lender?
    do {
      let lender = Lender(SendQueue.leastKept)
      trace = lender
      queue.keep(lender)
    }

    let lent = unsafe queue.withFirstBytes { UInt(bitPattern: $0.baseAddress) }
    let written = unsafe UInt(bitPattern: trace?.bytes.baseAddress)
    queue.consume(SendQueue.leastKept - 1)
    let isThere = trace != nil
    queue.consume(1)

    #expect(lent == written)
    #expect(isThere)
    #expect(trace == nil)
  }

  @Test func `a lent write takes little of the pool's memory, until it is dropped`() {
    var queue = SendQueue(pool: pool)
    let before = pool.heldBytes
    queue.keep(Lender(1 << 20))
    let queued = pool.heldBytes

    queue.clear()

    #expect((before + 1..<before + 1024).contains(queued))
    #expect(pool.heldBytes == before)
  }

  @Test func `the pool counts large writes until they have left`() {
    var queue = SendQueue(pool: pool)
    let before = pool.heldBytes
    queue.keep(large)
    queue.keep(other)
    let queued = pool.heldBytes

    queue.consume(large.count)
    let left = pool.heldBytes
    queue.clear()

    #expect(queued == before + large.count + other.count)
    #expect(left == before + other.count)
    #expect(pool.heldBytes == before)
  }

  @Test func `the pool counts the memory of small writes until they have left`() {
    var queue = SendQueue(pool: pool)
    append([UInt8](repeating: 3, count: 3 * BufferPool.blockSize), to: &queue)
    let queued = pool.heldBytes

    queue.clear()

    #expect(queued >= 3 * BufferPool.blockSize)
    #expect(pool.heldBytes <= BufferPool.blockSize)
  }

  @Test func `small writes follow large ones in their order`() {
    var queue = SendQueue(pool: pool)
    queue.keep(large)
    queue.keep(other)
    append([3], to: &queue)
    let count = queue.count

    let taken = takeAll(from: &queue, atOnce: 1000)

    #expect(count == taken.count)
    #expect(taken == large + other + [3])
  }

  @Test func `a large write stays where it is behind a few bytes, and leaves with them`() {
    var queue = SendQueue(pool: pool)
    append([3, 4], to: &queue)
    let isKept = queue.keeps(large.count)
    queue.keep(large)

    let lent = unsafe queue.withLeavingBytes {
      unsafe ([UInt8]($0), UInt(bitPattern: $1?.baseAddress))
    }

    let written = unsafe large.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
    #expect(isKept)
    #expect(lent.0 == [3, 4])
    #expect(lent.1 == written)
  }

  @Test func `what leaves may end in the second of two writes, or with it`() {
    var queue = SendQueue(pool: pool)
    append([3, 4], to: &queue)
    queue.keep(large)
    append([5], to: &queue)
    queue.keep(other)

    queue.consume(2 + large.count - 1)
    let first = unsafe queue.withFirstBytes { unsafe [UInt8]($0) }
    queue.consume(1 + 1)
    let second = unsafe queue.withFirstBytes { unsafe [UInt8]($0) }
    queue.consume(other.count)

    #expect(first == [1])
    #expect(second == other)
    let isEmpty = queue.isEmpty
    #expect(isEmpty)
  }

  @Test func `a large write leaves alone`() {
    var queue = SendQueue(pool: pool)
    queue.keep(large)
    queue.keep(other)

    let isAlone = unsafe queue.withLeavingBytes { unsafe $1 == nil }

    #expect(isAlone)
  }

  @Test func `a large write is not kept behind as many bytes`() {
    var queue = SendQueue(pool: pool)
    append([UInt8](repeating: 3, count: SendQueue.leastKept), to: &queue)

    let isKept = queue.keeps(SendQueue.leastKept)

    #expect(!isKept)
  }

  @Test func `gathering brings together what is left of all writes`() {
    var queue = SendQueue(pool: pool)
    queue.keep(large)
    queue.keep(other)
    append([3], to: &queue)
    queue.consume(10)

    queue.gather()

    let gathered = unsafe queue.withFirstBytes { unsafe [UInt8]($0) }
    #expect(gathered == large.dropFirst(10) + other + [3])
  }

  private func append(_ bytes: [UInt8], to queue: inout SendQueue) {
    unsafe bytes.withUnsafeBytes { unsafe queue.append($0) }
  }

  private func takeAll(from queue: inout SendQueue, atOnce limit: Int) -> [UInt8] {
    var taken: [UInt8] = []
    while !queue.isEmpty {
      let bytes = unsafe queue.withFirstBytes { unsafe [UInt8]($0.prefix(limit)) }
      taken += bytes
      queue.consume(bytes.count)
    }
    return taken
  }
}

/// Lends memory as long as it lives.
@safe
private final class Lender: LentBytes {
  let memory: UnsafeMutableRawBufferPointer

  init(_ count: Int) {
    unsafe memory = .allocate(byteCount: count, alignment: 1)
    unsafe memory.initializeMemory(as: UInt8.self, repeating: 4)
  }

  deinit { unsafe memory.deallocate() }

  var bytes: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(memory) }
}
