/// The files that a run stands on: its scripts, the modules beside them, and which version there is
/// of each.
package struct FileWatch {
  /// The arguments that run again the scripts which use a file, by its path.
  private var users: [String: Set<String>] = [:]
  private let versions: [String: FileSystem.Status?]

  /// Takes note of the files as they are now.
  ///
  /// Modules are those that a script requires by their names; what else it loads is not known.
  package init(_ selection: ScriptSelection) {
    var modules = RequiredModules()
    for script in selection.scripts {
      let argument = script.lines.first.map { "\(script.path):\($0)" } ?? script.path
      for file in modules.files(of: script.path).union([script.path]) {
        users[file, default: []].insert(argument)
      }
    }
    versions = Dictionary(uniqueKeysWithValues: users.keys.map { ($0, Self.version(of: $0)) })
  }

  /// Takes note of the files that arguments select, once all are there.
  ///
  /// Who saves a file may have it away for a moment, or a directory.
  ///
  /// - Parameters:
  ///   - arguments: Those of a command, as for ``ScriptSelection``.
  ///   - complain: Told once what is missing, when it has been for a second.
  /// - Returns: The files; `nil` when the user wants to stop.
  package static func awaitFiles(
    _ arguments: [String],
    complain: (String) -> Void
  ) -> FileWatch? {
    var looks = 0
    while !Interruption.isRequested {
      do throws(ScriptSelection.Refusal) {
        var selection = try ScriptSelection(arguments: arguments)
        _ = selection.leaveOutModules()
        return FileWatch(selection)
      } catch {
        looks += 1
        if looks == 20 { complain("waiting: \(error)") }
      }
      FileSystem.pause(milliseconds: 50)
    }
    return nil
  }

  /// How many files there are.
  package var fileCount: Int { users.count }

  /// Waits until a file changes in a directory in which a script or a module lies.
  ///
  /// - Parameter earlier: The files that were run; those that have changed since are not waited for.
  /// - Returns: The scripts that use what has changed; empty when it is another file, which any script
  ///   may use; `nil` when the user wants to stop, or nothing can be watched.
  package func awaitChange(since earlier: FileWatch) -> [String]? {
    let directories = filesByDirectory
    let names = directories.keys.sorted()
    // From here on no change is missed.
    let watch = FileSystem.DirectoryWatch(names)
    let changed = users.filter { Self.version(of: $0.key) != earlier.versions[$0.key] }
    if !changed.isEmpty, !Interruption.isRequested { return Self.union(changed.values) }
    guard let watch else { return nil }
    while !Interruption.isRequested {
      let changes = watch.next()
      if changes.isEmpty { continue }
      let users = changes.map { directories[names[$0.directory]]?[$0.name] }
      return users.contains(nil) ? [] : Self.union(users.compactMap(\.self))
    }
    return nil
  }

  private static func version(of file: String) -> FileSystem.Status? {
    try? FileSystem.status(of: file)
  }

  private static func union(_ scripts: some Sequence<Set<String>>) -> [String] {
    scripts.reduce(into: Set()) { $0.formUnion($1) }.sorted()
  }

  /// The users of each file by its directory and its name there.
  private var filesByDirectory: [String: [String: Set<String>]] {
    var files: [String: [String: Set<String>]] = [:]
    for (path, users) in users {
      let name = path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
      files[Script.directory(of: path), default: [:]][name] = users
    }
    return files
  }
}
