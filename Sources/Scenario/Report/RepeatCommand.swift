/// The command that runs one scenario again as it was run, or all that have failed, for a shell.
struct RepeatCommand {
  /// Its words, each as a shell reads it.
  let words: [String]

  init(_ result: ScenarioResult) {
    self.init([result.selection], of: result, usesSeed: result.usesSeed)
  }

  /// The command that names the failures of a run; `nil` where there are not several, or not of one
  /// run.
  init?(failuresOf tally: RunTally) {
    var named: Set<String> = []
    let selection = tally.failures.map(\.selection).filter { named.insert($0).inserted }
    guard selection.count > 1, !tally.isMerged else { return nil }
    self.init(selection, of: tally)
  }

  /// The command that has the failures of a run from the list of what has failed; `nil` where that is
  /// not kept.
  init?(listedFailuresOf tally: RunTally) {
    guard tally.areFailuresListed else { return nil }
    self.init(tally.run.paths + tally.run.filters + ["--last-failed"], of: tally)
  }

  private init(_ selection: [String], of tally: RunTally) {
    let usesSeed = tally.failures.contains(where: \.usesSeed)
    self.init(selection, of: tally.failures[0], usesSeed: usesSeed)
  }

  private init(_ selection: [String], of result: ScenarioResult, usesSeed: Bool) {
    let run = result.run
    let arguments = result.scriptArguments ?? run.scriptArguments
    var words = ["parley", "run"] + selection + (result.options ?? run.options)
    if usesSeed { words += ["--seed", "\(run.seed)"] }
    if !arguments.isEmpty { words += ["--"] + arguments }
    self.words = words.map(Self.word)
  }

  /// The command on one line.
  var line: String { words.joined(separator: " ") }

  /// The command on as many lines as it needs, with the mark by which a shell reads on.
  func lines(columns: Int, indent: String) -> [String] {
    let lines = TerminalText.wrapped(words: words, columns: columns - 2, indent: indent)
    return lines.dropLast().map { "\($0) \\" } + lines.suffix(1)
  }

  /// The lines of the command as a report has them.
  func labelled(columns: Int) -> [String] {
    let label = "  again  "
    let margin = String(repeating: " ", count: label.count)
    let lines = lines(columns: columns, indent: margin)
    return [label + lines[0].dropFirst(label.count)] + lines.dropFirst()
  }

  /// A text as a shell reads it, quoted where that is needed.
  static func word(_ text: String) -> String {
    if !text.isEmpty, text.unicodeScalars.allSatisfy(isPlain) { return text }
    if printable(text) == text {
      return "'\(text.replacing("'", with: "'\\''"))'"
    }
    return "$'\(text.unicodeScalars.map(escaped).joined())'"
  }

  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    if !scalar.isASCII { return scalar.escape == nil }
    return scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
      || "/._-+:@%,=".unicodeScalars.contains(scalar)
  }

  /// A character between `$'` and `'`, which reports may print.
  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    if scalar == "'" || scalar == "\\" { return "\\\(scalar)" }
    if scalar.escape == nil { return String(scalar) }
    return String(scalar).utf8.map(Unicode.Scalar.byteEscape).joined()
  }
}
