/// One thing that happened in a scenario, with its time, its actor and its conversation.
package struct Event: Hashable, Sendable {
  /// How long after the scenario's start it happened.
  package let time: Duration
  /// Who caused it: the scenario's main task, a named task, a serve handler.
  package let actor: String
  /// The conversation it belongs to; empty when it belongs to none.
  package let lane: String
  package let kind: Kind
  /// The script line that caused it; `nil` when no script line did.
  package let location: ScriptLocation?

  package init(
    time: Duration,
    actor: String,
    lane: String = "",
    kind: Kind,
    location: ScriptLocation? = nil
  ) {
    self.time = time
    self.actor = actor
    self.lane = lane
    self.kind = kind
    self.location = location
  }
}

extension Event {
  /// What happened.
  package enum Kind: Hashable, Sendable {
    /// We connected to the server of this name.
    case connected(name: String)
    /// Our server took a connection.
    case accepted
    /// Our server is bound to this path and takes connections.
    case listening(path: String)
    /// We queued bytes for the peer, as one message.
    case sent([UInt8])
    /// The script took a message that the peer had sent.
    case received([UInt8])
    /// Bytes of the peer that the script never took.
    case unread([UInt8])
    /// The peer closed its end in order.
    case ended
    /// The peer closed its end with data of ours unread (`ECONNRESET`).
    case reset
    /// We closed our end in order.
    case closed
    /// We closed our writing side; the peer may still send.
    case shutDown
    /// We closed our end and dropped what was queued.
    case aborted
    /// A line that the script wrote for its reader.
    case note(String)
    /// An actor began to wait, for what the text says.
    case waiting(String)
    /// The scenario failed here.
    case failed
  }
}
