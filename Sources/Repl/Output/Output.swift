internal import LocalSocketLua
internal import LocalSockets
internal import LuaBridge
internal import Scenario

/// What is written: results, failures, and events as they happen, above the line that is edited.
final class Output {
  private let configuration: ReplConfiguration
  private let session: Session
  var functions: PromptFunctions?
  /// Whether every event is shown, and not only what comes.
  var showsAll = false
  /// Whether a line runs: what it does itself is no news.
  var isRunningLine = false
  /// Takes the edited line from the screen before something is written; the line is drawn again
  /// when nothing else is to be done.
  var hideLine: () -> Void = {}

  /// Has the terminal send keys, or lines for a program that reads them by itself.
  var takeKeys: (Bool) -> Void = { _ in }

  private var news = NewsQueue()
  private var outputLines = OutputLines()
  /// Shows the beginning of a line whose end does not come.
  private var patience: EventLoop.Timer?
  private var lastFlush = Deadline.now
  private var timer: EventLoop.Timer?
  private static let interval = Duration.milliseconds(33)
  private static let patienceTime = Duration.milliseconds(300)

  init(_ configuration: ReplConfiguration, _ session: Session) {
    self.configuration = configuration
    self.session = session
    session.log.observer = { [unowned self] in take($0) }
  }

  private var format: ReportFormat { configuration.format() }
  /// The width of the screen.
  var columns: Int { configuration.columns() }

  /// Writes what is still to be written, and hears of no more events.
  func end() {
    showUnfinishedLines()
    session.log.observer = nil
    timer?.cancel()
    patience?.cancel()
  }

  // MARK: Results

  /// Whether what is written next begins a line.
  private(set) var isAtLineStart = true

  /// Writes a text as it is.
  func print(_ text: String) {
    flush()
    hideLine()
    put(text)
  }

  private func put(_ text: String) {
    if text.isEmpty { return }
    configuration.print(text)
    isAtLineStart = text.utf8.last == UInt8(ascii: "\n")
  }

  /// Writes what a script writes to its standard output, which may hold anything and end anywhere.
  func write(_ text: String) {
    print(printableLines(text).joined(separator: "\n"))
  }

  /// Begins a line, unless one begins here.
  func startLine() {
    if !isAtLineStart { put("\n") }
  }

  /// Writes what may hold anything as lines that a terminal shows.
  func show(_ text: String) {
    startLine()
    print(printableLines(text).map { $0 + "\n" }.joined())
  }

  /// Writes sentences as lines that fit the screen.
  ///
  /// - Parameters:
  ///   - text: The sentences.
  ///   - hanging: How many columns further the rest of a sentence stands than its first line.
  func tell(_ text: String, hanging: Int = 0) {
    let lines = printableLines(text).flatMap { line in
      let indent = String(line.prefix { $0 == " " })
      return TerminalText.wrapped(
        String(line.dropFirst(indent.count)),
        columns: columns,
        indent: indent,
        hanging: String(repeating: " ", count: hanging)
      )
    }
    startLine()
    print(lines.map { $0 + "\n" }.joined())
  }

  /// Writes what has failed, with the line where it did.
  func show(_ failure: Failure, _ sources: TypedSources) {
    flush()
    hideLine()
    startLine()
    let text = FailureText(failure, sources, format: format)
    configuration.complain(text.lines.map { $0 + "\n" }.joined())
  }

  // MARK: Events

  private func take(_ event: Event) {
    guard isNews(event) else { return }
    switch event.kind {
    case .output(let stream, let payload, _):
      let bytes = session.log.bytes(of: payload)
      for line in outputLines.take(bytes, of: stream, event) { news.append(line) }
      if outputLines.hasUnfinished { showUnfinishedLinesLater() }
    case .exited, .signalled:
      for line in outputLines.takeUnfinished(of: event.lane) { news.append(line) }
      news.append(event)
    default: news.append(event)
    }
    if news.isEmpty { return }
    if Deadline.now.nanoseconds - lastFlush.nanoseconds >= Self.interval.nanoseconds { return }
    if timer == nil {
      timer = session.library.loop.schedule(at: .after(Self.interval)) { [unowned self] in
        timer = nil
        flush()
      }
    }
  }

  private func showUnfinishedLinesLater() {
    guard patience == nil else { return }
    patience = session.library.loop.schedule(at: .after(Self.patienceTime)) { [unowned self] in
      patience = nil
      showUnfinishedLines()
    }
  }

