internal import Glibc
internal import LocalSockets

extension FileSystem {
  /// Lets time pass, or less where a signal comes.
  ///
  /// The corresponding C function is `poll`.
  static func pause(milliseconds: CInt) {
    _ = poll(nil, 0, milliseconds)
  }

  /// Notices when files in directories are written, or new ones come; hidden ones do not count.
  struct DirectoryWatch: ~Copyable {
    /// A file that has changed.
    struct Change {
      /// The directory's place in the list that was given.
      let directory: Int
      let name: String
    }

    private let queue: OwnedDescriptor
    /// The kernel's number of each directory.
    private let numbers: [CInt]

    /// Begins to watch.
    ///
    /// The corresponding C functions are `inotify_init1` and `inotify_add_watch`.
    ///
    /// - Returns: `nil` where the kernel watches none of the directories.
    init?(_ directories: [String]) {
      let number = inotify_init1(CInt(IN_CLOEXEC))
      guard number >= 0 else { return nil }
      let queue = OwnedDescriptor(adopting: number)
      let mask = UInt32(IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE)
      let numbers = directories.map { unsafe inotify_add_watch(number, $0, mask) }
      guard numbers.contains(where: { $0 >= 0 }) else { return nil }
      self.queue = queue
      self.numbers = numbers
    }

    /// Waits for the next changes, but no longer than half a second: a signal may come just before.
    ///
    /// The corresponding C functions are `poll` and `read`.
    ///
    /// - Returns: Nothing when there were none.
    borrowing func next() -> [Change] {
      var waited = pollfd(fd: queue.number, events: Int16(POLLIN), revents: 0)
      guard unsafe poll(&waited, 1, 500) > 0 else { return [] }
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe read(queue.number, $0.baseAddress, $0.count)
      }
      return changes(in: buffer[..<max(0, count)])
    }

    /// Reads the records of `inotify(7)`: four words, the last one the length of the name behind them.
    private borrowing func changes(in records: ArraySlice<UInt8>) -> [Change] {
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
}
