internal import LocalSocketLua

/// The XML of JUnit, which continuous integration reads: a suite a file, in the order in which the
/// files' first scenarios ended.
struct JUnitReporter: Reporter {
  private let write: (String) -> Void
  private var suites: [Suite] = []
  private var indices: [String: Int] = [:]

  private struct Suite {
    let file: String
    var tally = RunTally()
    /// Written at the end, when all secrets are known; those that passed are kept without events.
    var records: [ScenarioRecord] = []
  }

  init(write: @escaping (String) -> Void) {
    self.write = write
  }

  mutating func add(_ record: ScenarioRecord) {
    let file = record.result.file
    let index = indices[file, default: suites.count]
    if index == suites.count {
      indices[file] = index
      suites.append(Suite(file: file))
    }
    suites[index].tally.add(record.result)
    suites[index].tally.elapsed += record.result.duration
    suites[index].records.append(record.keptForTheEnd)
  }

  mutating func end(_ tally: RunTally) {
    var scripts = tally.scripts
    write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
    write("<testsuites name=\"parley\" \(Self.numbers(tally))>\n")
    for suite in suites {
      let name = XMLText.attribute(suite.file)
      write("  <testsuite name=\(name) \(Self.numbers(suite.tally))>\n")
      for record in suite.records { write(Self.testCase(record.completed(by: &scripts))) }
      write("  </testsuite>\n")
    }
    write("</testsuites>\n")
  }

  private static func numbers(_ tally: RunTally) -> String {
    let errors = tally.failures.count { isError($0.outcome) }
    let failures = tally.failures.count - errors
    return "tests=\"\(tally.count)\" failures=\"\(failures)\" errors=\"\(errors)\" "
      + "skipped=\"\(tally.skipped)\" time=\"\(DurationText.seconds(tally.elapsed))\""
  }

  /// Whether a scenario broke, rather than what it tests.
  private static func isError(_ outcome: RunOutcome) -> Bool {
    guard case .failed(let failure) = outcome else { return false }
    return failure.kind.status == "ERROR" || failure.kind == .crash
  }

  private static func testCase(_ record: ScenarioRecord) -> String {
    let result = record.result
    let name = XMLText.attribute(result.name.isEmpty ? result.file : result.name)
    let time = DurationText.seconds(result.duration)
    let place = result.line.map { " line=\"\($0)\"" } ?? ""
    let start =
      "    <testcase name=\(name) classname=\(XMLText.attribute(result.file)) "
      + "file=\(XMLText.attribute(result.file))\(place) time=\"\(time)\""
    guard let content = content(record) else { return start + "/>\n" }
    return "\(start)>\n\(content)    </testcase>\n"
  }

  private static func content(_ record: ScenarioRecord) -> String? {
    switch record.result.outcome {
    case .passed: nil
    case .skipped(let reason): "      <skipped message=\(XMLText.attribute(reason))/>\n"
    case .failed(let failure), .flaky(let failure): element(failure, record)
    }
  }

  private static func element(_ failure: Failure, _ record: ScenarioRecord) -> String {
    let name = isError(record.result.outcome) ? "error" : "failure"
    let type = record.result.outcome.isFlaky ? "FLAKY" : failure.kind.status
    let report = FailureReport(record)?.text ?? ""
    let message = XMLText.attribute(failure.message)
    return "      <\(name) type=\"\(type)\" message=\(message)>"
      + XMLText.content(report) + "</\(name)>\n"
  }
}

/// Texts as XML 1.0 allows them.
enum XMLText {
  /// A text between quotes; what XML forbids becomes the replacement character.
  static func attribute(_ text: String) -> String {
    "\"\(escaped(text, inAttribute: true))\""
  }

  static func content(_ text: String) -> String {
    escaped(text, inAttribute: false)
  }

  private static func escaped(_ text: String, inAttribute: Bool) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\n", "\t": result += inAttribute ? "&#\(scalar.value);" : String(scalar)
      case "\r": result += "&#13;"
      default: result.unicodeScalars.append(isAllowed(scalar) ? scalar : "\u{FFFD}")
      }
    }
    return result
  }

  /// Whether a character may stand in XML 1.0 (its production Char).
  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20...0xd7ff, 0xe000...0xfffd, 0x10000...0x10ffff: true
    default: false
    }
  }
}
