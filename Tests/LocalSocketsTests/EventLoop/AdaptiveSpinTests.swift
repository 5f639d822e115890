import Testing

@testable import LocalSockets

@Suite("Adaptive spin")
struct AdaptiveSpinTests {
  private static let observed = AdaptiveSpin.sleepsObserved
  private static let judged = AdaptiveSpin.waitsJudged
  private static let long = AdaptiveSpin.longWait

  private var spin = AdaptiveSpin()

  @Test mutating func `short sleeps in a row start it`() {
    let waits = (0...Self.observed).map { _ in wait(1000) }

    #expect(waits == [AdaptiveSpin.Wait](repeating: .measured, count: Self.observed) + [.spinning])
  }

  @Test mutating func `a long sleep starts the count anew`() {
    for _ in 1..<Self.observed { wait(1000) }
    wait(Self.long)
    for _ in 1..<Self.observed { wait(1000) }

    #expect(nextWait() == .measured)
  }

  @Test mutating func `it goes on while waits are shorter than the sleeps were`() {
    start(afterSleepsOf: 1000)

    for _ in 0..<(10 * Self.judged) { wait(800) }

    #expect(nextWait() == .spinning)
  }

  @Test mutating func `it ends when waits are as long as the sleeps were`() {
    start(afterSleepsOf: 1000)

    for _ in 0..<Self.judged { wait(1000) }

    #expect(nextWait() == .unmeasured)
  }

  @Test mutating func `it ends with the first long wait`() {
    start(afterSleepsOf: Self.long - 1)

    wait(Self.long)

    #expect(nextWait() == .unmeasured)
  }

  @Test mutating func `the sleeps of a pause are not measured, those after it are`() {
    start(afterSleepsOf: 1000)
    wait(Self.long)

    let waits = (0...AdaptiveSpin.leastPause).map { _ in nextWait() }

    #expect(waits.dropLast().allSatisfy { $0 == .unmeasured })
    #expect(waits.last == .measured)
  }

  @Test mutating func `pauses double while it does not pay`() {
    let pauses = (0..<4).map { _ in lengthOfPauseAfterFailing() }

    #expect(pauses == [16, 32, 64, 128])
  }

  @Test mutating func `the pause has a limit`() {
    for _ in 0..<13 { _ = lengthOfPauseAfterFailing() }

    #expect(lengthOfPauseAfterFailing() == 65536)
  }

  @Test mutating func `a success makes the pause short again`() {
    for _ in 0..<3 { _ = lengthOfPauseAfterFailing() }
    start(afterSleepsOf: 1000)
    for _ in 0..<Self.judged { wait(500) }

    #expect(lengthOfPauseAfterFailing() == 16)
  }

  @Test mutating func `waits that find something at once count as no time`() {
    start(afterSleepsOf: 1000)

    for _ in 0..<Self.judged {
      spin.foundAtOnce()
      wait(1500)
    }

    #expect(nextWait() == .spinning)
  }

  @Test mutating func `with one processor it never starts, and no sleep is measured any more`() {
    for _ in 0..<Self.observed { spin.waited(1000, processorCount: 1) }

    let waits = (0..<1000).map { _ in nextWait() }

    #expect(waits.allSatisfy { $0 == .unmeasured })
  }

  @Test mutating func `it asks for the processors once, and not before sleeps were short`() {
    var questions: [Int] = []
    func processorCount(after waits: Int) -> Int {
      questions.append(waits)
      return 2
    }

    for waits in 1...(100 * Self.observed) {
      while nextWait() == .unmeasured {}
      spin.waited(1000, processorCount: processorCount(after: waits))
    }

    #expect(questions == [Self.observed])
  }

  private mutating func nextWait() -> AdaptiveSpin.Wait {
    spin.nextWait()
  }

  @discardableResult
  private mutating func wait(_ nanoseconds: Int64) -> AdaptiveSpin.Wait {
    let wait = nextWait()
    spin.waited(nanoseconds, processorCount: 2)
    return wait
  }

  private mutating func start(afterSleepsOf nanoseconds: Int64) {
    for _ in 0..<Self.observed { wait(nanoseconds) }
  }

  /// Lets it start and fail, and counts the sleeps until they are measured again.
  private mutating func lengthOfPauseAfterFailing() -> Int {
    while nextWait() != .spinning { spin.waited(1000, processorCount: 2) }
    spin.waited(Self.long, processorCount: 2)
    var sleeps = 0
    while nextWait() == .unmeasured { sleeps += 1 }
    return sleeps
  }
}
