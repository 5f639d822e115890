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
      """
  )

  @Argument(
    help: ArgumentHelp(
      """
      A script, or a directory that is searched for *.lua; with a line, only the scenario that \
      stands there is run. Without any, the working directory is searched.
      """,
      valueName: "PATH[:LINE]"
    )
  )
  var paths: [String] = []

  @Option(
    name: [.customShort("D"), .long],
    help: ArgumentHelp("Sets var.NAME, which the scripts read.", valueName: "NAME=VALUE")
  )
  var define: [String] = []

  @Option(
    help: ArgumentHelp(
      "The most memory that a script may use, such as 512M or 2G.",
      valueName: "BYTES"
    )
  )
  var memory = MemorySize(bytes: 1 << 30)

  @Option(
    help: ArgumentHelp(
      "Sets t.seed of the scripts, for the same random choices in each run.",
      valueName: "NUMBER"
    )
  )
  var seed: Int?

  /// What followed `--`; see ``Main``.
  @Option(name: .long, parsing: .unconditionalSingleValue, help: .hidden)
  var scriptArgument: [String] = []

  func validate() throws {
    guard memory.bytes >= 1 << 20 else {
      throw ValidationError("--memory must be at least 1M, which an empty script needs")
    }
    for definition in define where !definition.dropFirst().contains("=") {
      throw ValidationError("-D takes NAME=VALUE, not \"\(definition)\"")
    }
  }

  func run() throws {
    let selection: ScriptSelection
    do {
      selection = try ScriptSelection(arguments: paths)
    } catch {
      Terminal.complain("\(error)")
      throw Terminal.exit(error.exitCode)
    }
    var configuration = RunConfiguration()
    configuration.memoryLimit = memory.bytes
    configuration.arguments = scriptArgument
    configuration.variables = variables
    configuration.seed = seed ?? Int.random(in: 0..<1 << 31)
    configuration.format = Terminal.format
    configuration.print = { Terminal.print($0) }
    configuration.complain = { Terminal.complain($0) }
    Terminal.tearDownOnSignals()
    var runner = Runner(configuration)
    throw Terminal.exit(runner.run(selection))
  }

  private var variables: [String: String] {
    var variables: [String: String] = [:]
    for definition in define {
      let parts = definition.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      variables[String(parts[0])] = String(parts[1])
    }
    return variables
  }
}

/// A number of bytes, with K, M or G.
struct MemorySize: ExpressibleByArgument {
  let bytes: Int

  init(bytes: Int) {
    self.bytes = bytes
  }

  init?(argument: String) {
    let units: [Character: Int] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30]
    let unit = argument.last.flatMap { units[$0] }
    guard let number = Int(unit == nil ? argument[...] : argument.dropLast()), number > 0 else {
      return nil
    }
    let (bytes, overflows) = number.multipliedReportingOverflow(by: unit ?? 1)
    guard !overflows else { return nil }
    self.bytes = bytes
  }

  var defaultValueDescription: String { "1G" }
}
