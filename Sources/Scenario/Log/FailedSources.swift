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
  private var log: EventLog?
  /// How many secrets were known when a text was written, by the script's path.
  private var secretCounts: [String: Int] = [:]

  /// Names the file, which is made when a script has failed, and removes that of a run that was killed.
  ///
  /// - Parameters:
  ///   - logPath: The run's log.
  ///   - start: The run's start.
  init(beside logPath: String, since start: Deadline) {
    path = LogStorage.workerFile(0, of: logPath)
    self.logPath = logPath
    self.start = start
    FileSystem.remove(path)
  }

  /// Writes the text of a script, unless it stands there and as much is hidden in it as is known.
  ///
  /// A text that cannot be written is missing where the run is killed, and nowhere else.
  func record(_ script: String, of scripts: ScriptTexts) {
    let count = scripts.secrets.values.count
    guard secretCounts[script] != count, let text = scripts.text(of: script),
      text.count <= ScriptTexts.logLimit
    else { return }
    secretCounts[script] = count
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
