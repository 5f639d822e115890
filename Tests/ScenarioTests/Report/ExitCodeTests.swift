import Scenario
import Testing

@Suite("Exit code")
struct ExitCodeTests {
  private static let passed = RunOutcome.passed
  private static let skipped = RunOutcome.skipped(reason: "no redis")

  @Test(
    arguments: [
      ([passed], 0), ([passed, skipped], 0), ([skipped, skipped], 77), ([], 4),
      ([passed, failed(.mismatch)], 1), ([failed(.timeout)], 1), ([failed(.deadlock)], 1),
      ([failed(.mismatch), failed(.environment)], 99),
      ([failed(.environment), failed(.loadError), passed], 3),
      ([failed(.loadError), failed(.internalError), failed(.environment)], 70),
      ([skipped, failed(.check)], 1),
      ([passed, .flaky(Failure(.timeout, "late"))], 1), ([failed(.crash)], 1),
    ] as [([RunOutcome], Int32)]
  )
  func `the most fundamental outcome decides`(outcomes: [RunOutcome], code: Int32) {
    let results = outcomes.map { ScenarioResult(file: "a.lua", duration: .zero, outcome: $0) }

    #expect(RunTally(results).exitCode.rawValue == code)
  }

  @Test func `the end by a signal is 128 and its number`() {
    #expect(ExitCode.signal(2).rawValue == 130)
  }

  private static func failed(_ kind: Failure.Kind) -> RunOutcome {
    .failed(Failure(kind, "broken"))
  }
}
