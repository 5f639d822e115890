internal import ArgumentParser
internal import Scenario

/// `parley run`: runs scenarios.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Runs the scenarios of scripts.",
    usage: "parley run [OPTION ...] [PATH[:LINE] ...] [-- ARGUMENT ...]",
    discussion: """
      What follows -- is for the scripts, as arg[1] and so on.

      While it runs, the key t (or SIGUSR1) tells who waits for what, and Ctrl-C ends the run, with \
      clean-up and report; a second one ends it at once.
      """
  )

  @Argument(help: SelectionOptions.pathHelp)
  var paths: [String] = []

  @OptionGroup(title: "Selection")
  var selection: SelectionOptions

  @OptionGroup(title: "Order and number")
  var order: OrderOptions

  @OptionGroup(title: "Scripts")
  var scripts: ScriptOptions

  @OptionGroup(title: "Reports")
  var output: OutputOptions

  @Flag(help: "Runs again what changes, until Ctrl-C.")
  var watch = false

  @Flag(help: "Opens a prompt where a scenario fails, before anything is taken down.")
  var pause = false

  func run() throws {
    var configuration = RunConfiguration()
    configuration.extensions = .all
    try scripts.apply(to: &configuration.common)
    try selection.apply(to: &configuration)
    order.apply(to: &configuration)
    try output.apply(to: &configuration)
    if pause { configuration.pause = { ReplCommand.look(at: $0) } }
    configuration.commandLine = ScriptOptions.recorded(CommandLine.arguments.dropFirst())
    Terminal.tearDownOnSignals()
    if configuration.usesProcesses, TerminalKeys.begin() {
      configuration.pressedKeys = { TerminalKeys.pressed() }
    }
    throw Terminal.exit(try watch ? keepRunning(configuration) : code(configuration, paths))
  }

  /// Runs again what changes: a script that was selected alone, for any other file everything.
  ///
  /// - Returns: The status of the last run.
  private func keepRunning(_ configuration: RunConfiguration) throws -> Scenario.ExitCode {
    _ = try Terminal.selection(of: paths)
    guard var watch = awaitFiles() else { return .nothingRan }
    Terminal.complain("watching \(counted(watch.fileCount, "file")); Ctrl-C ends")
    var last = try code(configuration, paths)
    while let changed = awaitFiles()?.awaitChange(since: watch), let files = awaitFiles() {
      watch = files
      Terminal.print("\n")
      // A script that has gone by now has been named, and may come back.
      last = (try? code(configuration, changed.isEmpty ? paths : changed)) ?? last
    }
    return last
  }

  private func awaitFiles() -> FileWatch? {
    FileWatch.awaitFiles(paths) { Terminal.complain($0) }
  }

  private func code(
    _ configuration: RunConfiguration,
    _ paths: [String]
  ) throws(ArgumentParser.ExitCode) -> Scenario.ExitCode {
    let scripts = try Terminal.scenarios(of: paths)
    var configuration = configuration
    configuration.paths = paths
    do throws(Failure) {
      let runner = try Runner(configuration, keeping: FailedScenarios())
      return runner.run(selection.narrowed(scripts))
    } catch {
      Terminal.complain(error.message)
      return error.kind.exitCode
    }
  }
}
