internal import Scenario

/// How a campaign goes: what its workers have told of themselves, added up.
struct CampaignStatus {
  private var runs = 0
  private var rate = 0.0
  private var known = 0
  private var corpus = 0
  private var findings = 0
  private var restarts = 0
  private var rejected = 0
  private var measure = "kinds of replies"
  private var block = ""
  private var reason = ""

  /// Adds up what stands in files; one that is not there yet counts nothing.
  static func sum(of files: [String]) -> CampaignStatus {
    var sum = CampaignStatus()
    for file in files { sum.add(StatusDirectory.text(of: file)) }
    return sum
  }

  /// Takes the lines `name value` of one worker.
  private mutating func add(_ text: String) {
    for line in text.split(separator: "\n") {
      let name = line.prefix { $0 != " " }
      let value = String(line.dropFirst(name.count + 1))
      switch name {
      case "runs": runs += Int(value) ?? 0
      case "rate": rate += Double(value) ?? 0
      // What the workers know is mostly the same.
      case "known": known = max(known, Int(value) ?? 0)
      case "corpus": corpus = max(corpus, Int(value) ?? 0)
      case "findings": findings += Int(value) ?? 0
      case "restarts": restarts += Int(value) ?? 0
      case "rejected": rejected += Int(value) ?? 0
      case "measure": measure = value
      case "block": block = value
      case "slow": reason = value
      default: break
      }
    }
  }

  /// The line that a user sees.
  var line: String {
    if block.isEmpty { return "the first case is yet to be played" }
    var parts = [
      "\(printable(block)): \(runs) cases", "\(Int(rate))/s", "\(known) \(measure)",
      "corpus \(corpus)",
      "\(findings) found", "\(restarts) restarts",
    ]
    if rejected > 0 { parts.append("\(100 * rejected / max(1, runs)) % rejected") }
    if !reason.isEmpty { parts.append(reason) }
    return parts.joined(separator: ", ")
  }
}
