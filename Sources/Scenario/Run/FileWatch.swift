/// Waits for changes of scripts, and of the files beside them.
package enum FileWatch {
  /// Waits until a file changes in a directory in which a script lies.
  ///
  /// - Parameter selection: The scripts.
  /// - Returns: The scripts that have changed; empty when another file has, which any script may use;
  ///   `nil` when the user wants to stop, or nothing can be watched.
  package static func awaitChange(of selection: ScriptSelection) -> [String]? {
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
