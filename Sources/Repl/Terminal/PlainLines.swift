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

  /// The next line without its newline.
  ///
  /// - Parameter serve: Turns the loop once; answers whether to wait on.
  /// - Returns: The line; `nil` at the end, and where `serve` does not want to wait.
  func next(serving serve: () -> Bool) -> [UInt8]? {
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
      guard fill(serve) else { return nil }
    }
  }

  private func rest() -> [UInt8]? {
    defer { bytes = [] }
    return bytes.isEmpty ? nil : bytes
  }

  /// Waits for bytes, while everything else goes on.
  ///
  /// - Returns: Whether it was waited to the end.
  private func fill(_ serve: () -> Bool) -> Bool {
    if isWatched {
      var isReady = false
      let watch = loop.watch(TerminalCalls.input, for: .readable) { _ in isReady = true }
      defer { watch.cancel() }
      while !isReady { guard serve() else { return false } }
    }
    let piece = TerminalCalls.read()
    hasEnded = piece.isEmpty
    bytes += piece
    return true
  }
}
