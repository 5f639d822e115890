/// What is to be started, all of it resolved.
struct ProcessCommand {
  /// The program's file.
  var path: [UInt8]
  /// What the program is told, its own name first.
  var arguments: [[UInt8]]
  /// As `NAME=VALUE`.
  var environment: [[UInt8]]
  var directory: [UInt8]?
  /// Whose identity the program gets.
  var user: String?
  var limits: [Limit] = []
  /// What becomes the descriptors from 3 on.
  var listeners: [CInt] = []
  var hasTerminal = false

  /// A limit of `setrlimit(2)`.
  struct Limit {
    let name: String
    let soft: UInt64
    let hard: UInt64
  }

  /// Whether it is a shell, by its name.
  var isShell: Bool {
    let name = path.split(separator: UInt8(ascii: "/")).last ?? []
    let shells = ["ash", "bash", "dash", "ksh", "sh", "zsh"]
    return shells.contains(String(decoding: name, as: UTF8.self))
  }

  /// The program and its arguments as one line, for a report.
  var line: String {
    arguments.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
  }
}

// MARK: The environment

extension ProcessCommand {
  /// The variables of this process with changes over them.
  ///
  /// - Parameter changes: The new value of each variable; without one it is taken out.
  /// - Returns: The variables as `NAME=VALUE`.
  static func environment(changedBy changes: [(name: [UInt8], value: [UInt8]?)]) -> [[UInt8]] {
    var variables = ProcessCalls.environment
    for change in changes {
      variables.removeAll { $0.starts(with: change.name + [UInt8(ascii: "=")]) }
      if let value = change.value { variables.append(change.name + [UInt8(ascii: "=")] + value) }
    }
    return variables
  }

  /// Puts an option before those that a variable has; a later one wins.
  mutating func prepend(_ option: String, to variable: String) {
    let options = self.variable(variable).map { "\(option):\($0)" } ?? option
    let prefix = Array("\(variable)=".utf8)
    environment.removeAll { $0.starts(with: prefix) }
    environment.append(prefix + Array(options.utf8))
  }

  /// The value that a variable has for the program.
  func variable(_ name: String) -> String? {
    let prefix = Array("\(name)=".utf8)
    guard let found = environment.last(where: { $0.starts(with: prefix) }) else { return nil }
    return String(decoding: found.dropFirst(prefix.count), as: UTF8.self)
  }
}

// MARK: The program

extension ProcessCommand {
  /// A command that cannot be found, with what comes nearest.
  struct NotFound: Error {
    let reason: String
  }

  /// Finds the program that the first argument names, as the shell does.
  ///
  /// A name with a slash is a path from this process's working directory, wherever the program is
  /// to start; any other is looked for on the program's own PATH.
  mutating func resolveProgram() throws(NotFound) {
    guard let name = arguments.first, !name.isEmpty else {
      throw NotFound(reason: "the command has no name")
    }
    let slash = UInt8(ascii: "/")
    guard !name.contains(slash) else {
      path = name
      if name.first != slash, directory != nil,
        let here = try? FileSystem.absolutePath(of: ".")
      {
        path = Array("\(here)/".utf8) + name
      }
      return
    }
    path = Array(try find(String(decoding: name, as: UTF8.self)).utf8)
  }

  private func find(_ name: String) throws(NotFound) -> String {
    let directories = (variable("PATH") ?? "/usr/bin:/bin").split(separator: ":").map(String.init)
    var mayNotRun: String?
    for directory in directories {
      let candidate = "\(directory)/\(name)"
      guard let status = try? FileSystem.status(of: candidate), status.isRegularFile else {
        continue
      }
      if FileSystem.isExecutable(candidate) { return candidate }
      mayNotRun = candidate
    }
    if let mayNotRun { throw NotFound(reason: "\(mayNotRun) may not be executed") }
    let hint =
      NearestName.suggestion(for: name, among: Self.commands(in: directories))
      .map { "; did you mean '\($0)'?" } ?? ""
    throw NotFound(reason: "there is no command '\(name)' on PATH\(hint)")
  }

  private static func commands(in directories: [String]) -> Set<String> {
    var names: Set<String> = []
    for directory in directories {
      for name in (try? FileSystem.names(in: directory)) ?? [] {
        names.insert(String(decoding: name, as: UTF8.self))
      }
    }
    return names
  }
}
