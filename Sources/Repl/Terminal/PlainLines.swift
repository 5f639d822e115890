internal import LocalSockets

/// Lines of the standard input, as they come through a pipe or from a terminal that cannot edit.
final class PlainLines {
  private var bytes: [UInt8] = []
  /// Where in the bytes the next line begins.
  private var start = 0
  private var hasEnded = false
  private let loop: EventLoop
  private let isWatched: Bool

  init(_ loop: EventLoop) {
    self.loop = loop
    isWatched = TerminalCalls.canWatchInput
  }

  /// The next line without its newline, `nil` at the end; `serve` turns the loop once.
  func next(serving serve: () -> Void) -> [UInt8]? {
    var searched = start
    while true {
      if let end = bytes[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { start = end + 1 }
        return Array(bytes[start..<end])
      }
      searched = bytes.count - start
      bytes.removeFirst(start)
      start = 0
      if hasEnded { return rest() }
      fill(serve)
    }
  }

  private func rest() -> [UInt8]? {
    defer { bytes = [] }
    return bytes.isEmpty ? nil : bytes
  }

  /// Waits for bytes, while everything else goes on.
  private func fill(_ serve: () -> Void) {
    if isWatched {
      var isReady = false
      let watch = loop.watch(TerminalCalls.input, for: .readable) { _ in isReady = true }
      while !isReady { serve() }
      watch.cancel()
    }
    let piece = TerminalCalls.read()
    hasEnded = piece.isEmpty
    bytes += piece
  }
}
