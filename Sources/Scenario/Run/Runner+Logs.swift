internal import LocalSockets

// The logs of workers, which become part of the run's.

extension Runner {
  /// Makes the log of a worker, numbered from 1: a file beside the run's while the run lasts.
  func storage(ofWorker number: Int) throws(FileSystem.Failure) -> LogStorage {
    guard let path = configuration.logPath else { return try LogStorage() }
    return try LogStorage(
      path: LogStorage.workerFile(number, of: path),
      payloads: "\(path).payloads"
    )
  }

  /// Puts a worker's log into that of the run, and removes its file.
  ///
  /// At the end of the run all is known that is secret in it.
  func adoptLog(ofWorker number: Int) {
    guard let path = configuration.logPath else { return }
    let name = LogStorage.workerFile(number, of: path)
    guard let file = try? FileSystem.openForReading(name) else { return }
    if FileSystem.size(of: file.number) == 0 {
      FileSystem.remove(name)
    } else if !log.isSpare {
      let secrets = reports.scripts.secrets
      if log.append(file: file.number, hiding: secrets) { return FileSystem.remove(name) }
      let reason = "there is no room in the log \(printable(path))"
      configuration.complain("\(reason); part of it stays in \(printable(name))")
    }
  }
}
