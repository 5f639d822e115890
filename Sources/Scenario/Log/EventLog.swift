internal import LocalSockets

/// Everything that happens in the scenarios of one process, in order.
///
/// The log is the only record: reports are pure functions of it. It is written to a file as it
/// grows (``LogFile``), so it costs the memory of one event, and outlives the process.
package final class EventLog {
  /// The version of the format, which grows when a reader of the old one would misunderstand.
  package static let version = 1

  /// What no event may show.
  private(set) var secrets = Secrets()
  let storage: LogStorage
  private var file: LogFile
  private var writer = JSONWriter()
  private let elapsed: () -> Duration
  /// Called with each value that becomes a secret.
  var secretMarked: (([UInt8]) -> Void)?
  /// Called with each event once it is written.
  package var observer: ((Event) -> Void)?

  /// The number of the scenario that events belong to.
  package private(set) var scenario = 0
  /// What the clock showed at the scenario's start.
  private var start = Duration.zero
  private var eventCount = 0
  /// Where the scenario's events begin in the file.
  private(set) var scenarioOffset = 0
  /// Where the last event begins.
  private(set) var lastOffset = 0
  /// Where the event of the scenario's start begins.
  private(set) var startOffset = 0
  /// When the last event was.
  private(set) var lastTime = Duration.zero
  /// The files that the scenario's events name.
  private(set) var namedFiles: [String] = []
  /// Where the scenario's events end so far.
  var endOffset: Int { file.end }

  /// Why the log could not be written to its file any more; `nil` while it could.
  private(set) var problem: String?
  /// Whether the log goes to memory instead of its file.
  var isSpare: Bool { problem != nil }

  /// Starts a log whose clock is the caller's.
  ///
  /// - Parameters:
  ///   - storage: Where it is written.
  ///   - elapsed: Returns the time since the run's start; it never goes back.
  init(to storage: LogStorage, elapsed: @escaping () -> Duration) {
    self.storage = storage
    file = LogFile(descriptor: storage.file.number)
    self.elapsed = elapsed
  }

  /// Starts a log on the monotonic clock that the event loop's timers use.
  ///
  /// - Parameters:
  ///   - storage: Where it is written.
  ///   - start: The run's start, the same for all processes of the run.
  convenience init(to storage: LogStorage, since start: Deadline) {
    let start = start.nanoseconds
    self.init(to: storage) { .nanoseconds(Deadline.now.nanoseconds - start) }
  }

  /// The time since the scenario's start.
  package var now: Duration { elapsed() - start }

  /// Makes this moment a scenario's start.
  func begin(scenario number: Int) {
    scenario = number
    eventCount = 0
    scenarioOffset = file.end
    lastOffset = file.end
    startOffset = file.end
    namedFiles = []
    start = elapsed()
  }

  /// Leaves time out of the scenario's duration, in which it stood still.
  func leaveOut(_ time: Duration) {
    start += time
  }

  /// Keeps a value out of all that is recorded from now on.
  func hide(_ value: [UInt8]) {
    if secrets.insert(value) { secretMarked?(value) }
  }

  /// Records that something happened now.
  ///
  /// - Parameters:
  ///   - kind: What happened.
  ///   - actor: Who caused it.
  ///   - lane: The conversation it belongs to; empty when it belongs to none.
  ///   - location: The script line that caused it.
  package func append(
    _ kind: Event.Kind,
    actor: String = "",
    lane: String = "",
    at location: ScriptLocation? = nil
  ) {
    var event = Event(
      time: elapsed(),
      scenario: scenario,
      actor: actor,
      lane: lane,
      kind: kind,
      location: location
    )
    if !secrets.isEmpty { event.redact(by: secrets) }
    if let location, location.file != namedFiles.last { note(location.file) }
    lastTime = event.time
    eventCount += 1
    writer.removeAll()
    writer.line(event)
    write(writer.bytes)
    if kind.isStart { startOffset = lastOffset }
    observer?(event)
  }

  /// Records bytes; those of a long payload go to a file of their own.
  func append(
    _ kind: (Payload) -> Event.Kind,
    _ bytes: [UInt8],
    actor: String,
    lane: String,
    at location: ScriptLocation?
  ) {
    append(kind(stored(secrets.redacted(bytes))), actor: actor, lane: lane, at: location)
  }

  /// Remembers that events name a file.
  private func note(_ file: String) {
    if !namedFiles.contains(file) { namedFiles.append(file) }
  }

  /// Records the scenario's end.
  func appendEnd(_ outcome: RunOutcome) {
    let end = ScenarioEnd(outcome: outcome, duration: now, eventCount: eventCount)
    append(.scenarioEnded(end))
  }

  /// The scenario's events so far; of many its first ones and its last ones.
  var events: [Event] { LogReader.events(in: file.descriptor, scenarioOffset..<file.end) }

  /// Adds all that another log's file holds, without what is secret by now.
  ///
  /// - Parameters:
  ///   - descriptor: The other log's file.
  ///   - secrets: What nobody may read, of which not all was known when the other log was written.
  /// - Returns: Whether there was room for it; otherwise nothing is added.
  func append(file descriptor: CInt, hiding secrets: Secrets) -> Bool {
    let size = FileSystem.size(of: descriptor)
    let end = file.end
    var reader = LogReader()
    do throws(FileSystem.Failure) {
      try file.reserve(size)
      for start in stride(from: 0, to: size, by: LogFile.step) {
        let piece = FileSystem.contents(of: descriptor, start..<min(size, start + LogFile.step))
        try file.append(secrets.isEmpty ? piece : redacted(piece, by: secrets, &reader))
      }
      return true
    } catch {
      file.cut(to: end)
      return false
    }
  }

  /// The lines of a piece of a log without what nobody may read.
  private func redacted(
    _ piece: [UInt8],
    by secrets: Secrets,
    _ reader: inout LogReader
  ) -> [UInt8] {
    writer.removeAll()
    reader.read(piece[...]) { event in
      var event = event
      event.redact(by: secrets)
      writer.line(event)
    }
    return writer.bytes
  }

  /// Cuts off what the file has reserved.
  package func close() {
    file.close()
  }

  private func stored(_ bytes: [UInt8]) -> Payload {
    if bytes.count <= Payload.inlineLimit { return Payload(bytes) }
    let beginning = Array(bytes.prefix(Payload.beginningLength))
    return Payload(beginning, size: bytes.count, offset: storage.keepPayload(bytes))
  }

  // MARK: Writing

  private func write(_ line: [UInt8]) {
    do throws(FileSystem.Failure) {
      try append(line)
    } catch {
      if problem == nil { moveToSpare(because: error) }
      // Memory that is full too leaves nothing to do: reports go without the event.
      try? append(line)
    }
  }

  private func append(_ line: [UInt8]) throws(FileSystem.Failure) {
    let offset = file.end
    try file.append(line)
    lastOffset = offset
    if storage.isBounded || isSpare { forgetMiddle() }
  }

  /// Goes on in memory, where the events of the present scenario are still wanted for its report.
  private func moveToSpare(because failure: FileSystem.Failure) {
    problem = failure.reason
    let written = FileSystem.contents(of: file.descriptor, scenarioOffset..<file.end)
    file.close()
    file = LogFile(descriptor: storage.spare.number)
    scenarioOffset = file.end
    startOffset = file.end
    try? file.append(written)
  }

  /// Gives back the memory for what lies between a scenario's beginning and its present.
  private func forgetMiddle() {
    let step = LogFile.step
    guard lastOffset / step != file.end / step, file.end - scenarioOffset > LogStorage.bound else {
      return
    }
    let first = scenarioOffset / step * step + 2 * step
    let last = (file.end - LogStorage.bound / 2) / step * step
    if first < last { FileSystem.forget(first..<last, of: file.descriptor) }
  }
}
