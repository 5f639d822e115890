/// Which scenarios of the selected files are run.
package struct ScenarioFilter: Hashable, Sendable {
  /// What must hold of a scenario's name, tags and file.
  package var expression: FilterExpression?
  /// The tags of which a scenario must have one; empty asks for none.
  package var tags: [String] = []
  /// The part of the scenarios that this run has.
  package var shard: Shard?
  /// The only scenarios that are run, as ``ScenarioDescription/key``; `nil` allows all.
  package var keys: Set<String>?

  package init() {}

  /// The options of the command line that it stands for, each with its value, but for those that
  /// have none.
  var options: [[String]] {
    var options = expression.map { [["-k", $0.source]] } ?? []
    options += tags.map { ["-t", $0] }
    if let shard { options.append(["--shard", "\(shard)"]) }
    return options
  }

  /// The options of the command line that it stands for, as a shell reads them.
  var words: [String] {
    let words = options.map { $0.map(RepeatCommand.word).joined(separator: " ") }
    return keys == nil ? words : words + ["--last-failed"]
  }

  /// Whether a scenario is selected.
  func matches(_ scenario: ScenarioDescription) -> Bool {
    if let keys, !keys.contains(scenario.key) { return false }
    if let shard, !shard.holds(scenario) { return false }
    if !tags.isEmpty, !tags.contains(where: scenario.options.tags.contains) { return false }
    return expression?.matches(scenario) ?? true
  }
}

/// One of the parts into which the scenarios are divided, by their files and names.
package struct Shard: Hashable, Sendable, CustomStringConvertible {
  /// Which part, from 1.
  package let index: Int
  package let count: Int

  /// - Returns: `nil` where there is no such part.
  package init?(index: Int, of count: Int) {
    guard count > 0, 1...count ~= index else { return nil }
    self.index = index
    self.count = count
  }

  /// Reads "2/4".
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let index = parts[0], let count = parts[1] else { return nil }
    self.init(index: index, of: count)
  }

  /// Takes the part from the variables that Slurm sets for a job array, or the index that Kubernetes
  /// sets for a job.
  ///
  /// - Parameter count: How many parts there are; `nil` leaves that to Slurm.
  package init?(environmentWithCount count: Int?) {
    func number(_ name: String) -> Int? { FileSystem.variable(name).flatMap { Int($0) } }
    if let identifier = number("SLURM_ARRAY_TASK_ID"),
      let count = count ?? number("SLURM_ARRAY_TASK_COUNT")
    {
      let step = max(1, number("SLURM_ARRAY_TASK_STEP") ?? 1)
      let least = number("SLURM_ARRAY_TASK_MIN") ?? 1
      self.init(index: (identifier &- least) / step &+ 1, of: count)
    } else if let index = number("JOB_COMPLETION_INDEX"), let count {
      self.init(index: index &+ 1, of: count)
    } else {
      return nil
    }
  }

  package var description: String { "\(index)/\(count)" }

  /// Whether a scenario belongs to the part; the same on every machine and in every version.
  func holds(_ scenario: ScenarioDescription) -> Bool {
    stableHash(scenario.key.utf8) % UInt64(count) == UInt64(index - 1)
  }
}

/// A hash by FNV-1a, since Swift's own ones differ from run to run.
func stableHash(_ bytes: some Sequence<UInt8>) -> UInt64 {
  bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
}

extension ScenarioDescription {
  /// What tells the scenario from all others: its file and its name.
  var key: String { "\(file)\0\(name)" }
}

// The form in which it goes to another process.
extension ScenarioFilter {
  func write(to writer: inout JSONWriter) {
    writer.beginObject()
    if let expression { writer.member("expression", expression.source) }
    writer.member("tags", tags)
    if let shard { writer.member("shard", shard.description) }
    if let keys {
      writer.key("keys")
      writer.beginArray()
      for key in keys { writer.value(key) }
      writer.endArray()
    }
    writer.endObject()
  }

  init(_ json: JSONValue) {
    expression = json["expression"]?.string.flatMap { try? FilterExpression($0) }
    tags = json["tags"]?.strings ?? []
    shard = json["shard"]?.string.flatMap { Shard($0) }
    keys = json["keys"].map { Set($0.strings) }
  }
}
