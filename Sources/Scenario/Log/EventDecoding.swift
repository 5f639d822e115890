// Reading what EventEncoding.swift has written, or somebody else has.

extension Event {
  /// Why a line of a log is no event.
  package struct Malformed: Error, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
      self.description = description
    }
  }

  /// Reads a line without its newline.
  ///
  /// - Throws: ``Malformed`` for what is no JSON object, has no time or name, or lacks what an event
  ///   of its name must have. Members that nobody knows are passed over.
  init(line: ArraySlice<UInt8>) throws(Malformed) {
    let json: JSONValue
    do {
      json = try JSONParser.parse(line)
    } catch {
      throw Malformed("no JSON: \(error)")
    }
    guard case .object = json else { throw Malformed("no JSON object") }
    guard let time = json["t"]?.integer else { throw Malformed("an event without its time (t)") }
    guard let name = json["event"]?.string else { throw Malformed("an event without its name") }
    self.time = .nanoseconds(time)
    scenario = json["scenario"]?.integer ?? 0
    actor = json["actor"]?.string ?? ""
    lane = json["lane"]?.string ?? ""
    kind = try Kind(name, json)
    location = ScriptLocation(json)
  }
}

extension Event.Kind {
  fileprivate init(_ name: String, _ json: JSONValue) throws(Event.Malformed) {
    if let kind = try Self.ofConversation(name, json) {
      self = kind
    } else if let kind = Self.ofActor(name, json) {
      self = kind
    } else if let kind = try Self.ofProcess(name, json) {
      self = kind
    } else {
      self = try Self.ofRun(name, json) ?? .unknown(name)
    }
  }

  /// What happens to a run, or to a scenario as a whole.
  private static func ofRun(_ name: String, _ json: JSONValue) throws(Event.Malformed) -> Self? {
    switch name {
    case "run": .runStarted(try RunDescription(json))
    case "run-end": .runEnded(status: json["status"]?.integer ?? 0, unrun: Unrun(json))
    case "declared": .declared(ScenarioDescription(json))
    case "refused": .refused(json.text("text"))
    case "scenario": .scenarioStarted(ScenarioDescription(json))
    case "scenario-end": .scenarioEnded(try ScenarioEnd(json))
    case "source": .source(path: json.text("path"), try Payload(json).bytes)
    case "directory": .directory(path: json.text("path"))
    case "command":
      .command(
        options: json["options"]?.strings ?? [],
        arguments: json["script-arguments"]?.strings ?? []
      )
    default: nil
    }
  }

  /// What an actor does that concerns no conversation.
  private static func ofActor(_ name: String, _ json: JSONValue) -> Self? {
    switch name {
    case "seed": .seedTaken
    case "actor": .actorStarted
    case "actor-end": .actorEnded
    case "failed": .failed
    case "note": .note(json.text("text"))
    case "wait": .waiting(json.text("for"))
    case "waited": .waited(for: json.text("for"), .nanoseconds(json["duration"]?.integer ?? 0))
    default: nil
    }
  }

  private static func ofConversation(
    _ name: String,
    _ json: JSONValue
  ) throws(Event.Malformed) -> Self? {
    switch name {
    case "connected": .connected(name: json.text("name"), Event.Peer(json))
    case "accepted": .accepted(Event.Peer(json))
    case "listening": .listening(path: json.text("path"))
    case "sent": .sent(try Payload(json))
    case "received": .received(try Payload(json))
    case "unread": .unread(try Payload(json))
    case "ended": .ended
    case "reset": .reset
    case "closed": .closed
    case "shutdown": .shutDown
    case "aborted":
      .aborted(unsent: json["unsent"]?.integer ?? 0, unread: json["unread"]?.integer ?? 0)
    default: nil
    }
  }

  private static func ofProcess(
    _ name: String,
    _ json: JSONValue
  ) throws(Event.Malformed) -> Self? {
    switch name {
    case "spawned": .spawned(pid: json["pid"]?.integer ?? 0, command: json.text("command"))
    case "output":
      .output(
        stream: json.text("stream"),
        try Payload(json),
        linesBefore: json["lines"]?.integer
      )
    case "ready": .ready(json.text("text"))
    case "exited": .exited(status: json["status"]?.integer ?? 0)
    case "signalled": .signalled(json.text("signal"), dumpedCore: json["core"] != nil)
    default: nil
    }
  }
}

extension JSONValue {
  /// The text of a member, which is empty where there is none.
  fileprivate func text(_ name: String) -> String { self[name]?.string ?? "" }
}

