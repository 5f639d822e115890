/// Something that a scenario needs, without which it is skipped.
package enum Requirement: Hashable, Sendable, CustomStringConvertible {
  /// `cmd:redis-server`: a command on the search path, or a file that can be run.
  case command(String)
  /// `env:HOME`: a variable of the environment.
  case variable(String)
  /// `root`: the right to do everything.
  case root
  /// `linux`.
  case linux

  /// Reads a requirement.
  ///
  /// - Throws: ``Unknown`` for a text that is none.
  init(_ text: String) throws(Unknown) {
    if let name = text.removing(prefix: "cmd:"), !name.isEmpty {
      self = .command(name)
    } else if let name = text.removing(prefix: "env:"), !name.isEmpty {
      self = .variable(name)
    } else if text == "root" {
      self = .root
    } else if text == "linux" {
      self = .linux
    } else {
      throw Unknown(text: text)
    }
  }

  /// The text that it was read from.
  package var description: String {
    switch self {
    case .command(let name): "cmd:\(name)"
    case .variable(let name): "env:\(name)"
    case .root: "root"
    case .linux: "linux"
    }
  }

  /// Why the requirement is not met; nil when it is.
  var reasonMissing: String? {
    switch self {
    case .command(let name): Self.isCommand(name) ? nil : "needs the command \(name)"
    case .variable(let name):
      FileSystem.variable(name) != nil ? nil : "needs the environment variable \(name)"
    case .root: FileSystem.isRoot ? nil : "needs root"
    case .linux: nil
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
