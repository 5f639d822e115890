internal import LocalSockets

/// The file in which the failures of a working directory are kept from run to run.
///
/// It is `$XDG_STATE_HOME/parley/HASH/failed.json`, or the same below `~/.local/state`, and says for
/// which directory it is. Whoever removes it loses no more than what `--last-failed` would run.
struct FailureList {
  private let workingDirectory: String
  /// The directory with the lists' directories.
  private let home: String

  /// The list of the present working directory; `nil` where there is no place for it.
  init?() {
    workingDirectory = FileSystem.workingDirectory
    if let state = FileSystem.variable("XDG_STATE_HOME"), state.hasPrefix("/") {
      home = "\(state)/parley"
    } else if let user = FileSystem.variable("HOME"), user.hasPrefix("/") {
      home = "\(user)/.local/state/parley"
    } else {
      return nil
    }
  }

  private var directory: String {
    "\(home)/\(String(stableHash(workingDirectory.utf8), radix: 16))"
  }

  private var path: String { "\(directory)/failed.json" }

  /// The scenarios, as ``ScenarioFilter/keys``; none where the list cannot be read.
  var keys: Set<String> { Set(Self.contents(of: path)?["failed"]?.strings ?? []) }

  /// Replaces the list; one that is empty needs no file.
  ///
  /// The first list of a directory takes those away that nobody can use any more.
  ///
  /// - Returns: Whether that was possible; otherwise the next run has none.
  func replace(by keys: Set<String>) -> Bool {
    if keys.isEmpty {
      FileSystem.removeTree(directory)
      return true
    }
    if (try? FileSystem.status(of: directory)) == nil { removeOrphans() }
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("directory", workingDirectory)
    writer.member("failed", keys.sorted())
    writer.endObject()
    writer.endLine()
    FileSystem.makeDirectories(above: path)
    guard let file = try? FileSystem.makeFile(path) else { return false }
    return FileSystem.append(writer.bytes, to: file.number) != nil
  }

  /// Removes the lists that nobody can use.
  private func removeOrphans() {
    for name in (try? FileSystem.names(in: home)) ?? [] {
      let directory = "\(home)/\(String(decoding: name, as: UTF8.self))"
      guard let list = Self.contents(of: "\(directory)/failed.json") else { continue }
      if Self.isOrphan(list) { FileSystem.removeTree(directory) }
    }
  }

  private static func contents(of path: String) -> JSONValue? {
    guard let contents = try? FileSystem.contents(of: path) else { return nil }
    return try? JSONParser.parse(contents[...])
  }

  /// Whether a list's directory is gone, or nothing says which it is, as early versions did not.
  private static func isOrphan(_ list: JSONValue) -> Bool {
    if case .array = list { return true }
    return list["directory"]?.string.map(isGone) ?? false
  }

  private static func isGone(_ directory: String) -> Bool {
    do throws(FileSystem.Failure) {
      _ = try FileSystem.status(of: directory)
      return false
    } catch {
      return error.isMisnaming
    }
  }
}
