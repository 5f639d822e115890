/// Annotations for GitHub's pages: workflow commands, of which the first failures get one each.
struct GitHubReporter: Reporter {
  private let write: (String) -> Void
  private let report = RunReport()
  /// Whether stdout is this report's alone, so that the numbers stand here.
  private let isAlone: Bool
  private var count = 0

  /// GitHub shows no more of one step.
  private static let limit = 10

  init(isAlone: Bool = true, write: @escaping (String) -> Void) {
    self.isAlone = isAlone
    self.write = write
  }

  mutating func add(_ record: ScenarioRecord) {
    switch record.result.outcome {
    case .passed, .skipped: return
    case .failed(let failure), .flaky(let failure):
      count += 1
      if count <= Self.limit { write(Self.annotation(failure, of: record.result)) }
    }
  }

  mutating func end(_ tally: RunTally) {
    if count > Self.limit {
      write("::notice::\(counted(count - Self.limit, "more failure")): see the summary\n")
    }
    if isAlone { write(report.totals(tally).map { $0 + "\n" }.joined()) }
  }

  private static func annotation(_ failure: Failure, of result: ScenarioResult) -> String {
    let level = result.outcome.isFlaky ? "warning" : "error"
    let place = failure.location ?? ScriptLocation(file: result.file, line: result.line ?? 1)
    let title = "\(result.outcome.isFlaky ? "FLAKY" : failure.kind.status)  \(result.title)"
    let message = printableLines(failure.message).joined(separator: "\n")
    return
      "::\(level) file=\(property(printable(place.file))),line=\(place.line),title=\(property(title))"
      + "::\(data(message))\n"
  }

  private static func data(_ text: String) -> String {
    escaped(text, "%\r\n")
  }

  private static func property(_ text: String) -> String {
    escaped(text, "%\r\n:,")
  }

  /// Writes ASCII characters that mean something as numbers.
  private static func escaped(_ text: String, _ special: String) -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
      let isSpecial = special.unicodeScalars.contains(scalar)
      result +=
        isSpecial
        ? "%" + hexadecimal(UInt8(truncatingIfNeeded: scalar.value)).uppercased()
        : String(scalar)
    }
  }
}

/// The summary of a step on GitHub's pages, in Markdown: every failure with its report.
package struct GitHubSummary: Reporter {
  private let write: (String) -> Void
  private let report = RunReport()
  /// Written at the end, when all secrets are known.
  private var failures: [ScenarioRecord] = []

  package init(write: @escaping (String) -> Void) {
    self.write = write
  }

  package mutating func add(_ record: ScenarioRecord) {
    if record.result.outcome.failure != nil { failures.append(record.keptForTheEnd) }
  }

  package mutating func end(_ tally: RunTally) {
    write("### parley\n\n\(report.totals(tally).joined(separator: "  \n"))\n")
    var scripts = tally.scripts
    var size = 0
    for (index, record) in failures.enumerated() {
      let section = Self.section(record.completed(by: &scripts))
      size += section.utf8.count
      if size > Self.limit {
        return write("\nand \(counted(failures.count - index, "more failure"))\n")
      }
      write(section)
    }
  }

  /// GitHub shows nothing of a summary that has more than 1 MiB.
  private static let limit = (1 << 20) - (1 << 12)

  private static func section(_ record: ScenarioRecord) -> String {
    guard let report = FailureReport(record)?.text else { return "" }
    let fence = fence(around: report)
    return "\n\(fence)text\n\(report)\(fence)\n"
  }

  /// More backticks than stand anywhere in the text.
  private static func fence(around text: String) -> String {
    var longest = 2
    var length = 0
    for character in text {
      length = character == "`" ? length + 1 : 0
      longest = max(longest, length)
    }
    return String(repeating: "`", count: longest + 1)
  }
}
