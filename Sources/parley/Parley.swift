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
      """,
    discussion: """
      A script is Lua: it connects, listens, sends and expects, and a failing one is shown as the \
      conversation itself. The exit status is 0 when every scenario passed, 1 when one failed, 2 \
      for a wrong command line, 3 when a script could not be loaded, 4 when nothing ran, 77 when \
      all were skipped and 99 when the environment could not be set up.
      """,
    version: "parley 0.1.0",
    subcommands: [RunCommand.self]
  )
}
