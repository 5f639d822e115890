internal import ArgumentParser
internal import Scenario

/// `parley check`: looks for what is wrong with scripts.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Looks for what is wrong with scripts, without running them.",
    usage: "parley check [--format FORMAT] [PATH ...]",
    discussion: """
      It names what keeps a script from being loaded, such as a global that does not exist, {} as a \
      pattern, what no message of a codec can match, statements that are never run, and listeners to \
      which nobody connects. No line of a script is run.

      The exit status is 0 where nothing was found, 3 where a script could not be loaded, else 1.
      """
  )

  @Argument(
    help: ArgumentHelp(
      """
      A script, or a directory that is searched for *.lua. Without any, the working directory is \
      searched.
      """,
      valueName: "PATH"
    )
  )
  var paths: [String] = []

  @Option(help: ArgumentHelp("How they are written: text or json.", valueName: "FORMAT"))
  var format = ScenarioList.Format.text

  func run() throws {
    let selection = try Terminal.selection(of: paths)
    Terminal.tearDownOnSignals()
    throw Terminal.exit(code(selection))
  }

  private func code(_ selection: ScriptSelection) -> Scenario.ExitCode {
    do throws(Failure) {
      var check = try ScriptCheck()
      let code = check.check(selection)
      Terminal.print(check.report.text(format, columns: Terminal.format.columns))
      return code
    } catch {
      Terminal.complain(error.message)
      return error.kind.exitCode
    }
  }
}
