/// Waits for changes of scripts, and of the files beside them.
package enum FileWatch {
  /// Which version of each script there is.
  package struct Versions {
    fileprivate let statuses: [String: FileSystem.Status?]

    /// Takes note of the scripts as they are now.
    package init(_ selection: ScriptSelection) {
      let pairs = selection.scripts.map { ($0.path, try? FileSystem.status(of: $0.path)) }
      statuses = Dictionary(pairs) { first, _ in first }
    }
  }

  /// Waits until a file changes in a directory in which a script lies.
  ///
  /// - Parameters:
  ///   - selection: The scripts.
  ///   - versions: The ones that were run; scripts that have changed since are not waited for.
  /// - Returns: The scripts that have changed; empty when another file has, which any script may use;
  ///   `nil` when the user wants to stop, or nothing can be watched.
  package static func awaitChange(
    of selection: ScriptSelection,
    since versions: Versions
  ) -> [String]? {
    let now = Versions(selection).statuses
    let changed = selection.scripts.filter { now[$0.path] != versions.statuses[$0.path] }
    if !changed.isEmpty, !Interruption.isRequested { return changed.map(argument) }
    var scripts: [String: [String: String]] = [:]
    for script in selection.scripts {
      let slash = script.path.lastIndex(of: "/")
      let directory = slash.map { String(script.path[...$0]) } ?? "."
      let name = slash.map { String(script.path[script.path.index(after: $0)...]) } ?? script.path
      scripts[directory, default: [:]][name] = argument(script)
    }
    let directories = scripts.keys.sorted()
    while !Interruption.isRequested {
      guard let changes = FileSystem.awaitChanges(in: directories) else { continue }
      if changes.isEmpty { return nil }
      let names = changes.map { scripts[directories[$0.directory]]?[$0.name] }
      return names.contains(nil) ? [] : Array(Set(names.compactMap(\.self))).sorted()
    }
    return nil
  }

  private static func argument(_ script: ScriptSelection.Script) -> String {
    script.lines.first.map { "\(script.path):\($0)" } ?? script.path
  }
}
