// Files that other scripts load, and that are no scenarios.

extension ScriptSelection {
  /// Leaves out modules: files below a directory that another script there requires by their names.
  ///
  /// Two scripts that require each other stay, as does what an argument names itself, or what declares
  /// scenarios.
  ///
  /// - Returns: The paths of what was left out.
  package mutating func leaveOutModules() -> [String] {
    guard scripts.contains(where: { !$0.isNamed }) else { return [] }
    var reading = RequiredModules()
    var required: [String: Set<String>] = [:]
    for script in scripts { required[script.path] = reading.files(of: script.path) }
    let modules = Set(
      scripts.flatMap { script in
        required[script.path, default: []].filter { required[$0]?.contains(script.path) != true }
      }
    )
    let left = scripts.filter {
      !$0.isNamed && modules.contains($0.path) && !RequiredModules.declaresScenarios($0.path)
    }
    scripts.removeAll { left.contains($0) }
    return left.map(\.path)
  }

  /// Says that modules do not run by themselves.
  package static func notice(of modules: [String]) -> String? {
    guard let first = modules.first else { return nil }
    if modules.count == 1 {
      return "\(printable(first)) is a module of other scripts, not run itself"
    }
    let rest = modules.count - nameLimit
    let names = modules.prefix(nameLimit).map(printable).joined(separator: ", ")
    return "\(modules.count) files are modules of other scripts, not run themselves: \(names)"
      + (rest > 0 ? " and \(rest) more" : "")
  }

  /// The most files that a notice names.
  private static let nameLimit = 5
}
