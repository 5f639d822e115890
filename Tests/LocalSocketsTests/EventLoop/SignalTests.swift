import LocalSockets
import Testing

@Suite("Signal")
struct SignalTests {
  private final class Log {
    var entries: [String] = []
  }

  private let log = Log()
  private let signal = Signal<Int>()

  @Test func `handlers are called in the order in which they were connected`() {
    signal.connect { [log] in log.entries.append("a\($0)") }
    signal.connect { [log] in log.entries.append("b\($0)") }

    signal.emit(1)

    #expect(log.entries == ["a1", "b1"])
  }

  @Test func `a handler that is disconnected during an emission is not called by it`() {
    var second: Connection?
    signal.connect { [log] _ in
      log.entries.append("a")
      second?.disconnect()
    }
    second = signal.connect { [log] _ in log.entries.append("b") }

    signal.emit(1)

    #expect(log.entries == ["a"])
    second = nil
  }

  @Test func `a handler that disconnects itself leaves the others called`() {
    var first: Connection?
    first = signal.connect { [log] _ in
      log.entries.append("a")
      first?.disconnect()
    }
    signal.connect { [log] _ in log.entries.append("b") }

    signal.emit(1)
    signal.emit(2)

    #expect(log.entries == ["a", "b", "b"])
  }

  @Test func `a handler that is connected during an emission is first called by the next`() {
    signal.connect { [log, unowned signal] _ in
      log.entries.append("a")
      if log.entries.count == 1 { signal.connect { _ in log.entries.append("b") } }
    }

    signal.emit(1)
    #expect(log.entries == ["a"])
    signal.emit(2)
    #expect(log.entries == ["a", "a", "b"])
  }

  @Test func `an emission inside an emission reaches every handler`() {
    signal.connect { [log, unowned signal] in
      log.entries.append("a\($0)")
      if $0 == 1 { signal.emit(2) }
    }
    signal.connect { [log] in log.entries.append("b\($0)") }

    signal.emit(1)

    #expect(log.entries == ["a1", "a2", "b2", "b1"])
  }

  @Test func `a disconnected handler is let go at once`() {
    weak var held: Log?
    let connection: Connection
    do {
      let captured = Log()
      held = captured
      connection = signal.connect { _ in captured.entries.append("x") }
    }
    #expect(held != nil)

    connection.disconnect()

    #expect(held == nil)
    #expect(signal.isEmpty)
  }

  @Test func `a handler that was disconnected before takes no other with it`() {
    let first = signal.connect { _ in }
    first.disconnect()
    signal.connect { [log] in log.entries.append("a\($0)") }
    let third = signal.connect { _ in }
    third.disconnect()
    signal.connect { [log] in log.entries.append("b\($0)") }

    first.disconnect()
    third.disconnect()
    signal.emit(1)

    #expect(log.entries == ["a1", "b1"])
  }

  @Test func `handlers that are told nothing are called in their order too`() {
    let signal = Signal<Void>()
    let first = signal.connect { [log] in log.entries.append("a") }
    signal.emit(())
    signal.connect { [log] in log.entries.append("b") }
    signal.emit(())
    first.disconnect()
    signal.emit(())

    #expect(log.entries == ["a", "a", "b", "b"])
  }

  @Test func `a handler may be connected anew by each emission without end`() {
    signal.connect { _ in }
    var count = 0
    var again: Connection?
    func arm() {
      again = signal.connect { _ in
        again?.disconnect()
        count += 1
        arm()
      }
    }
    arm()

    // With the places of all that are gone this would take minutes.
    for number in 0..<40_000 { signal.emit(number) }

    #expect(count == 40_000)
    again?.disconnect()
    again = nil
  }
}
