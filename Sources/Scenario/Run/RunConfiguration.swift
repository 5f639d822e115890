internal import LocalSocketLua
internal import LocalSockets

/// What the command line says about a run.
package struct RunConfiguration: Sendable {
  /// What every process of the run is told.
  package var common = CommonConfiguration()
  /// What scripts may use besides the scenario language.
  package var extensions: [PreludeExtension] = []
  /// How many processes run scenarios; 0 runs them in this one.
  package var workers = 0
  /// The failures after which nothing more is started; `nil` runs everything.
  package var failureLimit: Int?
  /// How often everything is run.
  package var rounds = 1
  /// How often a scenario that fails is tried again.
  package var retries = 0
  /// Whether the order is drawn from the seed.
  package var shuffles = false
  /// The scenarios that come first, as ``ScenarioFilter/keys``; `nil` for no other order.
  package var failedFirst: Set<String>?
  /// The file of the log; `nil` keeps none.
  package var logPath: String?
  /// The command line after the program's name, for the log.
  package var commandLine: [String] = []
  /// The scripts and directories in it.
  package var paths: [String] = []
  package var format = ReportFormat()
  /// What is written to stdout.
  package var reportKind = ReportKind.pretty
  /// Reports that go to files.
  package var reportFiles: [ReportFile] = []
  /// Whether a line on the terminal says how the run goes.
  package var hasLiveLine = false
  /// Called with each scenario that fails, before it is taken down; everything then runs in this
  /// process, one scenario after the other.
  package var pause: (@Sendable (PausedScenario) -> Void)?
  /// Gives the keys that were pressed on the terminal since it was last called; `nil` where no keys
  /// mean anything.
  package var pressedKeys: (@Sendable () -> [UInt8])?
  /// Writes results.
  package var print: @Sendable (String) -> Void = { _ in }
  /// Writes a diagnostic: a sentence, without a newline.
  package var complain: @Sendable (String) -> Void = { _ in }
  /// Writes on the terminal what is not to stay there.
  package var showLive: @Sendable (String) -> Void = { _ in }

  package init() {}

  /// Whether scenarios run in processes of their own.
  package var usesProcesses: Bool { workers > 0 && pause == nil }

  /// A report and the file that it is written to.
  package struct ReportFile: Hashable, Sendable {
    package let kind: ReportKind
    package let path: String

    package init(kind: ReportKind, path: String) {
      self.kind = kind
      self.path = path
    }
  }
}

extension CommonConfiguration {
  /// What a report says of a script that has reached the limit of its memory.
  ///
  /// - Parameter message: What Lua has raised.
  /// - Returns: A sentence; `nil` for any other error.
  func memoryProblem(_ message: String) -> String? {
    message == "not enough memory" ? outOfMemory : nil
  }

  /// What is said of a script that has reached the limit.
  var outOfMemory: String {
    "the script needs more memory than \(shownMemoryLimit); --memory sets another limit"
  }

  /// The limit in the unit in which somebody would set it.
  var shownMemoryLimit: String {
    let units = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")]
    let unit = units.first { memoryLimit.isMultiple(of: $0.0) }
    return unit.map { "\(memoryLimit / $0.0) \($0.1)" } ?? counted(memoryLimit, "byte")
  }
}

/// What a process needs to know to run scenarios.
package struct CommonConfiguration: Hashable, Sendable {
  /// The bytes that each script's state may hold.
  package var memoryLimit = 1 << 30
  /// The options of the command line on which the course of a scenario depends, but for the seed.
  package var options: [String] = []
  /// What follows the scripts on the command line, after `--`.
  package var arguments: [String] = []
  /// What `-D NAME=VALUE` has set.
  package var variables: [String: String] = [:]
  /// The names of those that no log and no report may show.
  package var secretNames: [String] = []
  /// Where random choices of scripts begin.
  package var seed = 0
  /// The time for a scenario that sets none.
  package var timeout: Duration?
  /// What every deadline is multiplied by.
  package var scale = 1.0
  /// Whether private directories stay.
  package var keepsDirectories = false
  package var filter = ScenarioFilter()

  package init() {}

  /// Reads a duration with its unit.
  ///
  /// - Throws: What is wrong with the text, as a clause.
  package static func duration(_ text: String) throws -> Duration {
    try DurationText.parse(text)
  }

  /// What is secret before any script says so.
  var secretValues: [[UInt8]] { secretNames.compactMap { variables[$0].map { Array($0.utf8) } } }

  /// What of the command line is needed to fail again in the same way; `nil` where that is nothing.
  ///
  /// - Parameters:
  ///   - script: The path of the script that has failed.
  ///   - secrets: What is secret by now.
  /// - Returns: The event.
  func command(for script: String, hiding secrets: Secrets) -> Event.Kind? {
    if options.isEmpty, arguments.isEmpty { return nil }
    let passed = PassedSecrets(try? Script.text(of: script))
    return .command(
      options: passed.shown(options: options.map(secrets.redacted)),
      arguments: passed.shown(arguments: arguments.map(secrets.redacted))
    )
  }

  /// A scenario's options under this configuration.
  func adapted(_ options: ScenarioOptions) -> ScenarioOptions {
    var options = options
    if !options.hasOwnTimeout, let timeout { options.timeout = timeout }
    if scale != 1 {
      options.timeout = options.timeout.scaled(by: scale)
      options.wait = options.wait.scaled(by: scale)
    }
    return options
  }
}

extension Duration {
  /// A multiple, at most what the clock can tell.
  func scaled(by factor: Double) -> Duration {
    .nanoseconds(Int64(min(Double(nanoseconds) * factor, 9e18)))
  }
}
