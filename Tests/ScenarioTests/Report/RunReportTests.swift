import Scenario
import Testing

@Suite("Run report")
struct RunReportTests {
  private let report = RunReport()

  private let passed = ScenarioResult(
    file: "qmp/cont.lua",
    name: "cont replies",
    line: 3,
    duration: .milliseconds(12),
    outcome: .passed
  )
  private let skipped = ScenarioResult(
    file: "redis.lua",
    duration: .zero,
    outcome: .skipped(reason: "needs env:REDIS_SOCKET")
  )
  private let failed = ScenarioResult(
    file: "ctl/reload.lua",
    name: "SIGHUP reloads",
    line: 5,
    duration: .seconds(5),
    outcome: .failed(
      Failure(
        .timeout,
        "waited 5.000s (default deadline) for a message on «ctl» matching { gen = 2 }",
        at: ScriptLocation(file: "ctl/reload.lua", line: 9)
      )
    )
  )

  @Test func `each scenario has a line with its outcome`() {
    #expect(report.progress(passed) == "✓ qmp/cont.lua › cont replies  0.012s")
    #expect(report.progress(skipped) == "- redis.lua  skipped: needs env:REDIS_SOCKET")
    #expect(report.progress(failed) == "✗ ctl/reload.lua › SIGHUP reloads  5.000s")
  }

  @Test func `the summary gives the numbers and the reason of each failure`() {
    let results = [passed, failed, skipped, passed]
    let lines = report.summary(RunTally(results, elapsed: .milliseconds(5040)))

    let expected = """
      4 scenarios in 5.0s (seed 0): 2 passed, 1 failed, 1 skipped
        TIMEOUT  ctl/reload.lua:9  waited 5.000s (default deadline) for a message on
          «ctl» matching { gen = 2 }
      """
    #expect(lines.joined(separator: "\n") == expected)
  }

  @Test func `a run of one scenario is in the singular`() {
    #expect(
      report.summary(RunTally([passed], elapsed: .milliseconds(12))) == [
        "1 scenario in 0.012s (seed 0): 1 passed"
      ]
    )
  }

  @Test func `a run without scenarios says so`() {
    #expect(report.summary(RunTally()) == ["no scenario ran (seed 0)"])
  }

  @Test func `colour marks the outcome only when asked for`() {
    let colored = RunReport(format: ReportFormat(style: .ansi))

    #expect(colored.progress(passed) == "\u{1B}[32m✓\u{1B}[0m qmp/cont.lua › cont replies  0.012s")
  }

  @Test func `control characters of a name do not reach the terminal`() {
    let result = ScenarioResult(
      file: "a.lua",
      name: "x\u{1B}]0;title\u{7}\nnext",
      duration: .zero,
      outcome: .passed
    )

    #expect(report.progress(result) == #"✓ a.lua › x\x1b]0;title\x07\nnext  0.000s"#)
  }
}
