internal import LocalSockets

// A log that its own process reads while it grows.

extension EventLog {
  /// Starts a log that is kept in full, in a file.
  ///
  /// - Parameter path: The file; without one it has no name, lies in the temporary directory and ends
  ///   with the process.
  /// - Returns: The log.
  /// - Throws: ``Failure`` of the environment when the file cannot be made.
  package static func whole(at path: String? = nil) throws(Failure) -> EventLog {
    if let path {
      try LogStorage.clear(beside: path)
      return try EventLog(wholeAt: path)
    }
    let directory = try PrivateDirectory()
    defer { directory.remove() }
    return try EventLog(wholeAt: "\(directory.path)/log")
  }

  private convenience init(wholeAt path: String) throws(Failure) {
    do throws(FileSystem.Failure) {
      self.init(to: try LogStorage(path: path, payloads: "\(path).payloads"), since: .now)
    } catch {
      throw Failure(.environment, "cannot write the log \(printable(path)): \(error.reason)")
    }
  }

  /// Calls a function with each event so far, the oldest first.
  package func forEachEvent(_ body: (Event) -> Void) {
    var reader = LogReader()
    for start in stride(from: 0, to: endOffset, by: LogFile.step) {
      let range = start..<min(endOffset, start + LogFile.step)
      reader.read(FileSystem.contents(of: storage.file.number, range)[...], body)
    }
  }

  /// All bytes of a message, also of a long one.
  package func bytes(of payload: Payload) -> [UInt8] {
    guard payload.size > payload.bytes.count, let start = payload.offset else {
      return payload.bytes
    }
    return storage.payload(start..<start + payload.size)
  }
}
