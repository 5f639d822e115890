internal import ArgumentParser
internal import Fuzzing
internal import Scenario

/// The program's start: it finds out what is meant, and ends with the status of the table in the
/// documentation.
@main
enum Main {
  static func main() {
    Terminal.occupyClosedStreams()
    Terminal.takeFullFilesAsErrors()
    if CommandLine.arguments.dropFirst().first == FileSystem.workerArgument { work() }
    let arguments = normalized(Array(CommandLine.arguments.dropFirst()))
    do {
      if arguments.first == "help" { try Parley.validateHelp(on: arguments.dropFirst()) }
      var command = try Parley.parseAsRoot(arguments)
      try command.run()
    } catch let code as ArgumentParser.ExitCode {
      // All has been said; the parser would look for a message, and put its usage together for that.
      Terminal.end(status: code.rawValue)
    } catch {
      end(error)
    }
  }

  /// Runs scenarios for another process of this program.
  private static func work() -> Never {
    Terminal.tearDownOnRequest()
    WorkerProcess.run(Array(CommandLine.arguments.dropFirst(2)), .all)
    Terminal.end(status: 0)
  }

  /// Puts the command line into the form that the parser takes: `parley FILE.lua …` is
  /// `parley run FILE.lua -- …`, so that a script can start with `#!`, and what follows `--` is the
  /// scripts'.
  private static func normalized(_ arguments: [String]) -> [String] {
    guard let first = arguments.first else { return [] }
    var own = arguments.prefix { $0 != "--" }
    var forScripts = arguments.dropFirst(own.count + 1)
    if first.hasSuffix(".lua") || first.contains("/") {
      forScripts = arguments.dropFirst()
      if forScripts.first == "--" { forScripts.removeFirst() }
      own = ["run", first]
    }
    // The parser takes no empty value behind "=", and no "--" without it.
    return own
      + forScripts.flatMap {
        $0.isEmpty ? ["--script-argument", $0] : ["--script-argument=\($0)"]
      }
  }

  /// The parser's message without its own word for an error, which the program's name stands for.
  private static func sentence(_ message: String) -> String {
    let label = "Error: "
    return message.hasPrefix(label) ? String(message.dropFirst(label.count)) : message
  }

  private static func end(_ error: any Error) -> Never {
    let code = Parley.exitCode(for: error)
    let message = Parley.fullMessage(for: error)
    if code == .success {
      if !message.isEmpty { Terminal.print(message + "\n") }
      Terminal.end(status: 0)
    }
    if !message.isEmpty { Terminal.complain(sentence(message)) }
    let isUsage = code == .validationFailure
    Terminal.end(status: isUsage ? ExitCode.usage.rawValue : code.rawValue)
  }
}
