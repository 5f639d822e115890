import Testing

@testable import LocalSockets

@Suite("Direct attempts")
struct DirectAttemptsTests {
  @Test func `tries that keep failing grow rarer`() {
    var attempts = DirectAttempts()

    let pauses = (0..<4).map { _ in Self.turnsSkippedAfterFailing(&attempts) }

    #expect(pauses == [256, 512, 1024, 2048])
  }

  @Test func `the pause has a limit`() {
    var attempts = DirectAttempts()

    for _ in 0..<12 { _ = Self.turnsSkippedAfterFailing(&attempts) }

    #expect(Self.turnsSkippedAfterFailing(&attempts) == 65536)
  }

  @Test func `a success makes tries frequent again`() {
    var attempts = DirectAttempts()
    _ = Self.turnsSkippedAfterFailing(&attempts)
    _ = Self.turnsSkippedAfterFailing(&attempts)

    attempts.succeeded()

    #expect(Self.turnsSkippedAfterFailing(&attempts) == 256)
  }

  /// Fails until the tries stop, and counts the turns until the next one.
  private static func turnsSkippedAfterFailing(_ attempts: inout DirectAttempts) -> Int {
    while attempts.shouldTry() { attempts.failed() }
    var turns = 1
    while !attempts.shouldTry() { turns += 1 }
    return turns
  }
}
