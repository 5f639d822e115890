/// Values that no log and no report may show.
///
/// A value is found where its bytes stand as they are. One that is written in another form, or that
/// comes in two messages, is not found.
struct Secrets: Hashable, Sendable {
  /// What stands in their place.
  static let substitute = Array("«secret»".utf8)

  /// The longest first: one that is a part of another would leave the rest of that readable.
  private(set) var values: [[UInt8]] = []
  /// Whether a value begins with a byte, so that most bytes need no further look.
  private var isFirst = [Bool](repeating: false, count: 256)

  var isEmpty: Bool { values.isEmpty }

  /// Keeps a value out of what is redacted from now on.
  ///
  /// - Parameter value: The bytes to look for; at least one.
  /// - Returns: Whether it was not known.
  @discardableResult
  mutating func insert(_ value: [UInt8]) -> Bool {
    guard let first = value.first, !values.contains(value) else { return false }
    isFirst[Int(first)] = true
    isFirst[Int(Self.substitute[0])] = true
    let place = values.firstIndex { $0.count < value.count } ?? values.endIndex
    values.insert(value, at: place)
    return true
  }

  /// The bytes with every value in them replaced; what was replaced before stays.
  func redacted(_ bytes: [UInt8]) -> [UInt8] {
    if isEmpty { return bytes }
    var redacted: [UInt8] = []
    var end = 0
    var index = 0
    while index < bytes.count {
      guard isFirst[Int(bytes[index])], let value = value(at: index, of: bytes) else {
        index += 1
        continue
      }
      redacted += bytes[end..<index] + Self.substitute
      index += value.count
      end = index
    }
    return end == 0 ? bytes : redacted + bytes[end...]
  }

  private func value(at index: Int, of bytes: [UInt8]) -> [UInt8]? {
    // It may hold a value itself.
    if bytes[index...].starts(with: Self.substitute) { return Self.substitute }
    return values.first { bytes[index...].starts(with: $0) }
  }

  /// The text with every value in it replaced.
  func redacted(_ text: String) -> String {
    isEmpty ? text : String(decoding: redacted(Array(text.utf8)), as: UTF8.self)
  }
}

extension Event {
  /// Removes what nobody may read by now.
  mutating func redact(by secrets: Secrets) {
    actor = secrets.redacted(actor)
    lane = secrets.redacted(lane)
    kind = kind.redacted(by: secrets)
  }
}

extension Event.Kind {
  /// What happened, without what nobody may read.
  fileprivate func redacted(by secrets: Secrets) -> Self {
    switch self {
    case .sent(let payload): .sent(payload.redacted(by: secrets))
    case .received(let payload): .received(payload.redacted(by: secrets))
    case .unread(let payload): .unread(payload.redacted(by: secrets))
    case .output(let stream, let payload, let linesBefore):
      .output(stream: stream, payload.redacted(by: secrets), linesBefore: linesBefore)
    case .connected(let name, let peer): .connected(name: secrets.redacted(name), peer)
    case .listening(let path): .listening(path: secrets.redacted(path))
    case .note(let text): .note(secrets.redacted(text))
    case .waiting(let subject): .waiting(secrets.redacted(subject))
    case .waited(let subject, let duration): .waited(for: secrets.redacted(subject), duration)
    case .spawned(let pid, let command): .spawned(pid: pid, command: secrets.redacted(command))
    case .ready(let how): .ready(secrets.redacted(how))
    case .source(let path, let text): .source(path: path, secrets.redacted(text))
    case .command(let options, let arguments):
      .command(
        options: options.map(secrets.redacted),
        arguments: arguments.map(secrets.redacted)
      )
    case .scenarioEnded(let end): .scenarioEnded(end.redacted(by: secrets))
    default: self
    }
  }
}

extension Payload {
  /// The bytes that are at hand without what nobody may read.
  fileprivate func redacted(by secrets: Secrets) -> Payload {
    let shown = secrets.redacted(bytes)
    return Payload(shown, size: isCut ? size : shown.count, offset: offset)
  }
}

extension ScenarioEnd {
  fileprivate func redacted(by secrets: Secrets) -> ScenarioEnd {
    ScenarioEnd(
      outcome: outcome.redacted(by: secrets),
      duration: duration,
      eventCount: eventCount
    )
  }
}

extension RunOutcome {
  /// The outcome without what nobody may read.
  func redacted(by secrets: Secrets) -> RunOutcome {
    switch self {
    case .passed: self
    case .skipped(let reason): .skipped(reason: secrets.redacted(reason))
    case .failed(let failure): .failed(failure.redacted(by: secrets))
    case .flaky(let failure): .flaky(failure.redacted(by: secrets))
    }
  }
}

extension Failure {
  /// The failure without what nobody may read.
  func redacted(by secrets: Secrets) -> Failure {
    if secrets.isEmpty { return self }
    var failure = self
    failure.message = secrets.redacted(message)
    failure.values = values.map(secrets.redacted)
    failure.expected = expected.map(secrets.redacted)
    failure.actual = actual.map(secrets.redacted)
    failure.difference = difference.map(secrets.redacted)
    failure.notes = notes.map(secrets.redacted)
    failure.remarks = remarks.map(secrets.redacted)
    failure.traceback = traceback.map(secrets.redacted)
    failure.waiters = waiters.map { waiter in
      Waiter(
        actor: secrets.redacted(waiter.actor),
        location: waiter.location,
        what: secrets.redacted(waiter.what)
      )
    }
    return failure
  }
}
