import CLocalSockets
import Glibc

// Files.
extension SystemCalls {
  /// What tells one file from another, whatever its path.
  package struct FileIdentity: Equatable {
    private let device: dev_t
    private let inode: ino_t
    package let isSocket: Bool

    fileprivate init(_ status: stat) {
      device = status.st_dev
      inode = status.st_ino
      isSocket = status.st_mode & S_IFMT == S_IFSOCK
    }
  }

  /// `lstat(2)`: the identity of what is at a path.
  package static func identity(ofFileAt path: [UInt8]) throws(SystemError) -> FileIdentity {
    var status = stat()
    unsafe try complete(.lstat, path) { unsafe lstat($0, &status) }
    return FileIdentity(status)
  }

  /// `fstat(2)`: the identity of an open file.
  package static func identity(of descriptor: CInt) throws(SystemError) -> FileIdentity {
    var status = stat()
    _ = try complete(.fstat) { Int(unsafe fstat(descriptor, &status)) }
    return FileIdentity(status)
  }

  /// `open(2)` with O_PATH: holds on to a file without opening what it stands for.
  package static func openPath(
    _ path: [UInt8],
    _ flags: CInt = 0
  ) throws(SystemError) -> OwnedDescriptor {
    let number = unsafe try complete(.open, path) { unsafe ls_open_path($0, flags) }
    return OwnedDescriptor(adopting: number)
  }

  /// `open(2)` for reading.
  static func open(_ path: [UInt8]) throws(SystemError) -> OwnedDescriptor {
    let number = unsafe try complete(.open, path) {
      unsafe Glibc.open($0, O_RDONLY | O_CLOEXEC)
    }
    return OwnedDescriptor(adopting: number)
  }

  /// `flock(2)` with LOCK_EX; would block while the file is locked through another `open(2)` of it.
  static func lock(_ descriptor: CInt) throws(SystemError) -> Completion {
    try attempt(.flock) { Int(flock(descriptor, LOCK_EX | LOCK_NB)) }
  }

  /// `read(2)`; no bytes mean the end of the file.
  static func read(_ descriptor: CInt, atMost count: Int) throws(SystemError) -> [UInt8] {
    unsafe try [UInt8](unsafeUninitializedCapacity: count) { (space, used) throws(SystemError) in
      used = try complete(.read) { unsafe Glibc.read(descriptor, space.baseAddress, count) }
    }
  }

  /// `unlink(2)`.
  package static func unlink(_ path: [UInt8]) throws(SystemError) {
    unsafe try complete(.unlink, path) { unsafe Glibc.unlink($0) }
  }

  /// `link(2)`, which never replaces what is at the new path.
  package static func link(_ path: [UInt8], to new: [UInt8]) throws(SystemError) {
    unsafe try complete(.link, path) { path in
      unsafe withPathPointer(new) { unsafe Glibc.link(path, $0) }
    }
  }

  /// `chmod(2)`.
  static func changeMode(ofFileAt path: [UInt8], to mode: mode_t) throws(SystemError) {
    unsafe try complete(.chmod, path) { unsafe chmod($0, mode) }
  }

  /// `mkdtemp(3)`: makes a directory that only this user may enter.
  ///
  /// Returns its path, which begins with the prefix.
  package static func makePrivateDirectory(prefix: [UInt8]) throws(SystemError) -> [UInt8] {
    var path = prefix + Array("XXXXXX".utf8)
    precondition(!path.contains(0), "a path holds no NUL")
    path.append(0)
    _ = try complete(.mkdtemp) {
      unsafe path.withUnsafeMutableBufferPointer { buffer in
        unsafe buffer.withMemoryRebound(to: CChar.self) { text in
          guard let start = text.baseAddress else { return -1 }
          return unsafe mkdtemp(start) == nil ? -1 : 0
        }
      }
    }
    path.removeLast()
    return path
  }

  /// `rmdir(2)`.
  package static func removeDirectory(_ path: [UInt8]) throws(SystemError) {
    unsafe try complete(.rmdir, path) { unsafe rmdir($0) }
  }

  @discardableResult
  private static func complete(
    _ call: SystemCall,
    _ path: [UInt8],
    _ body: (UnsafePointer<CChar>) -> CInt
  ) throws(SystemError) -> CInt {
    CInt(try complete(call) { Int(unsafe withPathPointer(path, body)) })
  }

  private static func withPathPointer(
    _ path: [UInt8],
    _ body: (UnsafePointer<CChar>) -> CInt
  ) -> CInt {
    precondition(!path.contains(0), "a path holds no NUL")
    return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: path.count + 1) { text in
      for (index, byte) in path.enumerated() { unsafe text[index] = CChar(bitPattern: byte) }
      unsafe text[path.count] = 0
      guard let start = text.baseAddress else { return -1 }
      return unsafe body(start)
    }
  }
}

// Time and the process.
extension SystemCalls {
  /// `clock_gettime(2)` with CLOCK_MONOTONIC, in nanoseconds.
  @inline(__always)
  package static func monotonicNanoseconds() -> Int64 {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// `clock_gettime(2)` with CLOCK_MONOTONIC_COARSE: what that clock said at the kernel's last tick,
  /// for a fraction of the cost.
  @inline(__always)
  static func monotonicNanosecondsAtTick() -> Int64 {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_MONOTONIC_COARSE, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// `getpid(2)`.
  package static func processIdentifier() -> CInt { getpid() }

  /// `sched_getaffinity(2)`: how many processors this thread may use, 1 where that is not known.
  package static func usableProcessorCount() -> Int {
    (try? complete(.schedGetaffinity) { Int(ls_usable_processor_count()) }) ?? 1
  }

  /// `getenv(3)` as bytes, or nil when the variable is unset.
  package static func environmentVariable(_ name: StaticString) -> [UInt8]? {
    guard
      let value = unsafe getenv(
        UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
      )
    else { return nil }
    let length = unsafe strlen(value)
    return unsafe [UInt8](UnsafeRawBufferPointer(start: value, count: length))
  }

  /// `getcwd(3)`, or "/" where that fails, as it does when the working directory was removed.
  package static func workingDirectory() -> [UInt8] {
    let limit = Int(PATH_MAX)
    return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: limit) { buffer in
      let result = try? complete(.getcwd) {
        unsafe getcwd(buffer.baseAddress, limit) == nil ? -1 : 0
      }
      guard result != nil, let start = buffer.baseAddress else { return [UInt8(ascii: "/")] }
      return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: strlen(start)))
    }
  }
}
