internal import LocalSockets

// The files beside a log while its run lasts. They stay where they do not come into it: the run was
// killed, or the disk was full.

extension LogStorage {
  /// The file that a worker, numbered from 1, writes.
  static func workerFile(_ number: Int, of path: String) -> String { "\(path).\(number)" }

  /// The files of workers that are there.
  ///
  /// - Parameter path: The run's log.
  /// - Returns: Their paths, in the order of the workers.
  static func workerFiles(of path: String) -> [String] {
    numberedFiles(of: path).filter(isOfWorker)
  }

  /// Removes what an earlier run with a log of this name has left beside it.
  ///
  /// - Throws: ``Failure`` of the environment where something else has the name of a worker's file,
  ///   as a log of its own would have.
  static func clear(beside path: String) throws(Failure) {
    for file in numberedFiles(of: path) {
      guard isOfWorker(file) else {
        let reason = "\(printable(file)) is no part of it, and has the name of one"
        throw Failure(.environment, "cannot write the log \(printable(path)): \(reason)")
      }
      FileSystem.remove(file)
    }
    FileSystem.remove("\(path).payloads")
  }

  private static func numberedFiles(of path: String) -> [String] {
    let name = path.split(separator: "/").last ?? ""
    let directory = path.dropLast(name.count)
    let names = try? FileSystem.names(in: directory.isEmpty ? "." : String(directory))
    return (names ?? []).compactMap { String(decoding: $0, as: UTF8.self).number(behind: name) }
      .sorted().map { workerFile($0, of: path) }
  }

  /// Whether a file is the log of a worker, which has no event of a run, or holds nothing.
  private static func isOfWorker(_ path: String) -> Bool {
    guard let file = try? FileSystem.openForReading(path) else { return false }
    let size = FileSystem.size(of: file.number)
    switch LogReader.event(in: file.number, 0..<size)?.kind {
    case .runStarted?: return false
    case .some: return true
    case nil: return FileSystem.contents(of: file.number, 0..<min(1, size)).allSatisfy { $0 == 0 }
    }
  }
}

extension String {
  /// The number of a worker whose file this is, for the log of a name.
  fileprivate func number(behind name: Substring) -> Int? {
    removing(prefix: "\(name).").flatMap {
      $0.utf8.first != UInt8(ascii: "0") && $0.utf8.allSatisfy(\.isDigit) ? Int($0) : nil
    }
  }
}
