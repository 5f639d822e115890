internal import CEdit
internal import LocalSocketLua
internal import LocalSockets
internal import Scenario

/// The line that is edited on a terminal, while the loop turns.
///
/// libedit knows what keys do to a line; what the line looks like, and what happens while a key is
/// awaited, is decided here.
@safe final class LineEditor {
  /// What has come of a line.
  enum Result {
    case line([UInt8])
    /// Ctrl-C: the line is given up.
    case stopped
    /// Ctrl-D, or the terminal is gone.
    case end
  }

  private unowned let repl: Repl
  private var editor: OpaquePointer?
  private var decoder = KeyDecoder()
  private var keys = Fifo<KeyDecoder.Key>()
  private var watch: EventLoop.Watch?
  /// Gives up waiting for the rest of a key.
  private var patience: EventLoop.Timer?
  private static let patienceTime = Duration.milliseconds(30)
  private var hasEnded = false
  private let history = HistoryFile.standard
  private var lastEntry: String?
  private var canKeepHistory = true
  private var continuations = Interruption.continuationCount

  /// What is on the screen now; `nil` while nothing of the line is.
  private var layout: LineLayout?
  private var prompt = ""

  /// Starts it; `nil` where libedit does not know the terminal.
  init?(_ repl: Repl) {
    self.repl = repl
    var callbacks = unsafe edit_callbacks(
      character: { unsafe LineEditor.at($0).nextCharacter() },
      is_complete: { unsafe LineEditor.at($0).isComplete() },
      complete: { unsafe LineEditor.at($0).complete() },
      clear: { unsafe LineEditor.at($0).clear() }
    )
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    guard let editor = unsafe edit_new("parley", &callbacks, context) else { return nil }
    unsafe self.editor = editor
    for entry in history?.entries ?? [] { remember(entry) }
    repl.output.hideLine = { [unowned self] in hide() }
    repl.output.takeKeys = { [unowned self] in takeKeys($0) }
  }

  deinit {
    patience?.cancel()
    repl.output.hideLine = {}
    repl.output.takeKeys = { _ in }
    unsafe edit_free(editor)
  }

  private static func at(_ context: UnsafeMutableRawPointer?) -> LineEditor {
    // SAFETY: the context is what init has passed, and edit_line returns before the object goes.
    guard let context = unsafe context else { preconditionFailure("libedit lost its context") }
    return unsafe Unmanaged<LineEditor>.fromOpaque(context).takeUnretainedValue()
  }
}

// MARK: A line

extension LineEditor {
  /// Edits a line that stands behind a prompt.
  func read(_ prompt: String) -> Result {
    self.prompt = prompt
    startWatching()
    repl.output.startLine()
    repl.configuration.print("\u{1B}[?2004h")
    let result = unsafe edit_line(editor)
    draw(isFinal: true)
    let text = text
    layout = nil
    repl.configuration.print((result == EDIT_END ? "" : "\n") + "\u{1B}[?2004l")
    watch?.setInterest([])
    switch result {
    case EDIT_LINE:
      keep(text)
      return .line(Array(text.utf8))
    case EDIT_STOPPED where !hasEnded: return .stopped
    default: return .end
    }
  }

  private func startWatching() {
    if let watch { return watch.setInterest(.readable) }
    watch = repl.session.library.loop.watch(TerminalCalls.input, for: .readable) {
      [unowned self] _ in
      take(TerminalCalls.read())
    }
  }

  private func take(_ bytes: [UInt8]) {
    hasEnded = bytes.isEmpty
    for key in decoder.decode(bytes) { keys.append(key) }
    patience?.cancel()
    patience = nil
    guard decoder.isWaiting else { return }
    patience = repl.session.library.loop.schedule(at: .after(Self.patienceTime)) {
      [unowned self] in
      for key in decoder.giveUp() { keys.append(key) }
    }
  }

  /// The line as it is.
  private var text: String {
    String(String.UnicodeScalarView(scalars.text))
  }

  private var scalars: (text: [Unicode.Scalar], cursor: Int) {
    var count = 0
    var cursor = 0
    guard let start = unsafe edit_text(editor, &count, &cursor) else { return ([], 0) }
    let values = unsafe UnsafeBufferPointer(start: start, count: count)
    return (unsafe values.map { Unicode.Scalar($0) ?? "\u{FFFD}" }, cursor)
  }

  private func keep(_ entry: String) {
    guard entry.contains(where: { $0 != " " }), entry != lastEntry else { return }
    remember(entry)
    guard canKeepHistory, let history, let problem = history.append(entry) else { return }
    canKeepHistory = false
    repl.output.show("the history cannot be kept in \(history.path): \(problem)")
  }

  private func remember(_ entry: String) {
    lastEntry = entry
    let text = entry.unicodeScalars.map(\.value) + [0]
    unsafe edit_remember(editor, text)
  }
}

// MARK: Keys

extension LineEditor {
  /// The next character for libedit; the loop turns until there is one.
  private func nextCharacter() -> Int32 {
    let stops = Interruption.count
    while true {
      switch keys.removeFirst() {
      case .character(let scalar): return Int32(bitPattern: scalar.value)
      case .paste(let text): insert(text)
      case nil:
        if hasEnded || Interruption.isRequested || Interruption.count != stops { return -1 }
        if Interruption.continuationCount != continuations { takeScreenBack() }
        draw()
        repl.turn()
      }
    }
  }

  /// Another program may have had the terminal while this one was stopped.
  private func takeScreenBack() {
    continuations = Interruption.continuationCount
    takeKeys(true)
    layout = nil
    repl.configuration.print("\u{1B}[?2004h")
  }

  /// Has the terminal send keys, or lines as a program expects them that reads for itself.
  func takeKeys(_ does: Bool) {
    unsafe edit_take_keys(editor, does)
  }

  private func insert(_ text: [Unicode.Scalar], deleting count: Int = 0) {
    let values = text.map(\.value)
    unsafe values.withUnsafeBufferPointer {
      _ = unsafe edit_insert(editor, count, $0.baseAddress, values.count)
    }
  }

  private func isComplete() -> Bool {
    !repl.isIncomplete(Array(text.utf8))
  }

  private func complete() {
    let (text, cursor) = scalars
    let before = String(String.UnicodeScalarView(text[..<cursor]))
    let completion = repl.completion(of: before)
    insert(Array(completion.inserted.unicodeScalars))
    if !completion.choices.isEmpty { repl.output.show(completion.choices) }
  }

  private func clear() {
    layout = nil
    repl.configuration.print("\u{1B}[H\u{1B}[2J")
  }
}

// MARK: The screen

extension LineEditor {
  /// Draws the line where it is not on the screen as it is.
  private func draw(isFinal: Bool = false) {
    let (text, cursor) = scalars
    let wanted = LineLayout(
      text,
      cursor: isFinal ? text.count : cursor,
      prompt: prompt,
      continuation: repl.continuation,
      columns: repl.configuration.columns(),
      height: TerminalCalls.rows
    )
    guard wanted != layout else { return }
    repl.output.startLine()
    repl.configuration.print(
      (layout?.erasing(columns: repl.configuration.columns()) ?? "")
        + wanted.drawing(repl.configuration.format().style)
    )
    layout = wanted
  }

  /// Takes the line from the screen.
  private func hide() {
    guard let layout else { return }
    repl.configuration.print(layout.erasing(columns: repl.configuration.columns()))
    self.layout = nil
  }
}
