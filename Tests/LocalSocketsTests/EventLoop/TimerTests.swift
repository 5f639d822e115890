import LocalSockets
import TestSupport
import Testing

@Suite("EventLoop timers")
struct TimerTests {
  private final class Log {
    var entries: [Int] = []
  }

  private let log = Log()
  private let loop: EventLoop

  init() throws {
    loop = try EventLoop()
  }

  @Test func `timers fire by their instants`() throws {
    let now = Deadline.now
    for number in [3, 1, 2, 5, 4] {
      let due = Deadline(nanoseconds: now.nanoseconds - 100 + Int64(number))
      loop.schedule(at: due) { [log] in log.entries.append(number) }
    }

    try loop.turn(until: .now)

    #expect(log.entries == [1, 2, 3, 4, 5])
  }

  @Test func `timers of one instant fire in the order in which they were scheduled`() throws {
    let due = Deadline.now
    for number in 0..<100 { loop.schedule(at: due) { [log] in log.entries.append(number) } }

    try loop.turn(until: .now)

    #expect(log.entries == Array(0..<100))
  }

  @Test func `cancelled timers do not fire, wherever they stand`() throws {
    let base = Deadline.now.nanoseconds
    let timers = (0..<50).map { number in
      loop.schedule(at: Deadline(nanoseconds: base - Int64((number * 37) % 50))) { [log] in
        log.entries.append(number)
      }
    }
    for number in stride(from: 0, to: 50, by: 3) { timers[number].cancel() }

    try loop.turn(until: .now)

    let expected = (0..<50).filter { $0 % 3 != 0 }.sorted { ($0 * 37) % 50 > ($1 * 37) % 50 }
    #expect(log.entries == expected)
    #expect(!loop.hasPendingTimers)
  }

  @Test func `a timer that a firing schedules waits for the next turn, though it is due`() throws {
    loop.schedule(at: .now) { [log, loop] in
      log.entries.append(1)
      loop.schedule(at: .now) { log.entries.append(2) }
    }

    try loop.turn(until: .now)
    #expect(log.entries == [1])
    try loop.turn(until: .now)
    #expect(log.entries == [1, 2])
  }

  @Test func `a timer can be cancelled by one that fires before it`() throws {
    let due = Deadline.now
    var second: EventLoop.Timer?
    loop.schedule(at: due) { second?.cancel() }
    second = loop.schedule(at: due) { [log] in log.entries.append(2) }

    try loop.turn(until: .now)

    #expect(log.entries.isEmpty)
  }

  @Test func `a repeated timer fires until it is cancelled`() throws {
    var timer: EventLoop.Timer?
    timer = loop.schedule(every: .milliseconds(1)) { [log] in
      log.entries.append(log.entries.count)
      if log.entries.count == 3 { timer?.cancel() }
    }

    #expect(try loop.run(until: { log.entries.count == 3 }))
    try loop.runReady()

    #expect(timer?.isPending == false)
    #expect(log.entries.count == 3)
    timer = nil  // the timer's own action holds it through the variable
  }

  @Test func `firings that were missed are not made up for`() throws {
    let timer = loop.schedule(every: .milliseconds(1)) { [log] in log.entries.append(0) }
    let late = Deadline.after(.milliseconds(20))
    while !late.isPast {}

    try loop.turn(until: .now)

    #expect(log.entries.count == 1)
    timer.cancel()
  }

  @Test func `a timer that has fired can be scheduled again`() throws {
    let timer = loop.schedule(at: .now) { [log] in log.entries.append(0) }
    try loop.turn(until: .now)
    #expect(!timer.isPending)

    timer.reschedule(at: .now)
    try loop.turn(until: .now)

    #expect(log.entries.count == 2)
  }

  @Test func `a sleep ends when a timer is due`() throws {
    loop.schedule(at: .after(.milliseconds(2))) { [log] in log.entries.append(0) }

    #expect(try loop.run(until: { log.entries.count == 1 }))
  }
}
