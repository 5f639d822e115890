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
  /// What is done beside playing cases.
  private var activity = ""
  private var stability: Int?
  /// Seconds since something new was seen.
  private var stale: Int?
  /// Cases of the campaign that this one goes on with.
  private var earlier = 0
  /// In how many cases each label was passed.
  private var labels: [String: Int] = [:]

  /// Adds up what workers have told; one that has told nothing yet counts nothing.
  static func sum(of texts: [String]) -> CampaignStatus {
    var sum = CampaignStatus()
    for text in texts { sum.add(text) }
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
      case "stability": stability = Int(value).map { min($0, stability ?? $0) } ?? stability
      case "measure": measure = value
      case "block": block = value
      case "slow": reason = value
      case "activity": activity = value.isEmpty ? activity : value
      case "new": stale = min(stale ?? .max, Int(value) ?? .max)
      case "earlier": earlier += Int(value) ?? 0
      case "label": addLabel(value)
      default: break
      }
    }
  }

  /// Takes `COUNT NAME`.
  private mutating func addLabel(_ text: String) {
    let count = text.prefix { $0 != " " }
    labels[String(text.dropFirst(count.count + 1)), default: 0] += Int(count) ?? 0
  }

  /// How it goes, in one line.
  var line: String {
    if block.isEmpty { return Self.beginning }
    var parts = [
      "\(printable(block)): \(cases)", "\(Int(rate))/s", "\(known) \(measure)", "corpus \(corpus)",
      "\(findings) found", counted(restarts, "restart"),
    ]
    if rejected > 0 { parts.append("\(rejectedShare) % rejected") }
    if let stability { parts.append("stability \(stability) %") }
    if !activity.isEmpty { parts.append(printable(activity)) }
    if !reason.isEmpty { parts.append(reason) }
    return parts.joined(separator: ", ")
  }

  /// What it has come to: a line, and one for labels where there are any.
  var summary: String {
    ([line] + (labels.isEmpty ? [] : ["  \(labelShares)"])).joined(separator: "\n")
  }

  /// How it goes, in several short lines.
  var lines: [String] {
    if block.isEmpty { return [Self.beginning] }
    var news = "\(known) \(measure), corpus \(corpus)"
    if let stale { news += ", the last new one \(stale) s ago" }
    if let stability { news += ", stability \(stability) %" }
    var results = "\(findings) found, \(counted(restarts, "restart"))"
    if rejected > 0 { results += ", \(rejectedShare) % rejected" }
    var lines = ["\(printable(block)): \(cases), \(Int(rate))/s", "  \(news)", "  \(results)"]
    if !labels.isEmpty { lines.append("  \(labelShares)") }
    for text in [activity, reason] where !text.isEmpty { lines.append("  \(printable(text))") }
    return lines
  }

  private static let beginning = "the first case is yet to be played"

  private var cases: String { counted(runs, "case") }

  private var rejectedShare: Int { 100 * rejected / max(1, runs) }

  /// In what part of the cases each label was passed, the most common first.
  private var labelShares: String {
    let sorted = labels.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    let shares = sorted.map { "\(printable($0.key)) \(100 * $0.value / max(1, runs - earlier)) %" }
    return "of the cases: \(shares.joined(separator: ", "))"
  }

  private func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }
}
