import CLocalSockets
import Glibc

/// Where a local socket is found: a name resolved to what the kernel takes, a `sockaddr_un`.
package struct SocketAddress {
  /// The bytes of `sun_path` that a name may fill; the last of the 108 is a path's closing NUL, and
  /// an abstract name's first byte is the NUL that marks it.
  package static let limit = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1
  private static let headerSize = MemoryLayout<sa_family_t>.size
  private static let slash = UInt8(ascii: "/")
  /// Where a process finds what its descriptors stand for, each its own (proc(5)).
  private static let detour = Array("/proc/self/fd/".utf8)

  /// The path, or the abstract name without "@" and padding.
  package let name: [UInt8]
  package let isAbstract: Bool
  private var storage = sockaddr_un()
  private var length: socklen_t

  /// The path of the socket's file; nil for abstract names, which have none.
  package var path: [UInt8]? { isAbstract ? nil : name }

  /// Resolves a name, reading `$TMPDIR` where it is a bare one.
  package init(_ name: SocketName) throws(SocketNameError) {
    let at = UInt8(ascii: "@")
    let bytes = name.bytes
    if bytes.starts(with: [at, at]) {
      try self.init(abstract: Array(bytes.dropFirst(2)), isPadded: true)
    } else if bytes.first == at {
      try self.init(abstract: Array(bytes.dropFirst()), isPadded: false)
    } else if bytes.isEmpty {
      throw .empty
    } else if bytes.first == Self.slash {
      try self.init(path: bytes)
    } else {
      try self.init(path: TemporaryFiles.directory() + [Self.slash] + bytes)
    }
  }

  /// Takes an absolute path as it is.
  init(path: [UInt8]) throws(SocketNameError) {
    if let offset = path.firstIndex(of: 0) { throw .containsNUL(offset: offset) }
    try Self.checkLength(ofPath: path)
    name = path
    isAbstract = false
    length = socklen_t(Self.headerSize + path.count + 1)
    if path.count <= Self.limit { fill(path, from: 0) }
  }

  private init(abstract name: [UInt8], isPadded: Bool) throws(SocketNameError) {
    guard !name.isEmpty else { throw .empty }
    guard name.count <= Self.limit
    else { throw .tooLong(length: name.count, limit: Self.limit) }
    self.name = name
    isAbstract = true
    length = socklen_t(Self.headerSize + 1 + (isPadded ? Self.limit : name.count))
    fill(name, from: 1)
  }

  /// A path may be longer than an address, but not longer than any path, in all or in a part.
  private static func checkLength(ofPath path: [UInt8]) throws(SocketNameError) {
    let pathLimit = Int(PATH_MAX) - 1
    guard path.count <= pathLimit else { throw .tooLong(length: path.count, limit: pathLimit) }
    let partLimit = Int(NAME_MAX)
    guard path.count > partLimit else { return }
    for part in path.split(separator: slash) where part.count > partLimit {
      throw .tooLong(length: part.count, limit: partLimit)
    }
  }

  private mutating func fill(_ bytes: [UInt8], from offset: Int) {
    storage.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &storage.sun_path) { path in
      unsafe UnsafeMutableRawBufferPointer(rebasing: path[offset...]).copyBytes(from: bytes)
    }
  }

  private func lend<Result>(
    _ body: (UnsafePointer<sockaddr>, socklen_t) throws(SystemError) -> Result
  ) throws(SystemError) -> Result {
    unsafe try withUnsafeBytes(of: storage) { (bytes) throws(SystemError) in
      guard let start = bytes.baseAddress else { preconditionFailure("an address has bytes") }
      return unsafe try body(start.assumingMemoryBound(to: sockaddr.self), length)
    }
  }
}

// What the kernel is given.
extension SocketAddress {
  /// Whether the path does not fit into a `sockaddr_un`, so that it is reached by a detour: the
  /// kernel opens what is at its beginning, and the address names the descriptor (proc(5)).
  package var isOverlong: Bool { !isAbstract && name.count > Self.limit }

  /// Lends the address of a socket that exists, as `connect(2)` and `sendto(2)` take it.
  func withSystemAddress<Result>(
    _ body: (UnsafePointer<sockaddr>, socklen_t) throws(SystemError) -> Result
  ) throws(SystemError) -> Result {
    guard isOverlong else { return unsafe try lend(body) }
    let file = try SystemCalls.openPath(name)
    return unsafe try Self.lendDetour(Self.detour + Array("\(file.number)".utf8), body)
  }

