/// One thing that happened in a run, with its time, its scenario, its actor and its lane.
package struct Event: Hashable, Sendable {
  /// How long after the run's start it happened.
  package var time: Duration
  /// The number of the scenario it belongs to; 0 when it belongs to the run.
  package var scenario = 0
  /// Who caused it: the scenario's main task, a named task, a serve handler.
  package var actor: String
  /// The conversation, listener or process it belongs to; empty when it belongs to none.
  package var lane: String
  package var kind: Kind
  /// The script line that caused it; `nil` when no script line did.
  package var location: ScriptLocation?

  package init(
    time: Duration,
    scenario: Int = 0,
    actor: String = "",
    lane: String = "",
    kind: Kind,
    location: ScriptLocation? = nil
  ) {
    self.time = time
    self.scenario = scenario
    self.actor = actor
    self.lane = lane
    self.kind = kind
    self.location = location
  }
}

extension Event {
  /// The process at the other end of a connection, when it connected or listened.
  package struct Peer: Hashable, Sendable {
    package let pid: Int
    /// The command's name; empty where the process has gone or hides it.
    package let command: String

    package init(pid: Int, command: String) {
      self.pid = pid
      self.command = command
    }
  }

  /// What happened.
  package enum Kind: Hashable, Sendable {
    // The run
    /// A run began; the first event of its log.
    indirect case runStarted(RunDescription)
    /// The run is over, with this status.
    case runEnded(status: Int, unrun: Unrun = Unrun())
    /// A file declares a scenario, which a run has found without running it.
    indirect case declared(ScenarioDescription)
    /// A line or a file was selected in which nothing can be run, for the reason in the text.
    case refused(String)

    // The scenario
    /// A scenario began.
    indirect case scenarioStarted(ScenarioDescription)
    /// The scenario is over.
    indirect case scenarioEnded(ScenarioEnd)
    /// The text of a script, as it ran; once for each file.
    case source(path: String, [UInt8])
    /// The scenario's private directory was made.
    case directory(path: String)
    /// The options and the scripts' arguments with which a scenario has failed, without what is secret.
    indirect case command(options: [String], arguments: [String])
    /// The script asked for the run's seed.
    case seedTaken
    /// An actor began to act.
    case actorStarted
    /// An actor came to its end.
    case actorEnded
    /// The scenario failed here.
    case failed

    // The conversation
    /// We connected to the server of this name; of the peer where it is another process.
    indirect case connected(name: String, Peer? = nil)
    /// Our server took a connection; of the peer where it is another process.
    indirect case accepted(Peer? = nil)
    /// Our server is bound to this path and takes connections.
    case listening(path: String)
    /// We queued bytes for the peer, as one message.
    case sent(Payload)
    /// The script took a message that the peer had sent.
    case received(Payload)
    /// Bytes of the peer that the script never took.
    case unread(Payload)
    /// The peer closed its end in order.
    case ended
    /// The peer closed its end with data of ours unread (`ECONNRESET`).
    case reset
    /// We closed our end in order.
    case closed
    /// We closed our writing side; the peer may still send.
    case shutDown
    /// We closed our end at once, and dropped so many bytes that were queued, and that had come.
    case aborted(unsent: Int = 0, unread: Int = 0)
    /// A line that the script wrote for its reader.
    case note(String)
    /// An actor waits, for what the text says, while the scenario fails.
    case waiting(String)
    /// The actor's wait is over, after so long.
    case waited(for: String, Duration)

    // Processes under test
    /// A process under test was started.
    case spawned(pid: Int, command: String)
    /// A process wrote these bytes to a stream: `stdout` or `stderr`, behind so many lines.
    case output(stream: String, Payload, linesBefore: Int? = nil)
    /// A process is ready, as the text says.
    case ready(String)
    /// A process has exited.
    case exited(status: Int)
    /// A signal has ended a process.
    case signalled(String, dumpedCore: Bool)

    /// An event of a later version, with its name.
    case unknown(String)
  }
}
