/// The right to replace what is stale in a directory, which one socket after the other gets, of any
/// process; it ends with this value.
struct DirectoryLock: ~Copyable {
  /// How long others are waited for, each of which needs less than a millisecond.
  private static let patience = Duration.seconds(1)
  private let directory: OwnedDescriptor

  /// Waits for the right.
  ///
  /// It is nil where it cannot be had: the directory may not be read, its file system knows no locks,
  /// or somebody keeps the directory locked who has other things in mind. To do without is as safe as
  /// long as nobody else does the same at the same time.
  init?(_ path: [UInt8]) {
    guard let directory = try? SystemCalls.open(path) else { return nil }
    let end = Deadline.after(Self.patience)
    while true {
      guard let completion = try? SystemCalls.lock(directory.number) else { return nil }
      if completion != .wouldBlock { break }
      if end.isPast { return nil }
      _ = try? SystemCalls.pollOne(-1, events: 0, timeoutMilliseconds: 1)
    }
    self.directory = directory
  }
}
