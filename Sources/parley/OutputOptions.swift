internal import ArgumentParser
internal import Scenario

/// The options that say what is written, and where.
struct OutputOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The form of the report on stdout.", valueName: "FORMAT"))
  var format = ReportKind.pretty

  @Option(
    help: ArgumentHelp(
      "Writes a report to a file as well, such as junit=report.xml; may be given again.",
      valueName: "FORMAT=FILE"
    )
  )
  var report: [ReportTarget] = []

  @Option(
    help: ArgumentHelp("Keeps the log of all events, for parley report.", valueName: "FILE")
  )
  var log: String?

  func apply(to configuration: inout RunConfiguration) throws {
    configuration.format = Terminal.format
    configuration.reportKind = format
    configuration.reportFiles = report.map(\.file)
    configuration.logPath = log
    configuration.hasLiveLine = Terminal.hasLiveLine
    configuration.showLive = { Terminal.showLive($0) }
    configuration.print = { Terminal.print($0) }
    configuration.complain = { Terminal.complain($0) }
  }
}

extension ReportKind: ExpressibleByArgument {}

/// A form and the file for it, as `junit=report.xml`.
struct ReportTarget: ExpressibleByArgument {
  let file: RunConfiguration.ReportFile

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1)
    guard parts.count == 2, let kind = ReportKind(rawValue: String(parts[0])) else { return nil }
    file = RunConfiguration.ReportFile(kind: kind, path: String(parts[1]))
  }

  static var allValueStrings: [String] { ReportKind.allCases.map { "\($0.rawValue)=FILE" } }
}
