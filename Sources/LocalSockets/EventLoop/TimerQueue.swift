/// The timers that have yet to fire, the earliest first and those of one instant in the order in
/// which they were scheduled: a binary heap in which each timer knows its place.
struct TimerQueue {
  private struct Entry {
    let deadline: Deadline
    let sequence: UInt64
    let timer: EventLoop.Timer

    func precedes(_ other: Entry) -> Bool {
      (deadline, sequence) < (other.deadline, other.sequence)
    }
  }

  private var heap: [Entry] = []
  /// The number of the next timer to be inserted.
  private(set) var nextSequence: UInt64 = 0

  var count: Int { heap.count }
  var earliest: Deadline? { heap.first?.deadline }

  mutating func insert(_ timer: EventLoop.Timer, at deadline: Deadline) {
    heap.append(Entry(deadline: deadline, sequence: nextSequence, timer: timer))
    nextSequence += 1
    timer.position = heap.count - 1
    siftUp(from: heap.count - 1)
  }

  /// Takes a timer out wherever it stands; one that is not in the queue is left alone.
  mutating func remove(_ timer: EventLoop.Timer) {
    guard let position = timer.position else { return }
    let last = heap.count - 1
    if position != last { exchange(position, last) }
    heap.removeLast()
    timer.position = nil
    guard position < heap.count else { return }
    siftUp(from: position)
    siftDown(from: position)
  }

  /// Takes out the earliest timer if it is due and was inserted before a number was given out.
  mutating func removeDue(at instant: Deadline, insertedBefore sequence: UInt64) -> EventLoop.Timer?
  {
    guard let first = heap.first, first.deadline <= instant, first.sequence < sequence
    else { return nil }
    remove(first.timer)
    return first.timer
  }

  private mutating func siftUp(from start: Int) {
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].precedes(heap[parent]) else { return }
      exchange(child, parent)
      child = parent
    }
  }

  private mutating func siftDown(from start: Int) {
    var parent = start
    while true {
      var first = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
        if heap[child].precedes(heap[first]) { first = child }
      }
      if first == parent { return }
      exchange(parent, first)
      parent = first
    }
  }

  private mutating func exchange(_ first: Int, _ second: Int) {
    heap.swapAt(first, second)
    heap[first].timer.position = first
    heap[second].timer.position = second
  }
}
