import LocalSockets
import Testing

@Suite("Fifo")
struct FifoTests {
  @Test func `values leave in the order in which they came`() {
    var fifo = Fifo<Int>()
    var left: [Int?] = []

    for value in 0..<100 {
      fifo.append(value)
      if value % 3 != 0 { left.append(fifo.removeFirst()) }
    }
    while !fifo.isEmpty { left.append(fifo.removeFirst()) }

    #expect(left == Array(0..<100))
    #expect(fifo.removeFirst() == nil)
  }

  @Test func `the oldest and the newest can be changed in place`() {
    var fifo = Fifo<Int>()
    for value in 1...3 { fifo.append(value) }
    fifo.removeFirst()

    fifo.first? += 10
    fifo.last? += 20

    #expect(fifo.count == 2)
    #expect(fifo.removeFirst() == 12)
    #expect(fifo.removeFirst() == 23)
  }

  @Test func `an empty one has neither`() {
    var fifo = Fifo<Int>()

    fifo.first = 1
    fifo.last = 1

    #expect(fifo.first == nil)
    #expect(fifo.last == nil)
    #expect(fifo.isEmpty)
  }
}
