/// Puts together what the log says of one scenario.
struct ScenarioAssembly {
  private var description: ScenarioDescription?
  private var end: ScenarioEnd?
  private var directory = ""
  private var usesSeed = false
  /// The options and the script's arguments with which it has failed.
  private var command: (options: [String], arguments: [String])?
  private(set) var events: [Event] = []
  /// Why nothing was run; `nil` when something was.
  private(set) var refusal: String?

  /// How many bytes of messages and output the events hold.
  private var size = 0

  /// The most events that are kept, and the most bytes in them; of more the first ones and the last.
  private static let limit = 20_000
  private static let byteLimit = LogStorage.bound
  private static let beginning = 100

  /// Whether the scenario is over, or was refused.
  var isOver: Bool { end != nil || refusal != nil }

  mutating func take(_ event: Event) {
    switch event.kind {
    case .scenarioStarted(let scenario): description = scenario
    case .scenarioEnded(let end): self.end = end
    case .directory(let path): directory = path
    case .seedTaken: usesSeed = true
    case .command(let options, let arguments): command = (options, arguments)
    case .refused(let reason): refusal = reason
    case .source: return
    default: break
    }
    events.append(event)
    size += event.kind.payload?.bytes.count ?? 0
    if events.count > Self.limit || size > Self.byteLimit { dropMiddle() }
  }

  /// Drops half of what stands behind the beginning.
  private mutating func dropMiddle() {
    let count = (events.count - Self.beginning) / 2
    guard count > 0 else { return }
    let dropped = Self.beginning..<Self.beginning + count
    size -= events[dropped].reduce(0) { $0 + ($1.kind.payload?.bytes.count ?? 0) }
    events.removeSubrange(dropped)
  }

  /// Makes the scenario's record.
  ///
  /// - Parameters:
  ///   - keepsEvents: Whether the record gets the events also where nothing has failed.
  ///   - failure: Why the scenario failed where the log does not say how it ended.
  /// - Returns: The record; `nil` when the log says of no scenario.
  func record(keepsEvents: Bool, orFailedBy failure: Failure) -> ScenarioRecord? {
    guard let description else { return nil }
    let elapsed = (events.last?.time ?? .zero) - (events.first?.time ?? .zero)
    var result = ScenarioResult(
      file: description.file,
      name: description.name,
      line: description.lines?.lowerBound,
      duration: end?.duration ?? elapsed,
      outcome: end?.outcome ?? .failed(located(failure))
    )
    result.attempts = description.attempt
    if let todo, result.outcome == .failedAsExpected(todo) { result.todo = todo }
    result.usesSeed = usesSeed
    if let command { (result.options, result.scriptArguments) = command }
    return ScenarioRecord(
      result,
      events: keepsEvents || result.outcome.failureCode != nil ? events : []
    )
  }

  /// Why the scenario is expected to fail; `nil` where it is to pass.
  var todo: String? { description?.options.todo }

  /// The failure of a scenario that has not come to its end: where it has no place, at the last line that
  /// the log knows.
  func located(_ failure: Failure) -> Failure {
    guard failure.location == nil, let line = events.last(where: { $0.location != nil })?.location
    else { return failure }
    var failure = failure
    failure.location = line
    failure.remarks.append("\(line) is the last line that the log knows")
    return failure
  }

  /// The private directory that the scenario has made; empty when it has made none.
  var privateDirectory: String { directory }
}

extension Event.Kind {
  /// The bytes that passed, where some did.
  fileprivate var payload: Payload? {
    switch self {
    case .sent(let payload), .received(let payload), .unread(let payload),
      .output(_, let payload, _):
      payload
    default: nil
    }
  }
}
