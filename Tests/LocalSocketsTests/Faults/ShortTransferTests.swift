#if DEBUG
import LocalSockets
import TestSupport
import Testing

@Suite("Short sends and receives")
struct ShortTransferTests {
  private let bytes = Transfer.patternedBytes(100_000)

  private func pair(_ poller: PollerKind) throws -> (EventLoop, LocalSocket, LocalSocket) {
    let loop = try EventLoop(poller: poller)
    let (first, second) = try LocalSocket.pair(loop: loop)
    return (loop, first, second)
  }

  /// Plans by which calls handle a byte, or a few.
  enum Shortage: CaseIterable {
    case sends
    case receives
    case both
    case pattern

    var plan: FaultPlan {
      let plan = FaultPlan()
      switch self {
      case .sends: plan.shorten(.sending, to: 1)
      case .receives: plan.shorten(.receiving, to: 1)
      case .both:
        plan.shorten(.sending, to: 1)
        plan.shorten(.receiving, to: 1)
      case .pattern:
        plan.shorten(.sending, to: 1, 4096, 7, 100)
        plan.shorten(.receiving, to: 3, 1, 2000)
      }
      return plan
    }
  }

  @Test(arguments: PollerKind.allCases, Shortage.allCases)
  func `the loop carries all bytes both ways`(poller: PollerKind, shortage: Shortage) throws {
    let (loop, first, second) = try pair(poller)
    let plan = shortage.plan
    _ = first.write(bytes)
    _ = second.write(bytes)

    try plan.whileActive {
      let isComplete = try loop.run(
        until: {
          first.bytesAvailable == bytes.count && second.bytesAvailable == bytes.count
        },
        // A turn for each byte takes long under a sanitizer.
        within: .seconds(300)
      )
      #expect(isComplete)
    }

    #expect(plan.missedCalls.isEmpty)
    #expect(first.readAll() == bytes)
    #expect(second.readAll() == bytes)
  }

  @Test(arguments: [1, 10, 32_768])
  func `a header and its large body may leave in pieces`(size: Int) throws {
    let (loop, first, second) = try pair(.epoll)
    let plan = FaultPlan()
    plan.shorten(.sendmsg, to: size)
    _ = first.write([UInt8](bytes[..<10]))
    _ = first.write([UInt8](bytes[10...]))

    let isComplete = try plan.whileActive {
      try loop.run(until: { second.bytesAvailable == bytes.count }, within: .seconds(300))
    }

    #expect(isComplete)
    #expect(plan.missedCalls.isEmpty)
    #expect(second.readAll() == bytes)
  }

  @Test(arguments: Shortage.allCases)
  func `blocking waits carry all bytes both ways`(shortage: Shortage) throws {
    let (_, first, second) = try pair(.epoll)
    let plan = shortage.plan
    _ = first.write(bytes)
    _ = second.write(bytes)

    plan.whileActive {
      for (receiver, sender) in [(first, second), (second, first)] {
        while receiver.bytesAvailable < bytes.count {
          sender.flush()
          guard receiver.waitForReadyRead() else { break }
        }
      }
    }

    #expect(plan.missedCalls.isEmpty)
    #expect(first.readAll() == bytes)
    #expect(second.readAll() == bytes)
  }

  @Test(arguments: PollerKind.allCases, Shortage.allCases)
  func `a close sends all that is queued`(poller: PollerKind, shortage: Shortage) throws {
    let (loop, first, second) = try pair(poller)
    let plan = shortage.plan
    _ = first.write(Transfer.pattern)
    first.close()

    let hasEnded = try plan.whileActive {
      try loop.run(until: { second.state == .unconnected })
    }

    #expect(hasEnded)

    #expect(plan.missedCalls.isEmpty)
    #expect(second.readAll() == Transfer.pattern)
  }

  @Test func `what a peer sent before it went is taken in byte by byte`() throws {
    let (_, first, second) = try pair(.epoll)
    _ = second.write(Transfer.pattern)
    second.flush()
    second.abort()
    _ = first.write([1])

    #expect(!Shortage.receives.plan.whileActive { first.flush() })

    #expect(first.readAll() == Transfer.pattern)
  }
}
#endif
