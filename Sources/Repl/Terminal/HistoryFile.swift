/// The lines of earlier sessions, in a file that several sessions may add to at once.
///
/// A line of the file is an entry, in which `\n` stands for a newline and `\\` for a backslash.
struct HistoryFile {
  let path: String

  /// Of a longer file the rest is older than anybody looks for.
  private static let limit = 1 << 20

  init(path: String) {
    self.path = path
  }

  /// The file in the user's directory for state, as the XDG base directory specification has it.
  static var standard: HistoryFile? {
    let state = TerminalCalls.variable("XDG_STATE_HOME") ?? ""
    let home = TerminalCalls.variable("HOME") ?? ""
    guard state.hasPrefix("/") || home.hasPrefix("/") else { return nil }
    var directory = state
    if !state.hasPrefix("/") {
      TerminalCalls.makeDirectory("\(home)/.local")
      directory = "\(home)/.local/state"
    }
    TerminalCalls.makeDirectory(directory)
    TerminalCalls.makeDirectory("\(directory)/parley")
    return HistoryFile(path: "\(directory)/parley/history")
  }

  /// The entries, the oldest first; lines that no session can have written are left out.
  var entries: [String] {
    let (bytes, isWhole) = TerminalCalls.ending(of: path, limit: Self.limit)
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    return lines.dropFirst(isWhole ? 0 : 1).compactMap(Self.entry)
  }

  private static func entry(_ line: ArraySlice<UInt8>) -> String? {
    guard !line.contains(where: { $0 < 0x20 && $0 != UInt8(ascii: "\t") || $0 == 0x7f }),
      let text = String(validating: line, as: UTF8.self)
    else { return nil }
    var entry = ""
    var isEscaped = false
    for character in text {
      if isEscaped {
        entry.append(character == "n" ? "\n" : character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else {
        entry.append(character)
      }
    }
    return entry
  }

  /// Adds an entry, in one write: those of two sessions do not mix.
  ///
  /// - Returns: Why that failed; `nil` where it did not.
  func append(_ entry: String) -> String? {
    var line = ""
    for character in entry {
      switch character {
      case "\\": line += "\\\\"
      case "\n": line += "\\n"
      default: line.append(character)
      }
    }
    return TerminalCalls.append(Array((line + "\n").utf8), to: path)
  }
}
