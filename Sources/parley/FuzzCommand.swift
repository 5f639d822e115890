internal import ArgumentParser
internal import Fuzzing
internal import Scenario

/// `parley fuzz`: runs campaigns.
struct FuzzCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fuzz",
    abstract: "Plays the fuzz blocks of a script with values drawn at random.",
    usage: "parley fuzz [OPTION ...] SCRIPT[:LINE] [-- ARGUMENT ...]",
    discussion: """
      Findings go to SCRIPT.findings, each in a directory of its own with a script that shows it. \
      Those that are there already are tried first.

      Exit status:
        0      nothing was found
        1      something was found
        3      the script could not be loaded
        4      the script has no fuzz block
        99     the target could not be started
      """
  )

  @Argument(help: ArgumentHelp("A script with fuzz blocks.", valueName: "SCRIPT[:LINE]"))
  var script: String?

  @OptionGroup(title: "Campaign")
  var campaign: CampaignOptions

  @OptionGroup(title: "Scripts")
  var scripts: ScriptOptions

  @Flag(help: "Prints the C source that makes a target count its coverage, and does nothing else.")
  var coverageShim = false

  func run() throws {
    if coverageShim { return Terminal.print(CoverageShim.source) }
    guard let script else { throw ValidationError("Missing expected argument '<SCRIPT[:LINE]>'") }
    let (path, line) = Self.split(script)
    if !campaign.member { try Terminal.checkFile(path) }
    var configuration = CommonConfiguration()
    try scripts.apply(to: &configuration)
    var settings = CampaignSettings()
    try campaign.apply(to: &settings)
    settings.seed = configuration.seed
    settings.script = path
    settings.version = parleyVersion
    if settings.output.isEmpty { settings.output = "\(path).findings" }
    // What a target has written may be in both. JSON has escapes of its own.
    // Where a worker writes, the line of the process that leads it may stand.
    let clear = { @Sendable [shares = campaign.member && Terminal.hasLiveLine] in
      if shares { Terminal.showLive("") }
    }
    settings.print = { [json = campaign.json] in
      clear()
      Terminal.print(json ? $0 : Self.shown($0))
    }
    settings.complain = {
      clear()
      Terminal.complain(Self.shown($0))
    }
    if !campaign.member { throw Terminal.exit(try lead(settings)) }
    Terminal.tearDownOnRequest()
    throw Terminal.exit(code(settings, configuration, line))
  }

  /// Has workers do it, each in a process of its own: also a single one, so that nothing that it has
  /// started outlives this process.
  private func lead(_ settings: CampaignSettings) throws -> Scenario.ExitCode {
    Terminal.tearDownOnSignals()
    do throws(Failure) {
      let isAlone = settings.replayed != nil || !settings.merged.isEmpty
      let lead = try CampaignLead(settings, jobs: isAlone ? 1 : campaign.jobs) { shard, count in
        Self.arguments(with: [
          "--member", "--seed", "\(settings.seed)", "--shard", "\(shard + 1)/\(count)",
        ])
      }
      return try lead.work(isTerminal: Terminal.hasLiveLine && !settings.writesJSON) {
        Terminal.showLive(lines: $0.map { TerminalText.cut($0, to: Terminal.columns - 1) })
      }
    } catch {
      settings.complain(error.message)
      return error.kind.exitCode
    }
  }

  /// The arguments of this process and a worker's options: behind the others, as the last one counts,
  /// but before those of the script.
  private static func arguments(with options: [String]) -> [String] {
    let given = CommandLine.arguments.dropFirst()
    let end = given.firstIndex(of: "--") ?? given.endIndex
    return given[..<end] + options + given[end...]
  }

  private func code(
    _ settings: CampaignSettings,
    _ configuration: CommonConfiguration,
    _ line: Int?
  ) -> Scenario.ExitCode {
    do throws(Failure) {
      return try Campaign(settings, configuration: configuration).run(line: line)
    } catch {
      // A worker that was stopped before it could begin has nothing to say, and has found nothing.
      if Interruption.isRequested { return .success }
      let place = error.location?.description ?? settings.script
      settings.complain("\(place): \(error.message)")
      return error.kind.exitCode
    }
  }

  /// A text of several lines as a terminal may show it.
  private static func shown(_ text: String) -> String {
    printableLines(text).joined(separator: "\n")
  }

  /// A path, and the line behind its last colon.
  private static func split(_ argument: String) -> (path: String, line: Int?) {
    guard let colon = argument.lastIndex(of: ":"),
      let line = Int(argument[argument.index(after: colon)...])
    else { return (argument, nil) }
    return (String(argument[..<colon]), line)
  }
}
