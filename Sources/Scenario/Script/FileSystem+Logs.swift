internal import CLocalSockets
internal import Glibc
internal import LocalSockets

// What logs need of the kernel.

extension FileSystem {
  /// Makes a file, or empties the one that is there.
  ///
  /// The corresponding C function is `open` with `O_TRUNC`.
  ///
  /// - Parameter path: Its path.
  /// - Returns: Its descriptor.
  /// - Throws: ``Failure`` when that is not allowed.
  static func makeFile(_ path: String) throws(Failure) -> OwnedDescriptor {
    try openFile(path, O_TRUNC)
  }

  /// Opens a file, or makes it, so that everything written goes to its end, whoever writes it.
  ///
  /// The corresponding C function is `open` with `O_APPEND`.
  static func openForAppending(_ path: String) throws(Failure) -> OwnedDescriptor {
    try openFile(path, O_APPEND)
  }

  /// Opens a file to read it.
  ///
  /// The corresponding C function is `open`.
  static func openForReading(_ path: String) throws(Failure) -> OwnedDescriptor {
    let number = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard number >= 0 else { throw Failure(code: errno) }
    return OwnedDescriptor(adopting: number)
  }

  private static func openFile(_ path: String, _ flags: CInt) throws(Failure) -> OwnedDescriptor {
    let number = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | flags, 0o666)
    guard number >= 0 else { throw Failure(code: errno) }
    return OwnedDescriptor(adopting: number)
  }

  /// Makes a file that is in memory only.
  ///
  /// The corresponding C function is `memfd_create`.
  static func memoryFile() throws(Failure) -> OwnedDescriptor {
    let number = ls_memory_file()
    guard number >= 0 else { throw Failure(code: errno) }
    return OwnedDescriptor(adopting: number)
  }

  /// Keeps a descriptor from programs that this process starts.
  ///
  /// The corresponding C function is `fcntl` with `FD_CLOEXEC`.
  static func closeOnExecution(_ descriptor: CInt) {
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  }

  /// How many bytes a file has.
  ///
  /// The corresponding C function is `fstat`.
  static func size(of descriptor: CInt) -> Int {
    var record = stat()
    return unsafe fstat(descriptor, &record) == 0 ? Int(record.st_size) : 0
  }

  /// Gives a part of a file blocks of its own, so that writing to it cannot fail.
  ///
  /// The corresponding C function is `posix_fallocate`.
  static func reserve(from start: Int, to end: Int, of descriptor: CInt) throws(Failure) {
    var code = EINTR
    while code == EINTR { code = posix_fallocate(descriptor, off_t(start), off_t(end - start)) }
    if code != 0 { throw Failure(code: code) }
  }

  /// Maps a part of a file, for reading and writing it.
  ///
  /// The corresponding C function is `mmap` with `MAP_SHARED`.
  static func map(
    _ descriptor: CInt,
    from start: Int,
    count: Int
  ) throws(Failure) -> UnsafeMutableRawBufferPointer {
    let memory = unsafe mmap(
      nil,
      count,
      PROT_READ | PROT_WRITE,
      MAP_SHARED,
      descriptor,
      off_t(start)
    )
    guard unsafe memory != MAP_FAILED else { throw Failure(code: errno) }
    return unsafe UnsafeMutableRawBufferPointer(start: memory, count: count)
  }

  /// Ends a mapping.
  ///
  /// The corresponding C function is `munmap`.
  static func unmap(_ memory: UnsafeMutableRawBufferPointer) {
    guard let start = memory.baseAddress else { return }
    unsafe munmap(start, memory.count)
  }

  /// Cuts a file off.
  ///
  /// The corresponding C function is `ftruncate`.
  static func truncate(_ descriptor: CInt, to size: Int) {
    _ = ftruncate(descriptor, off_t(size))
  }

  /// Makes zeros of a part of a file and gives its blocks back; where that is not possible, the part
  /// stays.
  ///
  /// The corresponding C function is `fallocate` with `FALLOC_FL_PUNCH_HOLE`.
  static func forget(_ range: Range<Int>, of descriptor: CInt) {
    _ = ls_punch_hole(descriptor, off_t(range.lowerBound), off_t(range.count))
  }

  /// Appends bytes to a file that was opened for that.
  ///
  /// The corresponding C functions are `write` and `lseek`.
  ///
  /// - Returns: Where they stand; `nil` when there is no room for all of them.
  static func append(_ bytes: [UInt8], to descriptor: CInt) -> Int? {
    let count = unsafe bytes.withUnsafeBytes { bytes in
      unsafe write(descriptor, bytes.baseAddress, bytes.count)
    }
    guard count == bytes.count else { return nil }
    // Every process has opened the file itself, so nobody else moves this position.
    return Int(lseek(descriptor, 0, SEEK_CUR)) - count
  }

  /// Writes all bytes to an open file.
  ///
  /// The corresponding C function is `write`.
  ///
  /// - Throws: ``Failure`` when there is no room for all of them.
  static func writeAll(_ bytes: [UInt8], to descriptor: CInt) throws(Failure) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        throw Failure(code: errno)
      }
      rest.removeFirst(count)
    }
  }

  /// Reads a part of an open file, as far as the file goes.
  ///
  /// The corresponding C function is `pread`.
  static func contents(of descriptor: CInt, _ range: Range<Int>) -> [UInt8] {
    guard !range.isEmpty else { return [] }
    return unsafe [UInt8](unsafeUninitializedCapacity: range.count) { buffer, filled in
      while filled < range.count {
        let count = unsafe pread(
          descriptor,
          buffer.baseAddress.map { unsafe $0 + filled },
          range.count - filled,
          off_t(range.lowerBound + filled)
        )
        if count < 0 && errno == EINTR { continue }
        if count <= 0 { break }
        filled += count
      }
    }
  }
}

extension FileSystem {
  /// Makes the directories in which a file is to be, as far as they are not there.
  ///
  /// The corresponding C function is `mkdir`.
  package static func makeDirectories(above path: String) {
    for slash in path.indices where path[slash] == "/" && slash > path.startIndex {
      _ = unsafe mkdir(String(path[..<slash]), 0o700)
    }
  }
}
