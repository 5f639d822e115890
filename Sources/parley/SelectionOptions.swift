internal import ArgumentParser
internal import Scenario

/// The options that say which scenarios of the files are meant.
struct SelectionOptions: ParsableArguments {
  static let pathHelp = ArgumentHelp(
    """
    A script, or a directory that is searched for *.lua; with a line, only the scenario that stands \
    there. Without any, the working directory is searched.
    """,
    valueName: "PATH[:LINE]"
  )

  @Option(
    name: .customShort("k"),
    help: ArgumentHelp(
      """
      Only scenarios for which this holds: words that stand in the name, the path or a tag, \
      name:WORD, file:WORD, tag:TAG, with not, and, or, and parentheses; such as 'tag:smoke and not \
      "two words"'.
      """,
      valueName: "EXPRESSION"
    )
  )
  var expression: String?

  @Option(
    name: [.customShort("t"), .long],
    help: ArgumentHelp("Only scenarios with this tag, or another that is given.", valueName: "TAG")
  )
  var tag: [String] = []

  @Flag(help: "Only what failed when it was last run.")
  var lastFailed = false

  @Option(
    help: ArgumentHelp(
      """
      Only part I of N, such as 2/5. "auto" takes both from SLURM_ARRAY_TASK_ID and SLURM_ARRAY_TASK_COUNT, \
      "auto/N" the part from JOB_COMPLETION_INDEX.
      """,
      valueName: "I/N"
    )
  )
  var shard: String?

  /// Here, where the parser still knows of which command the usage is.
  func validate() throws {
    var filter = ScenarioFilter()
    try apply(to: &filter)
  }

  /// Sets what the options mean.
  ///
  /// - Throws: The error for a command line that is wrong.
  func apply(to configuration: inout RunConfiguration) throws {
    try apply(to: &configuration.common.filter)
    guard lastFailed else { return }
    configuration.common.filter.keys = FailedScenarios.load()
  }

  func apply(to filter: inout ScenarioFilter) throws {
    if let expression {
      do {
        filter.expression = try FilterExpression(expression)
      } catch {
        throw ValidationError("-k: \(error)")
      }
    }
    filter.tags = tag
    if let shard { filter.shard = try Self.shard(shard) }
  }

  /// The scripts of which something may be selected.
  func narrowed(_ scripts: ScriptSelection) -> ScriptSelection {
    lastFailed ? scripts.narrowed(to: FailedScenarios.load()) : scripts
  }

  static func shard(_ text: String) throws -> Shard {
    if let shard = Shard(text) { return shard }
    let parts = text.split(separator: "/")
    guard parts.first == "auto" else {
      throw ValidationError("--shard takes I/N with I from 1 to N, not \"\(text)\"")
    }
    guard let shard = Shard(environmentWithCount: parts.count == 2 ? Int(parts[1]) : nil) else {
      throw ValidationError("--shard \(text): the environment names no such part")
    }
    return shard
  }
}

/// The options that say in which order, how often and how many at once.
struct OrderOptions: ParsableArguments {
  @Option(
    name: [.customShort("j", allowingJoined: true), .long],
    help: ArgumentHelp(
      """
      How many processes run scenarios; without it as many as there are processors. 0 runs them in \
      this process, for a debugger or a profiler, leaves the terminal to them, and does not look for \
      descriptors and processes that scripts leave.
      """,
      valueName: "NUMBER"
    )
  )
  var jobs: Int?

  @Flag(name: .customShort("x"), help: "Starts nothing more after the first failure.")
  var stopsAtFailure = false

  @Option(
    help: ArgumentHelp("Starts nothing more after this many failures.", valueName: "NUMBER")
  )
  var maxFail: Int?

  @Flag(help: "Runs what failed last first.")
  var failedFirst = false

  @Flag(help: "Runs in an order that is drawn from the seed.")
  var shuffle = false

  @Option(help: ArgumentHelp("Runs everything this many times.", valueName: "NUMBER"))
  var `repeat` = 1

  @Option(
    help: ArgumentHelp(
      "Tries what fails up to this many times again; what passes then is flaky, which is a failure.",
      valueName: "NUMBER"
    )
  )
  var retries = 0

  func validate() throws {
    if let jobs, jobs < 0 { throw ValidationError("-j must be at least 0") }
    if let maxFail, maxFail < 1 { throw ValidationError("--max-fail must be at least 1") }
    if self.repeat < 1 { throw ValidationError("--repeat must be at least 1") }
    if self.repeat > 1_000_000_000 { throw ValidationError("--repeat must be at most 1000000000") }
    if retries < 0 { throw ValidationError("--retries must be at least 0") }
  }

  func apply(to configuration: inout RunConfiguration) {
    configuration.workers = jobs ?? FileSystem.processorCount
    configuration.failureLimit = stopsAtFailure ? 1 : maxFail
    if failedFirst { configuration.failedFirst = FailedScenarios.load() }
    configuration.shuffles = shuffle
    configuration.rounds = self.repeat
    configuration.retries = retries
  }
}
