internal import LocalSockets

// The form of events in a log file, as docs/event-log.md describes it.

extension JSONWriter {
  /// Writes an event as one line.
  mutating func line(_ event: Event) {
    beginObject()
    key("t")
    value(Int(event.time.nanoseconds))
    if event.scenario != 0 {
      key("scenario")
      value(event.scenario)
    }
    key("event")
    value(event.kind.name)
    member("actor", event.actor)
    member("lane", event.lane)
    location(event.location)
    fields(of: event.kind)
    endObject()
    endLine()
  }

  /// Writes a member unless its text is empty.
  mutating func member(_ name: StaticString, _ text: String) {
    if text.isEmpty { return }
    key(name)
    value(text)
  }

  mutating func member(_ name: StaticString, _ number: Int) {
    key(name)
    value(number)
  }

  /// Writes a list of texts unless it is empty.
  mutating func member(_ name: StaticString, _ texts: some Collection<String>) {
    if texts.isEmpty { return }
    key(name)
    beginArray()
    for text in texts { value(text) }
    endArray()
  }

  mutating func location(_ location: ScriptLocation?) {
    guard let location else { return }
    member("file", location.file)
    member("line", location.line)
  }

  private mutating func fields(of kind: Event.Kind) {
    switch kind {
    case .runStarted, .runEnded, .declared, .refused, .scenarioStarted, .scenarioEnded, .source,
      .directory, .command:
      runFields(of: kind)
    case .spawned, .output, .ready, .exited, .signalled: processFields(of: kind)
    case .sent(let payload), .received(let payload), .unread(let payload): self.payload(payload)
    case .connected(let name, let peer):
      member("name", name)
      self.peer(peer)
    case .accepted(let peer): self.peer(peer)
    case .listening(let path): member("path", path)
    case .note(let text): member("text", text)
    case .waiting(let what): member("for", what)
    case .waited(let what, let duration):
      member("for", what)
      member("duration", Int(duration.nanoseconds))
    case .aborted(let unsent, let unread):
      if unsent > 0 { member("unsent", unsent) }
      if unread > 0 { member("unread", unread) }
    case .ended, .reset, .closed, .shutDown, .failed, .seedTaken, .actorStarted,
      .actorEnded, .unknown:
      break
    }
  }

  /// Writes what an event of a run has, or of a scenario as a whole.
  private mutating func runFields(of kind: Event.Kind) {
    switch kind {
    case .runStarted(let run): fields(of: run)
    case .runEnded(let status, let unrun):
      member("status", status)
      if unrun.scenarios > 0 { member("unrun-scenarios", unrun.scenarios) }
      if unrun.scripts > 0 { member("unrun-scripts", unrun.scripts) }
    case .declared(let scenario), .scenarioStarted(let scenario): fields(of: scenario)
    case .scenarioEnded(let end): fields(of: end)
    case .refused(let text): member("text", text)
    case .source(let path, let text):
      member("path", path)
      payload(Payload(text))
    case .directory(let path): member("path", path)
    case .command(let options, let arguments):
      member("options", options)
      member("script-arguments", arguments)
    default: break
    }
  }

  /// Writes what an event of a process has.
  private mutating func processFields(of kind: Event.Kind) {
    switch kind {
    case .spawned(let pid, let command):
      member("pid", pid)
      member("command", command)
    case .output(let stream, let payload, let linesBefore):
      member("stream", stream)
      if let linesBefore { member("lines", linesBefore) }
      self.payload(payload)
    case .ready(let how): member("text", how)
    case .exited(let status): member("status", status)
    case .signalled(let signal, let dumpedCore):
      member("signal", signal)
      if dumpedCore { member("core", 1) }
    default: break
    }
  }

  private mutating func peer(_ peer: Event.Peer?) {
    guard let peer else { return }
    member("pid", peer.pid)
    member("command", peer.command)
  }

  private mutating func fields(of run: RunDescription) {
    member("version", EventLog.version)
    member("parley", run.parley)
    member("date", run.date)
    member("kernel", run.kernel)
    member("directory", run.directory)
    member("arguments", run.arguments)
    member("paths", run.paths)
    member("seed", run.seed)
    member("workers", run.workers)
    member("retries", run.retries)
    member("shard", run.shard)
  }

