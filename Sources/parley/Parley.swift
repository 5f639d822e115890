internal import ArgumentParser
internal import Scenario

/// The command: what follows its name, and how it ends.
struct Parley: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parley",
    abstract: "Scripts both ends of a conversation over a Unix socket.",
    usage: """
      parley run [PATH[:LINE] ...]
      parley FILE.lua [ARGUMENT ...]
      parley repl [NAME]
      parley list [PATH[:LINE] ...]
      parley fuzz SCRIPT[:LINE] ...
      parley check [PATH ...]
      parley report LOG ...
      """,
    discussion: """
      A script is Lua: it connects, listens, sends and expects. A scenario that fails is shown as \
      the conversation itself.

      Exit status:
        0      every selected scenario passed, and at least one ran
        1      a scenario failed, or parley check found something
        2      the command line is wrong
        3      a script could not be loaded
        4      nothing ran, or a selected line has no scenario
        70     an error inside parley
        77     every selected scenario was skipped
        99     the environment could not be set up
        128+N  signal N ended the run; after Ctrl-C 130
      """,
    version: "parley \(parleyVersion)",
    subcommands: [
      RunCommand.self, ReplCommand.self, FuzzCommand.self, ListCommand.self, CheckCommand.self,
      ReportCommand.self,
    ]
  )

  /// Checks what follows `parley help`.
  ///
  /// - Throws: `ValidationError` for what is no subcommand, which the parser would pass over.
  static func validateHelp(on names: some Collection<String>) throws {
    let known = configuration.subcommands.compactMap { $0.configuration.commandName }
    guard let name = names.first, !name.hasPrefix("-") else { return }
    if !known.contains(name) {
      throw ValidationError("Unknown subcommand '\(name)'")
    }
    if names.count > 1 { throw ValidationError("Unexpected argument after 'help \(name)'") }
  }
}
