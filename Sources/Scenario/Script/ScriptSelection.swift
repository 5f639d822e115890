/// The scripts that the arguments `PATH[:LINE]…` of a command select.
package struct ScriptSelection: Hashable, Sendable {
  /// One script, with the lines whose scenarios are selected.
  package struct Script: Hashable, Sendable {
    /// The path as it was given, or as found below a directory that was given.
    package let path: String
    /// The selected lines in ascending order; empty selects the whole script.
    package let lines: [Int]
    /// Whether an argument names the script itself, and not a directory.
    let isNamed: Bool

    package init(path: String, lines: [Int] = [], isNamed: Bool = true) {
      self.path = path
      self.lines = lines
      self.isNamed = isNamed
    }
  }

  /// Why arguments select no scripts, and the status with which to end.
  package struct Refusal: Error, Hashable, CustomStringConvertible {
    /// One sentence that begins with the argument.
    package let description: String
    package let exitCode: ExitCode
  }

  /// The scripts in the order of the arguments; one that is selected twice stands once.
  package internal(set) var scripts: [Script] = []

  /// Finds the scripts.
  ///
  /// A directory stands for all `*.lua` files in it and below it in the order of their paths,
  /// without hidden ones; a directory that several links lead to is searched once. An argument that
  /// names an existing file is that file, even if the name ends in `:12`.
  ///
  /// - Parameter arguments: What stands on the command line; empty searches the working directory.
  /// - Throws: ``Refusal`` for a path that does not exist or cannot be read, for a line number of a
  ///   directory, for a name that is too long or holds a NUL, and for a directory without scripts.
  package init(arguments: [String]) throws(Refusal) {
    var selected: [(path: String, line: Int?, isNamed: Bool)] = []
    for argument in arguments.isEmpty ? ["."] : arguments {
      selected += try Self.scripts(for: argument)
    }
    var indices: [String: Int] = [:]
    for (path, line, isNamed) in selected {
      let index = indices[path, default: scripts.count]
      if index == scripts.count {
        indices[path] = index
        scripts.append(Script(path: path, lines: line.map { [$0] } ?? [], isNamed: isNamed))
      } else {
        scripts[index] = scripts[index].selecting(line, isNamed)
      }
    }
  }

  /// Leaves out the scripts in which none of some scenarios stands.
  ///
  /// - Parameter keys: The scenarios, as ``ScenarioFilter/keys``.
  /// - Returns: The other scripts.
  package func narrowed(to keys: Set<String>) -> ScriptSelection {
    let files = Set(keys.map { $0.prefix { $0 != "\0" } })
    var narrowed = self
    narrowed.scripts = scripts.filter { files.contains($0.path[...]) }
    return narrowed
  }

  private static func scripts(
    for argument: String
  ) throws(Refusal) -> [(path: String, line: Int?, isNamed: Bool)] {
    let (path, line, status) = try target(of: argument)
    if !status.isDirectory {
      try refusing(path) { () throws(FileSystem.Failure) in try FileSystem.checkReadable(path) }
      return [(path, line, true)]
    }
    if line != nil {
      throw Refusal(
        description: "\(printable(argument)): a directory has no lines",
        exitCode: .usage
      )
    }
    var search = ScriptSearch()
    let found = try search.scripts(below: path, status)
    if found.isEmpty {
      throw Refusal(
        description: "\(printable(argument)): no script (*.lua) in this directory",
        exitCode: .nothingRan
      )
    }
    return found.map { ($0, nil, false) }
  }

  private static func target(
    of argument: String
  ) throws(Refusal) -> (path: String, line: Int?, status: FileSystem.Status) {
    if argument.isEmpty {
      throw Refusal(description: "an empty argument names no file", exitCode: .usage)
    }
    if argument.utf8.contains(0) {
      let reason = "a path cannot hold a NUL byte"
      throw Refusal(description: "\(printable(argument)): \(reason)", exitCode: .usage)
    }
    if let status = try? FileSystem.status(of: argument) { return (argument, nil, status) }
    let (path, line) = try splitLine(argument)
    try checkLengths(of: path)
    let status = try refusing(path) { () throws(FileSystem.Failure) in
      try FileSystem.status(of: path)
    }
    return (path, line, status)
  }

  private static func checkLengths(of path: String) throws(Refusal) {
    let longest = path.utf8.split(separator: UInt8(ascii: "/")).map(\.count).max() ?? 0
    guard longest > 255 else { return }
    throw Refusal(
      description: "\(printable(path)): a file name has \(longest) bytes, 255 is the most",
      exitCode: .usage
    )
  }

  /// Splits `PATH:LINE`; a colon that no number follows belongs to the path.
  private static func splitLine(
    _ argument: String
  ) throws(Refusal) -> (path: String, line: Int?) {
    guard let colon = argument.lastIndex(of: ":"), colon > argument.startIndex else {
      return (argument, nil)
    }
    let digits = argument[argument.index(after: colon)...]
    guard !digits.isEmpty, digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else {
      return (argument, nil)
    }
    guard let line = Int(digits), line > 0 else {
      throw Refusal(
        description: "\(printable(argument)): \(digits) is no line; the first is 1",
        exitCode: .usage
      )
    }
    return (String(argument[..<colon]), line)
  }

  /// Makes sure that a file which the command line names alone can be read.
  ///
  /// - Parameters:
  ///   - path: Its path.
  ///   - status: The status with which to end where it is there, and cannot be read.
  /// - Throws: ``Refusal`` where it cannot.
  package static func checkFile(_ path: String, orEndWith status: ExitCode) throws(Refusal) {
    let isDirectory = try refusing(path, status) { () throws(FileSystem.Failure) in
      try FileSystem.checkReadable(path)
      return try FileSystem.status(of: path).isDirectory
    }
    if isDirectory {
      throw Refusal(description: "\(printable(path)): it is a directory", exitCode: .usage)
    }
  }

  /// Runs a call to the file system and turns its failure into a sentence about the path.
  ///
  /// A path that nothing is at is a mistake of the command line, whatever the file was for.
  static func refusing<Result>(
    _ path: String,
    _ status: ExitCode = .unloadable,
    _ body: () throws(FileSystem.Failure) -> Result
  ) throws(Refusal) -> Result {
    do {
      return try body()
    } catch {
      throw Refusal(
        description: "\(printable(path)): \(error.reason)",
        exitCode: error.isMisnaming ? .usage : status
      )
    }
  }
}

extension ScriptSelection.Script {
  /// The same script with one more line selected, or as a whole when the line is `nil`.
  fileprivate func selecting(_ line: Int?, _ isNamed: Bool) -> ScriptSelection.Script {
    let all = line.map { lines.isEmpty ? [] : Set(lines + [$0]).sorted() }
    return ScriptSelection.Script(
      path: path,
      lines: all ?? [],
      isNamed: self.isNamed || isNamed
    )
  }
}
