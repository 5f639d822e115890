extension ScenarioDescription {
  /// The file and the name as reports print them.
  var title: String { ScenarioResult.title(file: file, name: name) }
}

/// How one scenario went, and which it was.
package struct ScenarioResult: Hashable, Sendable {
  /// The script as it was named on the command line.
  package let file: String
  /// The scenario's name; empty when the whole file is one scenario.
  package let name: String
  /// The line on which the scenario's block begins; `nil` when the whole file is one scenario.
  package let line: Int?
  package let duration: Duration
  package var outcome: RunOutcome
  /// How often it was tried.
  package var attempts = 1
  /// Where its private directory is still to be found; empty when it was removed.
  package var directory = ""

  package init(
    file: String,
    name: String = "",
    line: Int? = nil,
    duration: Duration,
    outcome: RunOutcome
  ) {
    self.file = file
    self.name = name
    self.line = line
    self.duration = duration
    self.outcome = outcome
  }

  /// The file and the name as reports print them.
  var title: String { Self.title(file: file, name: name) }

  /// A file and the name of a scenario in it as reports print them.
  static func title(file: String, name: String) -> String {
    name.isEmpty || name == file ? printable(file) : "\(printable(file)) › \(printable(name))"
  }

  /// What selects this scenario on the command line, quoted for the shell where that is needed.
  var selector: String {
    let argument = line.map { "\(file):\($0)" } ?? file
    let isPlain = argument.utf8.allSatisfy { byte in
      byte >= 0x80 || Character(Unicode.Scalar(byte)).isLetter
        || 0x30...0x39 ~= byte || "/._-+:@%,".utf8.contains(byte)
    }
    if isPlain { return printable(argument) }
    let quoted = argument.split(separator: "'", omittingEmptySubsequences: false)
    return printable("'\(quoted.joined(separator: "'\\''"))'")
  }
}
