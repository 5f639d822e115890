internal import ArgumentParser
internal import Scenario

/// `parley report`: writes the report of a run from its log.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Writes the report of runs from their logs.",
    usage: "parley report [OPTION ...] LOG ...",
    discussion: """
      Several logs, such as those of the shards of a run, become one report. A log that was cut \
      off, as its run was killed, is read up to its last whole event. The exit status is that of the \
      run, but 1 where events are missing and what is there has passed.
      """
  )

  @Argument(help: ArgumentHelp("What --log of parley run has written.", valueName: "LOG"))
  var logs: [String]

  @Option(help: ArgumentHelp("The form of the report.", valueName: "FORMAT"))
  var format = ReportKind.pretty

  func run() throws {
    for log in logs { try Terminal.checkFile(log, orEndWith: .environment) }
    let reporter = format.reporter(format: Terminal.format) { Terminal.print($0) }
    throw Terminal.exit(code(reporter))
  }

  private func code(_ reporter: any Reporter) -> Scenario.ExitCode {
    do throws(Failure) {
      return try RunLog(logs).report(to: [reporter]) { Terminal.complain($0) }
    } catch {
      Terminal.complain(error.message)
      return error.kind.exitCode
    }
  }
}
