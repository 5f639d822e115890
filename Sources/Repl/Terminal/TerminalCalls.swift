internal import Glibc

/// The calls to the kernel that typing needs, one function a call.
enum TerminalCalls {
  /// Whether the loop can wait for the standard input: a file is always ready, and the kernel does
  /// not watch it (epoll_ctl(2)).
  static var canWatchInput: Bool {
    var record = stat()
    guard unsafe fstat(STDIN_FILENO, &record) == 0 else { return false }
    let type = record.st_mode & S_IFMT
    return type == S_IFIFO || type == S_IFSOCK || isatty(STDIN_FILENO) == 1
  }

  static let input = STDIN_FILENO

  /// Reads what there is of the standard input.
  ///
  /// The corresponding C function is `read`.
  ///
  /// - Returns: The bytes; none at the end, and where it cannot be read.
  static func read() -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
      var result = -1
      repeat {
        result = unsafe Glibc.read(STDIN_FILENO, buffer.baseAddress, buffer.count)
      } while result < 0 && errno == EINTR
      count = max(0, result)
    }
  }

  /// The height of the terminal in rows; 24 where nobody knows.
  static var rows: Int {
    var size = winsize()
    // SAFETY: TIOCGWINSZ writes one winsize (ioctl_tty(2)), and fails where there is no terminal.
    let isKnown = unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0
    return isKnown && size.ws_row > 0 ? Int(size.ws_row) : 24
  }

  /// A variable of the environment.
  static func variable(_ name: String) -> String? {
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }

  /// Whether a path names anything.
  static func isThere(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  static var workingDirectory: String {
    guard let path = unsafe getcwd(nil, 0) else { return "." }
    defer { unsafe free(path) }
    return unsafe String(cString: path)
  }

  /// The command of a process, where the kernel tells it (proc_pid_comm(5)).
  static func command(of pid: Int) -> String? {
    let descriptor = unsafe open("/proc/\(pid)/comm", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 64) { buffer, count in
      count = max(0, unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count))
    }
    return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }

  /// The names in a directory, a slash behind those of directories; none where it cannot be read.
  static func names(in directory: String) -> [String] {
    guard let stream = unsafe opendir(directory) else { return [] }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      // SAFETY: readdir(3) ends d_name with a NUL inside the record, which lives until the next.
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { name in
        unsafe String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
      }
      let isDirectory = unsafe entry.pointee.d_type == UInt8(DT_DIR)
      if name != ".", name != ".." { names.append(isDirectory ? name + "/" : name) }
    }
    return names.sorted()
  }

  /// Makes a directory for this user alone, unless it is there.
  ///
  /// The corresponding C function is `mkdir`.
  static func makeDirectory(_ path: String) {
    _ = unsafe mkdir(path, 0o700)
  }

  /// Reads the last part of a file.
  ///
  /// The corresponding C functions are `open`, `fstat` and `pread`.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - limit: The most bytes that are read.
  /// - Returns: The bytes, and whether they are all of them; none where there is no file to read.
  static func ending(of path: String, limit: Int) -> (bytes: [UInt8], isWhole: Bool) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return ([], true) }
    defer { close(descriptor) }
    var record = stat()
    guard unsafe fstat(descriptor, &record) == 0, record.st_mode & S_IFMT == S_IFREG else {
      return ([], true)
    }
    let size = Int(record.st_size)
    let start = max(0, size - limit)
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size - start) { buffer, count in
      count = max(0, unsafe pread(descriptor, buffer.baseAddress, buffer.count, off_t(start)))
    }
    return (bytes, start == 0)
  }

  /// Adds bytes to the end of a file for this user alone, which is made where it is missing.
  ///
  /// The corresponding C functions are `open` with `O_APPEND`, and `write`.
  ///
  /// - Returns: Why that failed; `nil` where it did not.
  static func append(_ bytes: [UInt8], to path: String) -> String? {
    // A FIFO that nobody reads would be waited for.
    let flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK
    let descriptor = unsafe open(path, flags, 0o600)
    guard descriptor >= 0 else { return unsafe String(cString: strerror(errno)) }
    defer { close(descriptor) }
    var record = stat()
    guard unsafe fstat(descriptor, &record) == 0, record.st_mode & S_IFMT == S_IFREG else {
      return "it is no regular file"
    }
    var count = -1
    repeat {
      count = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    } while count < 0 && errno == EINTR
    return count == bytes.count ? nil : unsafe String(cString: strerror(errno))
  }
}
