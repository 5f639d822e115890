internal import ArgumentParser
internal import Fuzzing
internal import Scenario

/// The options of a campaign.
struct CampaignOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Ends after so many cases.", valueName: "NUMBER"))
  var runs: Int?

  @Option(help: ArgumentHelp("Ends after so long, such as 60s.", valueName: "DURATION"))
  var time: String?

  @Flag(help: "Ends at the first finding.")
  var untilFailure = false

  @Option(help: ArgumentHelp("Where findings and the campaign's state go.", valueName: "DIRECTORY"))
  var output: String?

  @Flag(help: "Goes on with the campaign of the output directory.")
  var resume = false

  @Option(
    help: ArgumentHelp(
      "Begins with the tapes of a directory, and adds to them.",
      valueName: "DIRECTORY"
    )
  )
  var corpus: String?

  @Option(
    help: ArgumentHelp(
      "Adds what is new in another corpus to that of --corpus, and ends; may be repeated.",
      valueName: "DIRECTORY"
    )
  )
  var merge: [String] = []

  @Option(
    help: ArgumentHelp(
      "Fuzzes a server that runs already, instead of the target.",
      valueName: "NAME"
    )
  )
  var connect: String?

  @Option(
    name: [.customShort("j", allowingJoined: true), .long],
    help: ArgumentHelp("So many workers share the cases and the corpus.", valueName: "NUMBER")
  )
  var jobs = 1

  /// Says that this process is one of the workers.
  @Flag(help: .hidden)
  var member = false

  @Option(help: ArgumentHelp("Plays the i-th of n parts of the cases, or auto.", valueName: "I/N"))
  var shard: String?

  @Flag(help: "Draws each case from the seed alone, without feedback.")
  var blind = false

  @Option(help: ArgumentHelp("Shows a finding, by its directory.", valueName: "DIRECTORY"))
  var replay: String?

  @Flag(help: "Writes events as JSON.")
  var json = false

  func validate() throws {
    guard 1...1024 ~= jobs else { throw ValidationError("--jobs must be from 1 to 1024") }
    if let runs, runs < 0 { throw ValidationError("--runs must be at least 0") }
    if resume && output == nil { throw ValidationError("--resume needs --output") }
    if !merge.isEmpty && corpus == nil { throw ValidationError("--merge needs --corpus") }
    if !merge.isEmpty && blind { throw ValidationError("--merge and --blind exclude each other") }
    var settings = CampaignSettings()
    try apply(to: &settings)
  }

  /// Sets what the options mean.
  ///
  /// - Throws: The error for a command line that is wrong.
  func apply(to settings: inout CampaignSettings) throws {
    settings.runs = runs
    settings.seconds = try seconds
    settings.stopsAtFinding = untilFailure
    settings.output = output ?? ""
    settings.keepsState = output != nil
    settings.resumes = resume
    settings.corpus = corpus
    settings.merged = merge
    settings.server = connect
    settings.isBlind = blind
    settings.replayed = replay
    settings.writesJSON = json
    settings.isMember = member
    // What is shown or merged has one worker, whatever was asked for.
    let jobs = replay == nil && merge.isEmpty ? self.jobs : 1
    settings.isOneOfMany = member && jobs > 1
    guard let shard else { return }
    let part = try SelectionOptions.shard(shard)
    settings.shard = part.index - 1
    settings.shardCount = part.count
    // The lead has given this worker its part.
    settings.speaksForAll = !member || settings.shard < settings.shardCount / jobs
  }

  private var seconds: Double? {
    get throws {
      guard let time else { return nil }
      do {
        return try CommonConfiguration.duration(time) / .seconds(1)
      } catch {
        throw ValidationError("--time: \(error)")
      }
    }
  }
}
