/// Something that a scenario needs, without which it is skipped: `cmd:redis-server`, `env:HOME`,
/// `root` or `linux`.
enum Requirement {
  /// Why the requirement is not met; nil when it is.
  ///
  /// - Throws: ``Unknown`` for a text that is no requirement.
  static func reasonMissing(_ text: String) throws(Unknown) -> String? {
    if let name = text.removing(prefix: "cmd:") {
      return isCommand(name) ? nil : "needs the command \(name)"
    }
    if let name = text.removing(prefix: "env:") {
      return FileSystem.variable(name) != nil ? nil : "needs the environment variable \(name)"
    }
    switch text {
    case "root": return FileSystem.isRoot ? nil : "needs root"
    case "linux": return nil
    default: throw Unknown(text: text)
    }
  }

  /// A text in `needs` that says nothing.
  struct Unknown: Error, CustomStringConvertible {
    let text: String
    var description: String {
      "needs: \"\(text)\" is none of cmd:NAME, env:NAME, root, linux"
    }
  }

  private static func isCommand(_ name: String) -> Bool {
    if name.contains("/") { return FileSystem.isExecutable(name) }
    let path = FileSystem.variable("PATH") ?? "/usr/bin:/bin"
    return path.split(separator: ":").contains { FileSystem.isExecutable("\($0)/\(name)") }
  }
}
