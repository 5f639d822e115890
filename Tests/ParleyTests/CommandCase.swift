import Testing

/// A run of the command, as data: a folder with `cmd`, the scripts it needs, and what must come of
/// it in `stdout`, `stderr` and `status`, which `scripts/update-cases` writes.
struct CommandCase: CustomTestStringConvertible {
  let name: String

  /// Every case, in alphabetical order.
  static var all: [CommandCase] {
    TextFile.names(in: ShellRun.cases).sorted().map { CommandCase(name: $0) }
  }

  private var folder: String { "\(ShellRun.cases)/\(name)" }

  var testDescription: String { name }

  /// The command.
  var script: String { TextFile.contents(of: "\(folder)/cmd") }

  /// What must come of it.
  var expected: CommandResult {
    CommandResult(
      stdout: TextFile.contents(of: "\(folder)/stdout"),
      stderr: TextFile.contents(of: "\(folder)/stderr"),
      status: Int32(TextFile.contents(of: "\(folder)/status").prefix { $0 != "\n" }) ?? -1
    )
  }

  /// Makes what has come what must come.
  func expect(_ result: CommandResult) {
    TextFile.write(result.stdout, to: "\(folder)/stdout")
    TextFile.write(result.stderr, to: "\(folder)/stderr")
    TextFile.write("\(result.status)\n", to: "\(folder)/status")
  }

  /// Runs the command in a copy of the folder.
  func run(_ parley: String) -> CommandResult {
    ShellRun(script: "exec bash ./cmd", folder: folder).result(parley)
  }
}
