import Testing

@Suite("Width of reports")
struct ReportWidthTests {
  /// What writes other things than reports to be read on a terminal, or on one of another width.
  private static let others = [
    "--format", "--report", "parley check", "parley list", "parley fuzz", "parley repl", "help",
    "COLUMNS", "script -q", "errors",
  ]

  private static let reports = CommandCase.all.filter { command in
    !others.contains(where: command.script.contains)
  }

  @Test(arguments: reports)
  func `no line of a report is wider than 80 columns, unless it is one word`(
    of command: CommandCase
  ) {
    for line in command.expected.stdout.split(separator: "\n") where line.count > 80 {
      let words = line.drop { !$0.isLetter && $0 != "\"" }.split(separator: " ")
      #expect(words.count == 1, "\(line)")
    }
  }

  @Test func `there are reports`() {
    #expect(Self.reports.count > 50)
  }
}
