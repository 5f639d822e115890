internal import CProcess
internal import Glibc

/// The calls to the kernel that finding scripts needs, one function a call.
package enum FileSystem {
  /// What a path names.
  struct Status: Hashable {
    /// The file's identity: equal for every path that leads to it.
    let identity: Identity
    let isDirectory: Bool
    let isRegularFile: Bool
    /// When its contents were last changed, in nanoseconds since 1970.
    let modification: Int
    let size: Int
  }

  struct Identity: Hashable {
    let device: UInt
    let number: UInt
  }

  /// Why a call failed.
  struct Failure: Error, CustomStringConvertible {
    let code: Int32

    var description: String { reason }

    /// Whether the path itself is at fault: nothing of this name can be there.
    var isMisnaming: Bool { [ENOENT, ENOTDIR, ENAMETOOLONG].contains(code) }

    /// The cause as a lowercase clause.
    var reason: String {
      switch code {
      case ENOENT: "no such file or directory"
      case EACCES: "permission denied"
      case ENOTDIR: "a part of the path is not a directory"
      case ELOOP: "the symbolic links go round in a circle"
      case ENAMETOOLONG: "the path is too long"
      case ENOSPC: "no space is left on the device"
      case EFBIG: "the file may not grow any more"
      case EROFS: "the file system is read-only"
      case EISDIR: "it is a directory"
      case ENODEV, ESPIPE: "it is no regular file"
      default: "the system refused it (errno \(code))"
      }
    }
  }

  /// Asks what a path names, following symbolic links.
  ///
  /// The corresponding C function is `stat`.
  static func status(of path: String) throws(Failure) -> Status {
    var record = stat()
    guard unsafe stat(path, &record) == 0 else { throw Failure(code: errno) }
    let type = record.st_mode & S_IFMT
    return Status(
      identity: Identity(device: record.st_dev, number: record.st_ino),
      isDirectory: type == S_IFDIR,
      isRegularFile: type == S_IFREG,
      modification: record.st_mtim.tv_sec * 1_000_000_000 + record.st_mtim.tv_nsec,
      size: record.st_size
    )
  }

  /// Checks that this process may read a file.
  ///
  /// The corresponding C function is `access` with `R_OK`.
  static func checkReadable(_ path: String) throws(Failure) {
    guard unsafe access(path, R_OK) == 0 else { throw Failure(code: errno) }
  }

  /// Reads a whole file.
  ///
  /// The corresponding C functions are `open`, `read` and `close`.
  static func contents(of path: String) throws(Failure) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure(code: errno) }
    defer { close(descriptor) }
    var contents: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 12)
    while true {
      let count = unsafe piece.withUnsafeMutableBytes {
        unsafe read(descriptor, $0.baseAddress, $0.count)
      }
      if count == 0 { return contents }
      if count > 0 {
        contents += piece[..<count]
      } else if errno != EINTR {
        throw Failure(code: errno)
      }
    }
  }

  /// Lists the names in a directory, without `.` and `..`, in the order of the file system.
  ///
  /// The corresponding C functions are `opendir`, `readdir` and `closedir`.
  static func names(in directory: String) throws(Failure) -> [[UInt8]] {
    try names(in: Array(directory.utf8CString))
  }

  private static func names(in directory: [CChar]) throws(Failure) -> [[UInt8]] {
    guard let stream = unsafe opendir(directory) else { throw Failure(code: errno) }
    defer { unsafe closedir(stream) }
    var names: [[UInt8]] = []
    while true {
      errno = 0
      guard let entry = unsafe readdir(stream) else { break }
      let name = unsafe name(of: entry)
      if name != [UInt8(ascii: ".")], name != Array("..".utf8) { names.append(name) }
    }
    if errno != 0 { throw Failure(code: errno) }
    return names
  }

  private static func name(of entry: UnsafeMutablePointer<dirent>) -> [UInt8] {
    // SAFETY: readdir(3) ends d_name with a NUL inside the record, which lives until its next call.
    unsafe withUnsafeBytes(of: &entry.pointee.d_name) { name in
      unsafe Array(name.prefix { $0 != 0 })
    }
  }

  /// Makes a directory that only this user may enter, with a name of its own.
  ///
  /// The corresponding C function is `mkdtemp`.
  static func makePrivateDirectory(_ prefix: String) throws(Failure) -> String {
    var path = Array("\(prefix)XXXXXX".utf8CString)
    let isMade = unsafe path.withUnsafeMutableBufferPointer { path in
      guard let start = path.baseAddress else { return false }
      return unsafe mkdtemp(start) != nil
    }
    guard isMade else { throw Failure(code: errno) }
    return String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Removes a directory and all that is in it, as far as that is allowed.
  ///
  /// The corresponding C functions are `unlink` and `rmdir`.
  static func removeTree(_ directory: String) { unsafe cp_remove_directory(directory) }

  /// Whether this user may run a file.
  static func isExecutable(_ path: String) -> Bool { unsafe access(path, X_OK) == 0 }

  /// The path without symbolic links, from the root on.
  ///
  /// The corresponding C function is `realpath`.
  static func absolutePath(of path: String) throws(Failure) -> String {
    guard let resolved = unsafe realpath(path, nil) else { throw Failure(code: errno) }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }

  // MARK: The process

  /// A variable of the environment.
  package static func variable(_ name: String) -> String? {
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }

  /// Whether the process may do everything.
  static var isRoot: Bool { geteuid() == 0 }
}