  /// Writes what has happened, and the beginnings of lines.
  private func showUnfinishedLines() {
    for line in outputLines.takeUnfinished() { news.append(line) }
    flush()
  }

  private func isNews(_ event: Event) -> Bool {
    if showsAll { return true }
    // What the prompt itself takes while the line runs has no place in a script.
    if isRunningLine, event.actor == Repl.actor, event.location != nil { return false }
    switch event.kind {
    case .received, .ended, .reset, .accepted, .output, .exited, .signalled, .note: return true
    default: return false
    }
  }

  /// Writes what has happened, unless something was written a moment ago.
  func flushIfDue() {
    guard !news.isEmpty else { return }
    if Deadline.now.nanoseconds - lastFlush.nanoseconds >= Self.interval.nanoseconds { flush() }
  }

  /// Writes what has happened.
  func flush() {
    guard !news.isEmpty else { return }
    lastFlush = .now
    let (first, hidden, last) = news.take()
    let style = format.style
    let height = hidden > 0 ? 1 : Self.messageHeight
    var lines = first.map { line(for: $0, style, height: height) }
    if hidden > 0 {
      let gap = "         … \(counted(hidden, "more event")), which :log has …"
      lines.append(style.paint(gap, as: .secondary))
    }
    lines += last.map { line(for: $0, style, height: height) }
    hideLine()
    startLine()
    put(lines.map { $0 + "\n" }.joined())
  }

  /// How many rows of the screen a message may take.
  private static let messageHeight = 4

  /// An event on one line: when, where, which way, what.
  ///
  /// - Parameters:
  ///   - event: The event.
  ///   - style: How it is painted.
  ///   - indent: How many columns of the screen something else takes.
  ///   - height: How many rows it may take.
  /// - Returns: The line, without a newline behind it.
  func line(
    for event: Event,
    _ style: Style = .plain,
    indent: Int = 0,
    height: Int = 1
  ) -> String {
    let time = TerminalText.rightAligned(DurationText.seconds(event.time), to: 9)
    let lane = event.lane.isEmpty ? "" : "  " + TerminalText.cut(printable(event.lane), to: 24)
    let arrow = event.kind.arrow.isEmpty ? "·" : event.kind.arrow
    let start = "\(time)\(lane)  \(arrow)  "
    let room = max(20, columns - indent - TerminalText.width(start))
    let rows = TerminalText.rows(text(of: event, room: room * height), columns: room)
    let hanging = "\n" + String(repeating: " ", count: TerminalText.width(start))
    return style.paint(start, as: .secondary) + rows.joined(separator: hanging)
  }

  private func text(of event: Event, room: Int) -> String {
    switch event.kind {
    case .sent(let payload), .received(let payload):
      guard payload.size == payload.bytes.count,
        let shown = functions.flatMap({ ask($0.shown, event.lane, payload.bytes) })
      else { return EscapedBytes(payload).bounded(to: room) }
      let size = " (\(counted(payload.size, "byte")))"
      if TerminalText.width(shown) <= room { return shown }
      return TerminalText.cut(shown, to: max(1, room - size.count)) + size
    case .output(_, let payload, _): return Self.outputLine(payload, room: room)
    case .unread(let payload): return EscapedBytes(payload).bounded(to: room)
    case .waited(let what, let duration):
      let time = DurationText.seconds(duration)
      return TerminalText.cut("waited \(time) s for \(printable(what))", to: room)
    default:
      let phrase = event.kind.phrase
      return TerminalText.cut(phrase.isEmpty ? event.kind.name : phrase, to: room)
    }
  }

  /// A line of output, with its indentation as it is.
  private static func outputLine(_ payload: Payload, room: Int) -> String {
    let blanks = payload.bytes.prefix { $0 == UInt8(ascii: " ") }.count
    let isIndented = payload.size == payload.bytes.count && blanks < min(payload.size, room / 2)
    guard isIndented else { return EscapedBytes(payload).bounded(to: room) }
    let rest = EscapedBytes(Array(payload.bytes[blanks...]))
    return String(repeating: " ", count: blanks) + rest.bounded(to: room - blanks)
  }

  private func ask(_ function: LuaReference, _ lane: String, _ bytes: [UInt8]) -> String? {
    session.runtime.ask(function) {
      $0.push(lane)
      $0.push(bytes)
      return 2
    } _: {
      $0.text(at: -1).map(printable)
    }
  }
}
