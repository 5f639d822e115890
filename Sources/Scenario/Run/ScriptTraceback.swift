internal import LuaBridge

/// The calls of a script that led to an error, as its author knows them.
struct ScriptTraceback {
  /// The calls, the innermost first; empty where the failing line itself says it all.
  private(set) var lines: [String] = []

  init(_ error: LuaTaskFailure) {
    self.init(message: error.message, traceback: error.traceback)
  }

  /// Reads what Lua prints below a message.
  init(message: String, traceback: String) {
    guard let calls = traceback.removing(prefix: message + "\nstack traceback:\n") else { return }
    let all = calls.split(separator: "\n").map { $0.drop { $0 == "\t" } }
    let frames = Self.withoutPrelude(all).filter { $0 != "[C]: in ?" }
    // What was called last is in the message: `error`, a native of the prelude.
    let own = frames.drop { $0.hasPrefix("[C]") }
    if own.count > 1 { lines = Self.shortened(Array(own)) }
  }

  /// Drops the calls of the prelude, with the tail calls that led to them.
  private static func withoutPrelude(_ frames: [Substring]) -> [Substring] {
    var isPrelude = false
    return frames.filter { frame in
      if frame != "(...tail calls...)" { isPrelude = frame.hasPrefix("[parley]/") }
      return !isPrelude
    }
  }

  /// Keeps the ends of a list in which Lua itself has left out the middle: so many calls are a
  /// recursion, and their names repeat themselves.
  private static func shortened(_ frames: [Substring]) -> [String] {
    guard let gap = frames.firstIndex(where: { $0.hasPrefix("...\t(skipping ") }) else {
      return folded(frames)
    }
    let inner = frames[..<gap].prefix(shownAtGap)
    let outer = frames[(gap + 1)...].suffix(shownAtGap)
    let skipped = Int(frames[gap].filter(\.isNumber)) ?? 0
    let count = skipped + frames.count - 1 - inner.count - outer.count
    return folded(inner) + ["… \(count) more calls …"] + folded(outer)
  }

  private static let shownAtGap = 4

  /// Folds equal calls, of which a recursion has many.
  private static func folded(_ frames: some Sequence<Substring>) -> [String] {
    var runs: [(frame: Substring, count: Int)] = []
    for frame in frames {
      if runs.last?.frame == frame {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((frame, 1))
      }
    }
    return runs.map { $0.count == 1 ? String($0.frame) : "\($0.frame) (\($0.count) times)" }
  }
}

extension String {
  /// What follows a prefix; `nil` for a text that does not begin with it.
  func removing(prefix: String) -> String? {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
  }
}
