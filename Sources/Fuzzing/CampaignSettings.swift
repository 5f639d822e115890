/// What the command line says about a campaign.
package struct CampaignSettings: Sendable {
  /// What every random choice begins with.
  package var seed = 0
  /// How many cases are run; `nil` for no limit.
  package var runs: Int?
  /// For how many seconds; `nil` for no limit.
  package var seconds: Double?
  /// Whether the first finding ends it.
  package var stopsAtFinding = false
  /// Where findings and the state are kept.
  package var output = ""
  /// Whether `output` was named, so that the campaign keeps its state there.
  package var keepsState = false
  /// Whether it goes on where an earlier one was.
  package var resumes = false
  /// A directory of tapes to begin with, which gets those of this campaign.
  package var corpus: String?
  /// Directories of tapes of which `corpus` gets what is new; where there are any, nothing else is played.
  package var merged: [String] = []
  /// A server that runs already.
  package var server: String?
  /// Which of how many parts of the cases this is, from 0.
  package var shard = 0
  package var shardCount = 1
  /// Whether cases depend on nothing but the seed.
  package var isBlind = false
  /// Whether progress is written as JSON.
  package var writesJSON = false
  /// Whether others work on the same campaign, so that this one does not sum up.
  package var isOneOfMany = false
  /// Whether this one tells what all of them would tell.
  package var speaksForAll = true
  /// Whether this process works for another, which shows how it goes.
  package var isMember = false
  /// A finding to show; `nil` runs a campaign.
  package var replayed: String?
  /// The version of this program, for what is kept.
  package var version = ""
  /// The script's path.
  package var script = ""
  /// Writes results.
  package var print: @Sendable (String) -> Void = { _ in }
  /// Writes a diagnostic.
  package var complain: @Sendable (String) -> Void = { _ in }

  package init() {}

  /// What the campaign's code finds under a name.
  enum Value {
    case flag(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
  }

  func value(_ name: String) -> Value? {
    switch name {
    case "seed": .integer(seed)
    case "runs": runs.map(Value.integer)
    case "seconds": seconds.map(Value.number)
    case "stopsAtFinding": .flag(stopsAtFinding)
    case "output": .text(output)
    case "keepsState": .flag(keepsState)
    case "resumes": .flag(resumes)
    case "corpus": corpus.map(Value.text)
    case "merged": merged.isEmpty ? nil : .text(merged.joined(separator: "\0"))
    case "server": server.map(Value.text)
    case "shard": .integer(shard)
    case "shardCount": .integer(shardCount)
    case "isBlind": .flag(isBlind)
    case "writesJSON": .flag(writesJSON)
    case "isOneOfMany": .flag(isOneOfMany)
    case "speaksForAll": .flag(speaksForAll)
    case "isMember": .flag(isMember)
    case "replayed": replayed.map(Value.text)
    case "version": .text(version)
    case "script": .text(script)
    default: nil
    }
  }
}
