import LocalSockets

@testable import Scenario

extension EventLog {
  /// The present scenario's events, as a report reads them.
  var events: [Event] {
    let file = isSpare ? storage.spare.number : storage.file.number
    return LogReader.events(in: file, scenarioOffset..<endOffset)
  }
}
