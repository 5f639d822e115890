internal import ArgumentParser
internal import Repl
internal import Scenario

/// `parley repl`: talks to a socket by hand.
struct ReplCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repl",
    abstract: "Evaluates Lua as it is typed, and talks to a socket by hand.",
    usage: "parley repl [OPTION ...] [NAME] [-- ARGUMENT ...]",
    discussion: """
      With NAME it connects to that socket at once; c is the conversation. A line that begins with > \
      is sent as a message of the codec, one that begins with : is a command (:help lists them), and \
      every other one is Lua with all that a scenario has. Lines may come through a pipe; then the \
      exit status is 1 where one has failed.
      """
  )

  @Argument(help: ArgumentHelp("The socket to connect to: a path, or @NAME.", valueName: "NAME"))
  var name: String?

  @Option(help: ArgumentHelp("How messages are bytes.", valueName: "CODEC"))
  var codec = "stream"

  @Option(help: ArgumentHelp("Waits for one connection to a socket first.", valueName: "NAME"))
  var listen: String?

  @Option(help: ArgumentHelp("Runs a script first.", valueName: "SCRIPT"))
  var load: String?

  @Option(help: ArgumentHelp("Keeps the log of all events in a file.", valueName: "FILE"))
  var log: String?

  @OptionGroup(title: "Scripts")
  var scripts: ScriptOptions

  func validate() throws {
    if name != nil, listen != nil {
      throw ValidationError("NAME connects and --listen waits: one of them")
    }
  }

  func run() throws {
    if let load { try Terminal.checkFile(load) }
    var configuration = Self.surroundings
    configuration.extensions = .all
    try scripts.apply(to: &configuration.common)
    configuration.name = name
    configuration.listenName = listen
    configuration.codec = codec
    configuration.script = load
    configuration.logPath = log
    if configuration.isInteractive {
      Terminal.stopLinesOnSignals()
    } else {
      Terminal.tearDownOnSignals()
    }
    TerminalKeys.lend()
    defer { TerminalKeys.takeBack() }
    throw Terminal.exit(code(configuration))
  }

  /// Lets somebody look at a scenario that has failed.
  static func look(at paused: PausedScenario) {
    Terminal.stopLinesOnSignals()
    TerminalKeys.lend()
    defer {
      TerminalKeys.takeBack()
      Terminal.tearDownOnSignals()
    }
    do throws(Failure) {
      _ = try Repl(lookingAt: paused, surroundings).run()
    } catch {
      Terminal.complain(error.message)
    }
  }

  /// Where lines come from and where output goes.
  private static var surroundings: ReplConfiguration {
    var configuration = ReplConfiguration()
    configuration.isInteractive = Terminal.isTypedTo
    configuration.hasScreen = Terminal.hasScreen
    configuration.complainsOnScreen = Terminal.complainsOnScreen
    configuration.hasEditor = Terminal.hasEditor
    configuration.format = { Terminal.format }
    configuration.columns = { Terminal.columns }
    configuration.print = { Terminal.print($0) }
    configuration.complain = { Terminal.printProblem($0) }
    return configuration
  }

  private func code(_ configuration: ReplConfiguration) -> Scenario.ExitCode {
    do throws(Failure) {
      return try Repl(configuration).run()
    } catch {
      Terminal.complain(error.message)
      return error.kind.exitCode
    }
  }
}
