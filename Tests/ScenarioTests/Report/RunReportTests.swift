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
        "waited 5.000s (default deadline) for { gen = 2 } on «ctl»",
        at: ScriptLocation(file: "ctl/reload.lua", line: 9)
      )
    )
  )

  @Test func `each scenario has a line with its outcome`() {
    #expect(report.progress(passed) == "✓ qmp/cont.lua › cont replies  0.012s")
    #expect(report.progress(skipped) == "- redis.lua  skipped: needs env:REDIS_SOCKET")
    #expect(report.progress(failed) == "✗ ctl/reload.lua › SIGHUP reloads  5.000s")
  }

  @Test func `the summary gives the numbers, and names what has failed with its reason`() {
    let results = [passed, failed, skipped, passed]
    let lines = report.summary(RunTally(results, elapsed: .milliseconds(5040)))

    let expected = """
      1 scenario failed, 2 passed, 1 skipped in 5.0s (seed 0)
        TIMEOUT  ctl/reload.lua:9 › SIGHUP reloads  waited 5.000s (default deadline)
          for { gen = 2 } on «ctl»
      """
    #expect(lines.joined(separator: "\n") == expected)
  }

  /// A run in which as many scenarios have failed.
  private func tally(failures count: Int) -> RunTally {
    let failures = (1...count).map { number in
      var result = ScenarioResult(
        file: "a.lua",
        name: "number \(number)",
        line: number,
        duration: .zero,
        outcome: .failed(
          Failure(.assertion, "wrong", at: ScriptLocation(file: "a.lua", line: number))
        )
      )
      result.options = ["-D", "size=3"]
      result.usesSeed = number == 4
      result.run.seed = 7
      return result
    }
    var tally = RunTally(failures)
    tally.run.paths = ["tests/my scripts"]
    tally.run.filters = ["-k", "ab"]
    return tally
  }

  @Test func `of many failures the summary names the first ones, and says how to run all again`() {
    let lines = report.summary(tally(failures: 12))

    #expect(lines[1] == "  FAIL  a.lua:1 › number 1  wrong")
    #expect(
      lines.dropFirst(10) == [
        "  FAIL  a.lua:10 › number 10  wrong",
        "  and 2 more",
        #"  again  parley run a.lua:1 a.lua:2 a.lua:3 a.lua:4 a.lua:5 a.lua:6 a.lua:7 \"#,
        "         a.lua:8 a.lua:9 a.lua:10 a.lua:11 a.lua:12 -D size=3 --seed 7",
      ]
    )
  }

  @Test func `failures that no short command names are run again by the list that is kept`() {
    var tally = tally(failures: 50)
    tally.areFailuresListed = true

    #expect(
      report.summary(tally).suffix(2) == [
        "  and 40 more",
        "  again  parley run 'tests/my scripts' -k ab --last-failed -D size=3 --seed 7",
      ]
    )
  }

  @Test func `failures that no short command names and no list keeps are not run again`() {
    #expect(report.summary(tally(failures: 50)).last == "  and 40 more")
  }

  @Test func `a scenario that has failed in several rounds is run again by its own command`() {
    #expect(!report.summary(RunTally([failed, failed])).contains { $0.hasPrefix("  again") })
  }

  @Test func `failures of several runs are run again by no single command`() {
    var tally = tally(failures: 2)
    tally.isMerged = true

    #expect(!report.summary(tally).contains { $0.hasPrefix("  again") })
  }

  @Test func `a run of one scenario is in the singular`() {
    #expect(
      report.summary(RunTally([passed], elapsed: .milliseconds(12))) == [
        "1 scenario passed in 0.012s (seed 0)"
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
