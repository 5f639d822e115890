internal import Glibc
internal import LocalSockets

extension FileSystem {
  /// A file that has changed.
  struct Change {
    /// The directory's place in the list that was given.
    let directory: Int
    let name: String
  }

  /// Waits until files in directories are written, or new ones come; hidden ones do not count.
  ///
  /// The corresponding C functions are `inotify_init1`, `inotify_add_watch` and `read`.
  ///
  /// - Returns: What has changed; `nil` when a signal came first, and nothing where the kernel does not
  ///   watch.
  static func awaitChanges(in directories: [String]) -> [Change]? {
    let number = inotify_init1(CInt(IN_CLOEXEC))
    guard number >= 0 else { return [] }
    let watch = OwnedDescriptor(adopting: number)
    let mask = UInt32(IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE)
    let numbers = directories.map { unsafe inotify_add_watch(watch.number, $0, mask) }
    guard numbers.contains(where: { $0 >= 0 }) else { return [] }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe read(watch.number, $0.baseAddress, $0.count)
      }
      if count <= 0 { return nil }
      let changes = changes(in: buffer[..<count], numbers)
      if !changes.isEmpty { return changes }
    }
  }

  /// Reads the records of `inotify(7)`: four words, the last one the length of the name behind them.
  private static func changes(in records: ArraySlice<UInt8>, _ numbers: [CInt]) -> [Change] {
    var changes: [Change] = []
    var rest = records
    func word(_ index: Int) -> UInt32 {
      let start = rest.startIndex + 4 * index
      return rest[start..<start + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
    while rest.count >= 16 {
      let length = Int(word(3))
      let name = rest.dropFirst(16).prefix(length).prefix { $0 != 0 }
      if let directory = numbers.firstIndex(of: CInt(bitPattern: word(0))),
        !name.isEmpty, name.first != UInt8(ascii: ".")
      {
        changes.append(Change(directory: directory, name: String(decoding: name, as: UTF8.self)))
      }
      rest = rest.dropFirst(16 + length)
    }
    return changes
  }
}