extension ScriptLocation {
  fileprivate init?(_ json: JSONValue) {
    guard let file = json["file"]?.string, let line = json["line"]?.integer else { return nil }
    self.init(file: file, line: line)
  }
}

extension Payload {
  fileprivate init(_ json: JSONValue) throws(Event.Malformed) {
    guard let bytes = json["text"]?.string.map({ Array($0.utf8) }) ?? json["base64"]?.base64,
      let size = json["size"]?.integer
    else { throw Event.Malformed("an event without its bytes") }
    self.init(bytes, size: size, offset: json["offset"]?.integer)
  }
}

extension RunDescription {
  fileprivate init(_ json: JSONValue) throws(Event.Malformed) {
    guard let version = json["version"]?.integer else {
      throw Event.Malformed("a run without its version")
    }
    guard version <= EventLog.version else {
      throw Event.Malformed("version \(version) of the log, and \(EventLog.version) is known here")
    }
    parley = json.text("parley")
    date = json.text("date")
    kernel = json.text("kernel")
    directory = json.text("directory")
    arguments = json["arguments"]?.strings ?? []
    paths = json["paths"]?.strings ?? []
    seed = json["seed"]?.integer ?? 0
    workers = json["workers"]?.integer ?? 1
    retries = json["retries"]?.integer ?? 0
    shard = json.text("shard")
  }
}

extension ScenarioDescription {
  fileprivate init(_ json: JSONValue) {
    self.init(file: json.text("script"), name: json.text("name"))
    if let first = json["first"]?.integer {
      lines = first...max(first, json["last"]?.integer ?? first)
    }
    attempt = json["attempt"]?.integer ?? 1
    options.timeout = json["timeout"]?.integer.map { .nanoseconds($0) } ?? options.timeout
    options.wait = json["wait"]?.integer.map { .nanoseconds($0) } ?? options.wait
    options.tags = json["tags"]?.strings ?? []
    options.needs = json["needs"]?.strings.compactMap { try? Requirement($0) } ?? []
    options.allow = Set(json["allow"]?.strings ?? [])
    options.skip = json["skip"]?.string
    options.todo = json["todo"]?.string
  }
}

extension Event.Peer {
  fileprivate init?(_ json: JSONValue) {
    guard let pid = json["pid"]?.integer else { return nil }
    self.init(pid: pid, command: json.text("command"))
  }
}

extension ScenarioEnd {
  fileprivate init(_ json: JSONValue) throws(Event.Malformed) {
    let outcome: RunOutcome
    switch json["outcome"]?.string {
    case "passed": outcome = .passed
    case "skipped": outcome = .skipped(reason: json.text("reason"))
    case "failed": outcome = .failed(try Failure(json["failure"]))
    case "flaky": outcome = .flaky(try Failure(json["failure"]))
    default: throw Event.Malformed("a scenario's end without its outcome")
    }
    self.init(
      outcome: outcome,
      duration: .nanoseconds(json["duration"]?.integer ?? 0),
      eventCount: json["events"]?.integer ?? 0
    )
  }
}

extension Failure {
  fileprivate init(_ json: JSONValue?) throws(Event.Malformed) {
    guard let json, let kind = json["kind"]?.string.flatMap(Kind.init) else {
      throw Event.Malformed("a failure without its kind")
    }
    self.init(kind, json.text("message"), at: ScriptLocation(json))
    values = json["values"]?.strings ?? []
    let expected = json["expected"].flatMap { try? Payload($0) }
    let actual = json["actual"].flatMap { try? Payload($0) }
    self.expected = expected?.bytes
    self.actual = actual?.bytes
    if let start = json["actual"]?["start"]?.integer, let expected, let actual {
      excerpt = Excerpt(start: start, expectedSize: expected.size, actualSize: actual.size)
    }
    difference = json["difference"]?.strings ?? []
    notes = json["notes"]?.strings ?? []
    remarks = json["remarks"]?.strings ?? []
    traceback = json["traceback"]?.strings ?? []
    waiters = (json["waiters"]?.elements ?? []).map { waiter in
      Waiter(
        actor: waiter["actor"]?.string ?? "",
        location: ScriptLocation(waiter),
        what: waiter["for"]?.string ?? ""
      )
    }
  }
}

extension Unrun {
  fileprivate init(_ json: JSONValue) {
    scenarios = json["unrun-scenarios"]?.integer ?? 0
    scripts = json["unrun-scripts"]?.integer ?? 0
  }
}
