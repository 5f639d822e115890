import Glibc
import LocalSockets
import Testing

@Suite("SystemCalls")
struct SystemCallsTests {
  @Test func `descriptors are close-on-exec and do not block`() throws {
    let pair = try SystemCalls.socketPair()

    #expect(fcntl(pair.first.number, F_GETFD) & FD_CLOEXEC != 0)
    #expect(fcntl(pair.second.number, F_GETFL) & O_NONBLOCK != 0)
  }

  @Test func `receiving from an empty socket is the value wouldBlock`() throws {
    let pair = try SystemCalls.socketPair()

    #expect(try receive(from: pair.first.number) == .wouldBlock)
  }

  @Test func `a descriptor that is not open is a trap`() async {
    await #expect(processExitsWith: .failure) {
      _ = try SystemCalls.accept(999)
    }
  }

  #if DEBUG
  @Test func `an interrupted call is made again`() throws {
    let pair = try SystemCalls.socketPair()
    let plan = FaultPlan()
    plan.fail(.recvmsg, with: EINTR, times: 3)

    let completion = try plan.whileActive { try receive(from: pair.first.number) }

    #expect(completion == .wouldBlock)
    #expect(plan.count(of: .recvmsg) == 4)
  }

  @Test func `an interrupted poll returns to its caller`() throws {
    let plan = FaultPlan()
    plan.fail(.poll, with: EINTR)

    let events = try plan.whileActive {
      try SystemCalls.pollOne(-1, events: 0, timeoutMilliseconds: -1)
    }

    #expect(events == 0)
    #expect(plan.count(of: .poll) == 1)
  }

  @Test func `an error of the world is thrown with its call`() throws {
    let pair = try SystemCalls.socketPair()
    let plan = FaultPlan()
    plan.fail(.recvmsg, with: ECONNRESET)

    let error = #expect(throws: SystemError.self) {
      try plan.whileActive { try receive(from: pair.first.number) }
    }

    #expect(error == SystemError(errno: ECONNRESET, systemCall: .recvmsg))
  }

  @Test func `a fault comes at its occurrence and as often as planned`() throws {
    let pair = try SystemCalls.socketPair()
    let plan = FaultPlan()
    plan.fail(.recvmsg, with: EIO, at: 2, times: 2)

    let outcomes = plan.whileActive {
      (1...4).map { _ in (try? receive(from: pair.first.number)) != nil }
    }

    #expect(outcomes == [true, false, false, true])
  }

  @Test func `calls are as short as planned, in turns and as often as planned`() throws {
    let pair = try SystemCalls.socketPair()
    let plan = FaultPlan()
    plan.shorten(.send, to: 1, 3, times: 3)

    let counts = try plan.whileActive {
      try (1...4).map { _ in
        unsafe try [UInt8](repeating: 7, count: 9).withUnsafeBytes {
          unsafe try SystemCalls.send(pair.first.number, $0)
        }
      }
    }

    #expect(counts == [.done(1), .done(3), .done(1), .done(9)])
  }

  @Test func `a plan knows which of its calls were never made`() throws {
    let pair = try SystemCalls.socketPair()
    let plan = FaultPlan()
    plan.fail(.recvmsg, with: EIO)
    plan.fail(.send, with: EIO)
    plan.shorten(.send, to: 1)
    #expect(plan.missedCalls == ["recvmsg", "send", "send"])

    _ = plan.whileActive { try? receive(from: pair.first.number) }

    #expect(plan.missedCalls == ["send", "send"])
  }
  #endif

  private func receive(from descriptor: CInt) throws(SystemError) -> Completion {
    unsafe try withUnsafeTemporaryAllocation(byteCount: 16, alignment: 1) {
      buffer throws(SystemError) in
      unsafe try SystemCalls.receive(descriptor, into: buffer, Envelope())
    }
  }
}
