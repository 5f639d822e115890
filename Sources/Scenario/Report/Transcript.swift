/// The part of a conversation around a failure, all lanes on one clock.
///
/// The first event, the last six before the failure and the last of the conversation that failed are
/// always shown, then what came late; how many are left out is said, and where they are. What a
/// process writes at a stretch counts as one.
package struct Transcript {
  /// The lines to print, the heading first; empty when nothing happened.
  package let lines: [String]

  /// Renders a log.
  ///
  /// - Parameters:
  ///   - events: The whole log, in order.
  ///   - failure: Of what kind the scenario's failure was.
  ///   - format: The width and the style.
  package init(_ events: [Event], failure: Failure.Kind? = nil, format: ReportFormat) {
    let window = TranscriptWindow(events, failure)
    // A failure alone is no conversation; the report has it already.
    guard window.rows.contains(where: { $0.event.kind.isMessage }) else {
      lines = []
      return
    }
    let table = TranscriptTable(
      window.rows.map(\.event),
      since: window.start,
      directory: window.directory,
      columns: format.columns
    )
    var lines = [Self.heading(window)]
    var advice = " (--report html=FILE has them)"
    for row in window.rows {
      if row.hiddenBefore > 0 {
        let gap = "\(Self.margin)… \(row.hiddenBefore) events are not shown\(advice) …"
        lines.append(format.style.paint(gap, as: .secondary))
        advice = ""
      }
      let line = table.line(for: row)
      lines.append(row.isFailure ? format.style.paint(line, as: .failed) : line)
    }
    if window.laterCount > 0 {
      lines.append("\(Self.margin)… \(counted(window.laterCount, "event")) after these …")
    }
    self.lines = lines
  }

  /// What stands before a line that is no event.
  private static let margin = String(repeating: " ", count: 13)

  private static func heading(_ window: TranscriptWindow) -> String {
    let lanes = Set(window.rows.map(\.event.lane)).subtracting([""])
    let lane = lanes.count == 1 ? lanes.first : nil
    let names = lane.map { " «\(TerminalText.cut(printable($0), to: 40))»" } ?? ""
    let hidden = window.hiddenCount + window.laterCount
    let shown = window.rows.count
    return "conversation\(names)" + (hidden > 0 ? ", \(shown) of \(shown + hidden) events" : "")
  }
}
