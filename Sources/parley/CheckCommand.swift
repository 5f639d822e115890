internal import ArgumentParser
internal import Scenario

/// `parley check`: looks for what is wrong with scripts.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Looks for what is wrong with scripts, without running them.",
    usage: "parley check [--format FORMAT] [PATH ...]",
    discussion: """
      Found is what keeps a script from being loaded (syntax, header, unknown globals, two blocks of \
      one name), methods, options and codecs that do not exist, {} as a pattern, an expectation that \
      no message of its codec can meet, a statement that is never run, and a listener to which nobody \
      connects. What is not certain is not said.

      The exit status is 0 where nothing was found, 3 where a script cannot be loaded, else 1.
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

  @Option(help: ArgumentHelp("The form of the findings.", valueName: "FORMAT"))
  var format = ScenarioList.Format.text

  func run() throws {
    let selection = try Terminal.selection(of: paths)
    Terminal.tearDownOnSignals()
    throw Terminal.exit(code(selection))
  }

  private func code(_ selection: ScriptSelection) -> Scenario.ExitCode {
    do throws(Failure) {
      var check = try ScriptCheck(.all)
      let code = check.check(selection)
      Terminal.print(check.report.text(format, columns: Terminal.format.columns))
      return code
    } catch {
      Terminal.complain(error.message)
      return error.kind.exitCode
    }
  }
}
