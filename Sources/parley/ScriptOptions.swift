internal import ArgumentParser
internal import Scenario

/// The options that scripts and their states get.
struct ScriptOptions: ParsableArguments {
  @Option(
    name: [.customShort("D"), .long],
    help: ArgumentHelp("Sets var.NAME, which the scripts read.", valueName: "NAME=VALUE")
  )
  var define: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      Keeps var.NAME out of logs and reports from the start. Without -D it is the variable NAME of the \
      environment.
      """,
      valueName: "NAME"
    )
  )
  var secret: [String] = []

  @Option(
    help: ArgumentHelp(
      "The most memory that a script may use, such as 512M or 2G.",
      valueName: "BYTES"
    )
  )
  var memory = MemorySize(bytes: 1 << 30)

  @Option(
    help: ArgumentHelp(
      "Sets t.seed of the scripts and the order of --shuffle. (default: another one in each run)",
      valueName: "NUMBER"
    )
  )
  var seed: Int?

  @Option(
    help: ArgumentHelp(
      "The time for a scenario that sets none, such as 20s. (default: 60s)",
      valueName: "DURATION"
    )
  )
  var timeout: String?

  @Option(
    help: ArgumentHelp("Multiplies every deadline, for a slow machine.", valueName: "FACTOR")
  )
  var scale = 1.0

  @Flag(help: "Keeps private directories; reports name them.")
  var keep = false

  /// What followed `--`; see ``Main``.
  @Option(name: .long, parsing: .unconditionalSingleValue, help: .hidden)
  var scriptArgument: [String] = []

  func validate() throws {
    guard memory.bytes >= 1 << 20 else {
      throw ValidationError("--memory must be at least 1M, which an empty script needs")
    }
    guard scale > 0, scale <= 1e6 else { throw ValidationError("--scale must be above 0") }
    for definition in define where !definition.dropFirst().contains("=") {
      throw ValidationError("-D takes NAME=VALUE, not \"\(definition)\"")
    }
    for name in secret where (variables[name] ?? "").isEmpty {
      throw ValidationError("--secret \(name): neither -D nor the environment sets it")
    }
    var configuration = CommonConfiguration()
    try apply(to: &configuration)
  }

  /// Sets what the options mean.
  ///
  /// - Throws: The error for a command line that is wrong.
  func apply(to configuration: inout CommonConfiguration) throws {
    configuration.memoryLimit = memory.bytes
    configuration.options = words
    configuration.arguments = scriptArgument
    configuration.variables = variables
    configuration.secretNames = secret
    configuration.seed = seed ?? Int.random(in: 0..<1 << 31)
    configuration.scale = scale
    configuration.keepsDirectories = keep
    guard let timeout else { return }
    do {
      configuration.timeout = try CommonConfiguration.duration(timeout)
    } catch {
      throw ValidationError("--timeout: \(error)")
    }
  }

  /// The options on which the course of a scenario depends, but for the seed, as they were given.
  private var words: [String] {
    var words = define.flatMap { ["-D", $0] } + secret.flatMap { ["--secret", $0] }
    if memory.bytes != 1 << 30 { words += ["--memory", memory.text] }
    if let timeout { words += ["--timeout", timeout] }
    if scale != 1 { words += ["--scale", scale.rounded() == scale ? "\(Int(scale))" : "\(scale)"] }
    return words
  }

  /// A command line as a log may have it: without the values that scripts get, which may be secret.
  static func recorded(_ arguments: some Sequence<String>) -> [String] {
    var recorded: [String] = []
    for argument in arguments {
      let isDefinition = ["-D", "--define"].contains(recorded.last)
      let option = isDefinition ? "" : ["-D=", "--define="].first(where: argument.hasPrefix)
      if recorded.contains("--") {
        recorded.append("…")
      } else if let option {
        recorded.append("\(option)\(argument.dropFirst(option.count).prefix { $0 != "=" })=…")
      } else {
        recorded.append(argument)
      }
    }
    return recorded
  }

  private var variables: [String: String] {
    var variables: [String: String] = [:]
    for name in secret { variables[name] = FileSystem.variable(name) }
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
  /// As it was written.
  let text: String

  init(bytes: Int) {
    self.bytes = bytes
    text = "\(bytes)"
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
    text = argument
  }

  var defaultValueDescription: String { "1G" }
}
