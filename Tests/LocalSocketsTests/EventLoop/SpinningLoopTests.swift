import Glibc
import LocalSockets
import TestSupport
import Testing

#if DEBUG
@Suite("Spinning before a sleep")
struct SpinningLoopTests {
  private let plan = FaultPlan()

  @Test(.enabled(if: SystemCalls.usableProcessorCount() > 1), arguments: PollerKind.allCases)
  func `after short sleeps the loop looks again and again before it sleeps`(
    poller: PollerKind
  ) throws {
    let loop = try EventLoop(poller: poller)

    #expect(try makeSpin(loop, poller))
  }

  @Test(.enabled(if: SystemCalls.usableProcessorCount() > 1), arguments: PollerKind.allCases)
  func `an idle loop sleeps without looking`(poller: PollerKind) throws {
    let loop = try EventLoop(poller: poller)
    try #require(try makeSpin(loop, poller))

    let looks = try (0..<5).map { _ in try looksOfIdleTurn(loop, poller) }

    #expect(looks == [1, 1, 1, 1, 1])
  }

  @Test(arguments: PollerKind.allCases)
  func `with one processor the loop never looks before it sleeps`(poller: PollerKind) throws {
    let loop = try EventLoop(poller: poller)
    plan.fail(.schedGetaffinity, with: EPERM)

    let hasSpun = try makeSpin(loop, poller)

    #expect(!hasSpun)
    #expect(plan.missedCalls.isEmpty)
  }

  @Test(.enabled(if: SystemCalls.usableProcessorCount() > 1), arguments: PollerKind.allCases)
  func `a loop that starves says so without looking twice`(poller: PollerKind) throws {
    let loop = try EventLoop(poller: poller)
    try #require(try makeSpin(loop, poller))
    try makeSleepsShort(loop)
    var starvations = 0
    loop.starved = { starvations += 1 }
    loop.isStarving = { true }

    let looks = try looksOfIdleTurn(loop, poller)

    #expect(looks == 1)
    #expect(starvations == 1)
  }

  /// Makes turns that have something to do at once, until one that has not looks more than once.
  ///
  /// What a loaded machine makes long is tried again. Returns whether there was such a turn.
  private func makeSpin(_ loop: EventLoop, _ poller: PollerKind) throws -> Bool {
    for _ in 0..<20 {
      try makeSleepsShort(loop)
      if try looksOfIdleTurn(loop, poller) > 1 { return true }
    }
    return false
  }

  private func makeSleepsShort(_ loop: EventLoop) throws {
    try plan.whileActive {
      for _ in 0..<100 {
        loop.wakeup.wake()
        try loop.turn(until: .never)
      }
    }
  }

  /// How often a turn in which nothing happens asks the kernel what is ready.
  private func looksOfIdleTurn(_ loop: EventLoop, _ poller: PollerKind) throws -> Int {
    let call: SystemCall = poller == .epoll ? .epollWait : .poll
    let before = plan.count(of: call)
    try plan.whileActive { try loop.turn(until: .after(.milliseconds(2))) }
    return plan.count(of: call) - before
  }
}
#endif
