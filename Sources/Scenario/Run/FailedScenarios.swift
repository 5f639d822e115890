internal import LocalSockets

/// What failed when it was last run in this working directory, kept from run to run.
///
/// It is a list in `$XDG_STATE_HOME/parley`, or `~/.local/state/parley`. A scenario leaves it when it
/// passes, not when it is not run.
package struct FailedScenarios: Reporter {
  private let before: Set<String>
  private var now: Set<String>

  package init() {
    before = Self.load()
    now = before
  }

  package mutating func add(_ record: ScenarioRecord) {
    let scenario = ScenarioDescription(file: record.result.file, name: record.result.name)
    if record.result.outcome.failureCode == nil {
      // One that is skipped has not shown that it works.
      if !record.result.outcome.isSkipped { now.remove(scenario.key) }
    } else {
      now.insert(scenario.key)
    }
  }

  /// Keeps the list; where that is not possible, the next run has none.
  package mutating func end(_ tally: RunTally) {
    guard now != before, let path = Self.path else { return }
    var writer = JSONWriter()
    writer.beginArray()
    for key in now.sorted() { writer.value(key) }
    writer.endArray()
    writer.endLine()
    FileSystem.makeDirectories(above: path)
    guard let file = try? FileSystem.makeFile(path) else { return }
    _ = FileSystem.append(writer.bytes, to: file.number)
  }

  /// The scenarios, as ``ScenarioFilter/keys``.
  package static func load() -> Set<String> {
    guard let path, let contents = try? FileSystem.contents(of: path),
      let list = try? JSONParser.parse(contents[...])
    else { return [] }
    return Set(list.strings)
  }

  /// The list's file; `nil` where there is no place for it.
  private static var path: String? {
    let directory = FileSystem.workingDirectory
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in directory.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let name = "parley/\(String(hash, radix: 16))/failed.json"
    if let state = FileSystem.variable("XDG_STATE_HOME"), state.hasPrefix("/") {
      return "\(state)/\(name)"
    }
    guard let home = FileSystem.variable("HOME"), home.hasPrefix("/") else { return nil }
    return "\(home)/.local/state/\(name)"
  }
}
