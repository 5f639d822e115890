internal import LocalSockets

/// The texts of scripts that have failed, beside the log of a run that may be killed.
///
/// Only at the run's end all secrets are known that are hidden in the texts that the log keeps. Until
/// then these stand in a file of their own, which whoever reads the log finds, without what is secret
/// so far.
final class FailedSources {
  private let path: String
  private let logPath: String
  private let start: Deadline
  /// Whether no file of somebody else has that name.
  private let isNameFree: Bool
  private var log: EventLog?
  private var scripts: Set<String> = []

  /// Names the file, which is made when a script has failed, and removes that of a run that was killed.
  ///
  /// - Parameters:
  ///   - logPath: The run's log. Where a file that is not parley's has the name, it stays, and no texts
  ///     are written.
  ///   - start: The run's start.
  init(beside logPath: String, since start: Deadline) {
    path = Self.path(of: logPath)
    self.logPath = logPath
    self.start = start
    isNameFree = (try? FileSystem.status(of: path)) == nil || Self.isParleys(path)
    if isNameFree { FileSystem.remove(path) }
  }

  /// The file beside a log that a run has left; none where there is none, or it is somebody else's.
  static func files(of logPath: String) -> [String] { [path(of: logPath)].filter(isParleys) }

  private static func path(of logPath: String) -> String { "\(logPath).sources" }

  /// Whether a file holds the texts of scripts, or nothing.
  private static func isParleys(_ path: String) -> Bool {
    guard let file = try? FileSystem.openForReading(path) else { return false }
    let size = FileSystem.size(of: file.number)
    if case .source? = LogReader.event(in: file.number, 0..<size)?.kind { return true }
    return size == 0
  }

  /// Writes the text of a script, unless it stands there.
  ///
  /// A text that cannot be written is missing where the run is killed, and nowhere else.
  func record(_ script: String, of texts: ScriptTexts) {
    if isNameFree, scripts.insert(script).inserted { write(script, of: texts) }
  }

  /// Writes all texts anew when something in them may have become a secret.
  func rewrite(from texts: ScriptTexts) {
    remove()
    for script in scripts { write(script, of: texts) }
  }

  private func write(_ script: String, of texts: ScriptTexts) {
    guard let text = texts.text(of: script), text.count <= ScriptTexts.logLimit else { return }
    if log == nil, let storage = try? LogStorage(path: path, payloads: "\(logPath).payloads") {
      log = EventLog(to: storage, since: start)
    }
    log?.append(.source(path: script, text))
  }

  /// Removes the file, when the log has the texts.
  func remove() {
    guard log != nil else { return }
    log = nil
    FileSystem.remove(path)
  }
}
