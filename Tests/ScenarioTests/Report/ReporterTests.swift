import Glibc
import TestSupport
import Testing

@testable import Scenario

@Suite("Reporters")
struct ReporterTests {
  /// Characters of every sort, among them all that XML forbids or treats specially.
  private static let hostile =
    String(String.UnicodeScalarView((0...0x7f).compactMap(Unicode.Scalar.init)))
    + "]]> <!-- & \u{85}\u{2028}\u{FEFF}\u{FFFE}\u{FFFF}\u{10FFFF}é😀 ``` ::error:: # 100%"

  private static let xmllint = unsafe system("command -v xmllint >/dev/null 2>&1") == 0
  private static let schema =
    "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/") + "/Schemas/junit.xsd"

  @Test(.enabled(if: xmllint, "xmllint is not here; scripts/setup --tests installs it"))
  func `JUnit's XML follows its schema, whatever a script says`() {
    let directory = TemporaryDirectory()
    directory.write(report(.junit, Self.records), to: "report.xml")
    directory.write(report(.junit, []), to: "empty.xml")

    #expect(isValid("report.xml", in: directory.path))
    #expect(isValid("empty.xml", in: directory.path))
    directory.write(
      report(.junit, Self.records).replacing("<testcase", with: "<case"),
      to: "bad.xml"
    )
    #expect(!isValid("bad.xml", in: directory.path))
  }

  @Test func `JUnit's texts come back as they were where XML has them`() {
    #expect(
      XMLText.attribute("a<b>&\"c\"\n\t\r") == "\"a&lt;b&gt;&amp;&quot;c&quot;&#10;&#9;&#13;\""
    )
    #expect(XMLText.content("a\n\u{1B}[2J\0") == "a\n\u{FFFD}[2J\u{FFFD}")
  }

  @Test func `TAP has a line a scenario and the plan at the end`() {
    let lines = report(.tap, Self.records).split(separator: "\n")

    #expect(lines.first == "TAP version 14")
    #expect(lines.filter { $0.hasPrefix("ok ") || $0.hasPrefix("not ok ") }.count == 5)
    #expect(lines.last == "1..5")
    #expect(lines.contains { $0.contains("# SKIP") })
    #expect(lines.allSatisfy { line in !line.unicodeScalars.contains { $0.value < 0x20 } })
  }

  @Test func `GitHub's commands stay on their lines, and are ten at most`() {
    let lines = report(.github, Array(repeating: Self.records[1], count: 12)).split(separator: "\n")

    #expect(lines.filter { $0.hasPrefix("::error ") }.count == 10)
    #expect(lines.filter { $0.hasPrefix("::") }.count == 11)
    #expect(lines.count == 12)
  }

  @Test func `GitHub's commands hold no control characters`() {
    let text = report(.github, Self.records)

    #expect(text.unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" })
  }

  @Test func `the summary of a step stays below what GitHub shows`() {
    let failure = Failure(.assertion, String(repeating: "x", count: 100_000))
    var text = ""
    var summary = GitHubSummary { text += $0 }
    for _ in 0..<20 { summary.add(record(.failed(failure))) }

    summary.end(RunTally())

    #expect(text.utf8.count < 1 << 20)
    #expect(text.hasSuffix("more failures\n"))
  }

  @Test func `lines end with the failures`() {
    let records = [record(.failed(Failure(.timeout, "late"))), record(.passed)]

    let lines = report(.line, records).split(separator: "\n")

    #expect(lines.last == "  TIMEOUT  a.lua  late")
    #expect(lines.count == 5)
  }

  @Test func `the summary's fence is longer than any in it`() {
    var text = ""
    var summary = GitHubSummary { text += $0 }
    for record in Self.records { summary.add(record) }
    summary.end(RunTally())

    #expect(text.contains("\n````text\n"))
  }

  @Test func `JSON is one value with every outcome`() throws {
    let json = try JSONParser.parse(Array(report(.json, Self.records).utf8)[...])

    #expect(
      json["scenarios"]?.elements.compactMap { $0["outcome"]?.string }
        == ["passed", "failed", "flaky", "skipped", "failed"]
    )
    #expect(json["scenarios"]?.elements[1]["failure"]?["message"] == .string(Self.hostile))
    #expect(json["totals"]?["status"] == .integer(1))
    _ = try JSONParser.parse(Array(report(.json, []).utf8)[...])
  }

  @Test func `JSON has an outcome of its own for what fails as expected, and JUnit says todo`()
    throws
  {
    var expected = record(.failedAsExpected("bug #5"))
    expected.result.todo = "bug #5"
    let records = [expected, record(.skipped(reason: "no"))]

    let json = try JSONParser.parse(Array(report(.json, records).utf8)[...])

    let first = json["scenarios"]?.elements.first
    #expect(first?["outcome"] == .string("todo"))
    #expect(first?["reason"] == .string("bug #5"))
    #expect(json["totals"]?["todo"] == .integer(1))
    #expect(json["totals"]?["skipped"] == .integer(1))
    #expect(report(.junit, records).contains("<skipped message=\"todo: bug #5\"/>"))
  }

  @Test func `a scenario that fails and then passes is flaky, and is reported once`() {
    let results = Results()
    var stream = ReportStream([results])
    var run = RunDescription()
    run.retries = 1
    stream.begin(run)

    let mustRetry = stream.add(record(.failed(Failure(.timeout, "late"))))
    #expect(mustRetry)
    #expect(results.all.isEmpty)
    let mustRetryAgain = stream.add(record(.passed, attempt: 2))
    #expect(!mustRetryAgain)

    let outcome = results.all.first?.outcome
    #expect(outcome?.isFlaky == true)
    #expect(outcome?.failure?.message == "late")
    #expect(outcome?.failure?.remarks == ["try 1 failed so, try 2 passed"])
    #expect(results.all.map(\.attempts) == [2])
    #expect(stream.tally.exitCode == .failure)
  }

  @Test func `tries may come in any order`() {
    let results = Results()
    var stream = ReportStream([results])
    var run = RunDescription()
    run.retries = 1
    stream.begin(run)

    _ = stream.add(record(.passed, attempt: 2))
    #expect(results.all.isEmpty)
    _ = stream.add(record(.failed(Failure(.timeout, "late"))))

    #expect(results.all.map(\.outcome.isFlaky) == [true])
  }

  @Test func `what the other tries have failed of stands below the last failure`() {
    let results = Results()
    var stream = ReportStream([results])
    var run = RunDescription()
    run.retries = 2
    stream.begin(run)

    for (attempt, message) in [(1, "early"), (2, "late"), (3, "late")] {
      _ = stream.add(record(.failed(Failure(.timeout, message)), attempt: attempt))
    }

    let failure = results.all.first?.outcome.failure
    #expect(failure?.remarks == ["try 1 failed: early", "try 2 failed likewise"])
  }

  @Test func `a try that did not come leaves the failure`() {
    let results = Results()
    var stream = ReportStream([results])
    var run = RunDescription()
    run.retries = 1
    stream.begin(run)

    _ = stream.add(record(.failed(Failure(.timeout, "late"))))
    stream.end(elapsed: .zero)

    #expect(results.all.map(\.outcome) == [.failed(Failure(.timeout, "late"))])
  }

  private static var records: [ScenarioRecord] {
    let failure = Failure(.mismatch, hostile, at: ScriptLocation(file: hostile, line: 3))
    let outcomes: [RunOutcome] = [
      .passed, .failed(failure), .flaky(failure), .skipped(reason: hostile),
      .failed(Failure(.crash, hostile)),
    ]
    return outcomes.map { outcome in
      ScenarioRecord(
        ScenarioResult(
          file: hostile,
          name: hostile,
          line: 2,
          duration: .milliseconds(5),
          outcome: outcome
        ),
        events: [Event(time: .zero, kind: .note(hostile))]
      )
    }
  }

  private func record(_ outcome: RunOutcome, attempt: Int = 1) -> ScenarioRecord {
    var result = ScenarioResult(file: "a.lua", duration: .zero, outcome: outcome)
    result.attempts = attempt
    return ScenarioRecord(result)
  }

  private func report(_ kind: ReportKind, _ records: [ScenarioRecord]) -> String {
    var text = ""
    var reporter = kind.reporter(format: ReportFormat()) { text += $0 }
    reporter.begin(RunDescription())
    for record in records { reporter.add(record) }
    reporter.end(RunTally(records.map(\.result)))
    return text
  }

  private func isValid(_ name: String, in directory: String) -> Bool {
    unsafe system(
      "xmllint --noout --schema '\(Self.schema)' '\(directory)/\(name)' >/dev/null 2>&1"
    ) == 0
  }
}
