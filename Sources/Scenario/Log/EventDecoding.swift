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
    switch name {
    case "run": self = .runStarted(try RunDescription(json))
    case "run-end": self = .runEnded(status: json["status"]?.integer ?? 0, unrun: Unrun(json))
    case "declared": self = .declared(ScenarioDescription(json))
    case "refused": self = .refused(json["text"]?.string ?? "")
    case "scenario": self = .scenarioStarted(ScenarioDescription(json))
    case "scenario-end": self = .scenarioEnded(try ScenarioEnd(json))
    case "source": self = .source(path: json["path"]?.string ?? "", try Payload(json).bytes)
    case "directory": self = .directory(path: json["path"]?.string ?? "")
    case "command":
      self = .command(
        options: json["options"]?.strings ?? [],
        arguments: json["script-arguments"]?.strings ?? []
      )
    case "seed": self = .seedTaken
    case "actor": self = .actorStarted
    case "actor-end": self = .actorEnded
    case "failed": self = .failed
    case "connected": self = .connected(name: json["name"]?.string ?? "", Event.Peer(json))
    case "accepted": self = .accepted(Event.Peer(json))
    case "listening": self = .listening(path: json["path"]?.string ?? "")
    case "sent": self = .sent(try Payload(json))
    case "received": self = .received(try Payload(json))
    case "unread": self = .unread(try Payload(json))
    case "ended": self = .ended
    case "reset": self = .reset
    case "closed": self = .closed
    case "shutdown": self = .shutDown
    case "aborted": self = .aborted
    case "note": self = .note(json["text"]?.string ?? "")
    case "wait": self = .waiting(json["for"]?.string ?? "")
    case "waited":
      self = .waited(
        for: json["for"]?.string ?? "",
        .nanoseconds(json["duration"]?.integer ?? 0)
      )
    case "spawned":
      self = .spawned(pid: json["pid"]?.integer ?? 0, command: json["command"]?.string ?? "")
    case "output":
      self = .output(
        stream: json["stream"]?.string ?? "",
        try Payload(json),
        linesBefore: json["lines"]?.integer
      )
    case "ready": self = .ready(json["text"]?.string ?? "")
    case "exited": self = .exited(status: json["status"]?.integer ?? 0)
    case "signalled":
      self = .signalled(json["signal"]?.string ?? "", dumpedCore: json["core"] != nil)
    default: self = .unknown(name)
    }
  }
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
    parley = json["parley"]?.string ?? ""
    date = json["date"]?.string ?? ""
    kernel = json["kernel"]?.string ?? ""
    directory = json["directory"]?.string ?? ""
    arguments = json["arguments"]?.strings ?? []
    paths = json["paths"]?.strings ?? []
    seed = json["seed"]?.integer ?? 0
    workers = json["workers"]?.integer ?? 1
    retries = json["retries"]?.integer ?? 0
    shard = json["shard"]?.string ?? ""
  }
}

extension ScenarioDescription {
  fileprivate init(_ json: JSONValue) {
    self.init(file: json["script"]?.string ?? "", name: json["name"]?.string ?? "")
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
    self.init(pid: pid, command: json["command"]?.string ?? "")
  }
}

extension ScenarioEnd {
  fileprivate init(_ json: JSONValue) throws(Event.Malformed) {
    let outcome: RunOutcome
    switch json["outcome"]?.string {
    case "passed": outcome = .passed
    case "skipped": outcome = .skipped(reason: json["reason"]?.string ?? "")
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
    self.init(kind, json["message"]?.string ?? "", at: ScriptLocation(json))
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
