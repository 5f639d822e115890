import LocalSockets
import Testing

@Suite("Deadline")
struct DeadlineTests {
  @Test func `a deadline that never comes waits for ever`() {
    #expect(Deadline.never.timeoutMilliseconds() == -1)
    #expect(!Deadline.never.isPast)
  }

  @Test func `the present has come and leaves no time`() {
    #expect(Deadline.now.isPast)
    #expect(Deadline.now.timeoutMilliseconds() == 0)
  }

  @Test func `a part of a millisecond counts as a whole one`() {
    #expect(Deadline.after(.milliseconds(3_600_000)).timeoutMilliseconds() == 3_600_000)
    #expect(Deadline.after(.seconds(3600) - .microseconds(1)).timeoutMilliseconds() == 3_600_000)
  }

  @Test func `time beyond what a call takes is cut to the longest`() {
    #expect(Deadline.after(.seconds(100 * 86400)).timeoutMilliseconds() == .max)
  }

  @Test func `a duration beyond all time is never`() {
    #expect(Deadline.after(.seconds(Int64.max)) == .never)
  }

  @Test func `a negative duration has passed`() {
    #expect(Deadline.after(.seconds(-1)).isPast)
  }

  @Test(arguments: [999_999_999, 1_000_000_000, 30_000_000_000])
  func `an instant after so many nanoseconds is never early`(nanoseconds: Int64) {
    let earliest = Deadline.now.nanoseconds + nanoseconds
    let deadline = Deadline.after(nanoseconds: nanoseconds)
    let latest = Deadline.now.nanoseconds + nanoseconds + 10_000_000

    #expect((earliest...latest).contains(deadline.nanoseconds))
  }
}
