internal import ArgumentParser
internal import Scenario

/// `parley list`: names scenarios without running them.
struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Names the scenarios of scripts, without running them.",
    usage: "parley list [OPTION ...] [PATH[:LINE] ...]",
    discussion: """
      The blocks of a file are found by running its top-level code, which declares them; of a file \
      without blocks nothing is run. The options are those of parley run.
      """
  )

  @Argument(help: SelectionOptions.pathHelp)
  var paths: [String] = []

  @OptionGroup(title: "Selection")
  var selection: SelectionOptions

  @OptionGroup(title: "Scripts")
  var scripts: ScriptOptions

  @Option(help: ArgumentHelp("The form of the list.", valueName: "FORMAT"))
  var format = ScenarioList.Format.text

  func run() throws {
    var configuration = RunConfiguration()
    try scripts.apply(to: &configuration.common)
    try selection.apply(to: &configuration)
    let files = selection.narrowed(try Terminal.scenarios(of: paths))
    Terminal.tearDownOnSignals()
    var list = ScenarioList(configuration.common, .all)
    let code = list.find(in: files) { Terminal.complain($0) }
    Terminal.print(list.text(format))
    throw Terminal.exit(code)
  }
}

extension ScenarioList.Format: ExpressibleByArgument {}