  mutating func fields(of scenario: ScenarioDescription) {
    let options = scenario.options
    member("script", scenario.file)
    member("name", scenario.name)
    if let lines = scenario.lines {
      member("first", lines.lowerBound)
      member("last", lines.upperBound)
    }
    if scenario.attempt > 1 { member("attempt", scenario.attempt) }
    member("timeout", Int(options.timeout.nanoseconds))
    member("wait", Int(options.wait.nanoseconds))
    member("tags", options.tags)
    member("needs", options.needs.map(\.description))
    member("allow", options.allow.sorted())
    member("skip", options.skip ?? "")
    member("todo", options.todo ?? "")
  }

  private mutating func fields(of end: ScenarioEnd) {
    member("events", end.eventCount)
    outcome(end.outcome, duration: end.duration)
  }

  /// Writes how a scenario went.
  ///
  /// - Parameters:
  ///   - outcome: How it went.
  ///   - todo: What has yet to be done about it, of which a report makes an outcome.
  ///   - duration: How long it took.
  mutating func outcome(_ outcome: RunOutcome, todo: String? = nil, duration: Duration) {
    member("duration", Int(duration.nanoseconds))
    key("outcome")
    switch outcome {
    case .passed: value("passed")
    case .skipped(let reason):
      value(todo == nil ? "skipped" : "todo")
      member("reason", todo ?? reason)
    case .failed(let failure):
      value("failed")
      key("failure")
      value(failure)
    case .flaky(let failure):
      value("flaky")
      key("failure")
      value(failure)
    }
  }

  /// Writes a failure as an object.
  mutating func value(_ failure: Failure) {
    beginObject()
    key("kind")
    value(failure.kind.rawValue)
    member("message", failure.message)
    location(failure.location)
    member("values", failure.values)
    let excerpt = failure.excerpt
    object("expected", failure.expected, excerpt?.start, excerpt?.expectedSize)
    object("actual", failure.actual, excerpt?.start, excerpt?.actualSize)
    member("difference", failure.difference)
    member("notes", failure.notes)
    member("remarks", failure.remarks)
    if !failure.waiters.isEmpty {
      key("waiters")
      beginArray()
      for waiter in failure.waiters { value(waiter) }
      endArray()
    }
    member("traceback", failure.traceback)
    endObject()
  }

  private mutating func value(_ waiter: Failure.Waiter) {
    beginObject()
    member("actor", waiter.actor)
    location(waiter.location)
    member("for", waiter.what)
    endObject()
  }

  private mutating func object(
    _ name: StaticString,
    _ bytes: [UInt8]?,
    _ start: Int?,
    _ size: Int?
  ) {
    guard let bytes else { return }
    key(name)
    beginObject()
    payload(Payload(bytes, size: size))
    if let start { member("start", start) }
    endObject()
  }

  /// Writes bytes as text where they are some, else in base64.
  private mutating func payload(_ payload: Payload) {
    member("size", payload.size)
    unsafe payload.bytes.withUnsafeBufferPointer { bytes in
      if unsafe Self.isText(bytes) {
        key("text")
        unsafe value(text: bytes)
      } else {
        key("base64")
        unsafe value(base64: bytes)
      }
    }
    if let offset = payload.offset { member("offset", offset) }
  }

  /// Whether bytes are UTF-8 without controls (C0) other than tabs and line ends.
  private static func isText(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var isASCII = true
    for index in bytes.indices {
      let byte = unsafe bytes[index]
      if byte < 0x20 {
        guard byte == 0x09 || byte == 0x0a || byte == 0x0d else { return false }
      }
      if byte >= 0x80 { isASCII = false }
    }
    return unsafe isASCII || String(validating: bytes, as: UTF8.self) != nil
  }
}

extension Event.Kind {
  /// What the log calls it.
  package var name: String {
    switch self {
    case .runStarted: "run"
    case .runEnded: "run-end"
    case .declared: "declared"
    case .refused: "refused"
    case .scenarioStarted: "scenario"
    case .scenarioEnded: "scenario-end"
    case .source: "source"
    case .directory: "directory"
    case .command: "command"
    case .seedTaken: "seed"
    case .actorStarted: "actor"
    case .actorEnded: "actor-end"
    case .failed: "failed"
    case .connected: "connected"
    case .accepted: "accepted"
    case .listening: "listening"
    case .sent: "sent"
    case .received: "received"
    case .unread: "unread"
    case .ended: "ended"
    case .reset: "reset"
    case .closed: "closed"
    case .shutDown: "shutdown"
    case .aborted: "aborted"
    case .note: "note"
    case .waiting: "wait"
    case .waited: "waited"
    case .spawned: "spawned"
    case .output: "output"
    case .ready: "ready"
    case .exited: "exited"
    case .signalled: "signalled"
    case .unknown(let name): name
    }
  }
}