  /// Lends the address of a socket that is to be made, as `bind(2)` takes it.
  func withNewSystemAddress<Result>(
    _ body: (UnsafePointer<sockaddr>, socklen_t) throws(SystemError) -> Result
  ) throws(SystemError) -> Result {
    guard isOverlong else { return unsafe try lend(body) }
    let directory = try SystemCalls.openPath(self.directory, O_DIRECTORY)
    let detour = Self.detour + Array("\(directory.number)/".utf8) + lastComponent
    return unsafe try Self.lendDetour(detour, body)
  }

  private static func lendDetour<Result>(
    _ path: [UInt8],
    _ body: (UnsafePointer<sockaddr>, socklen_t) throws(SystemError) -> Result
  ) throws(SystemError) -> Result {
    guard path.count <= limit, let address = try? SocketAddress(path: path)
    else { throw SystemError(errno: ENAMETOOLONG, systemCall: .bind) }
    do throws(SystemError) {
      return unsafe try address.lend(body)
    } catch {
      // What the descriptor stands for exists, so only /proc can be missing.
      guard error.errno == ENOENT else { throw error }
      throw SystemError(errno: ENAMETOOLONG, systemCall: error.systemCall)
    }
  }

  /// Why a call failed because of the address alone; nil where the address is not to blame.
  func flaw(behind error: SystemError) -> SocketNameError? {
    error.errno == ENAMETOOLONG && isOverlong ? overlength : nil
  }

  /// What is wrong with a name that has to fit into an address.
  var overlength: SocketNameError { .tooLong(length: name.count, limit: Self.limit) }
}

extension SocketAddress {
  /// Asks the kernel for an address, through `getsockname(2)` or `getpeername(2)`; nil when the
  /// call fails or the socket has no name.
  init?(
    askingWith call: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> CInt
  ) {
    var storage = sockaddr_un()
    var length = socklen_t(MemoryLayout<sockaddr_un>.size)
    let bytes: [UInt8]? = unsafe withUnsafeMutableBytes(of: &storage) { raw in
      guard let start = raw.baseAddress,
        unsafe call(start.assumingMemoryBound(to: sockaddr.self), &length) == 0,
        Int(length) > Self.headerSize
      else { return nil }
      return unsafe [UInt8](raw[Self.headerSize..<min(Int(length), raw.count)])
    }
    guard let bytes, let first = bytes.first else { return nil }
    self.storage = storage
    self.length = length
    isAbstract = first == 0
    name = isAbstract ? Array(bytes.dropFirst()) : Array(bytes.prefix { $0 != 0 })
  }

  /// How `/proc/net/unix` lists an abstract name: it shows each NUL as "@".
  ///
  /// It is nil for a path, and for a name that looks there as another one does.
  package var listedName: [UInt8]? {
    let at = UInt8(ascii: "@")
    guard isAbstract, !name.contains(at), !name.contains(0) else { return nil }
    let padding = Int(length) - Self.headerSize - 1 - name.count
    return [at] + name + [UInt8](repeating: at, count: padding)
  }

  /// The name that leads to this address from everywhere.
  ///
  /// It is nil for a relative path, which only its owner can resolve; for a detour and a private
  /// directory, by which a socket was bound and is not found; and for abstract names that would be
  /// read as padded ones: without padding, those that are empty or begin with "@".
  var socketName: SocketName? {
    let at = UInt8(ascii: "@")
    guard isAbstract else { return leadsEverywhere ? SocketName(bytes: name) : nil }
    let isPadded = Int(length) == Self.headerSize + 1 + Self.limit
    if isPadded, let end = name.lastIndex(where: { $0 != 0 }) {
      return SocketName(bytes: [at, at] + name[...end])
    }
    return name.isEmpty || name.first == at ? nil : SocketName(bytes: [at] + name)
  }

  private var leadsEverywhere: Bool {
    name.first == Self.slash && !name.starts(with: Self.detour) && !PrivateDirectory.held(name)
  }

  /// What a server at this address is called when nobody named it: the file's name, or all of an
  /// abstract name.
  package var lastComponent: [UInt8] {
    guard !isAbstract, let slash = name.lastIndex(of: Self.slash) else { return name }
    return Array(name[(slash + 1)...])
  }

  /// The path that a name stands for, where that is another than the name itself.
  func resolution(of name: SocketName) -> SocketName? {
    isAbstract || self.name == name.bytes ? nil : SocketName(bytes: self.name)
  }

  /// The directory that holds the socket's file, with the slash at its end.
  var directory: [UInt8] { Array(name.dropLast(lastComponent.count)) }
}
