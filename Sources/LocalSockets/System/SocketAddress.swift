import Glibc

/// Where a local socket is found: a name resolved to what the kernel takes, a `sockaddr_un`.
package struct SocketAddress {
  /// The bytes of `sun_path` that a name may fill; the last of the 108 is a path's closing NUL, and
  /// an abstract name's first byte is the NUL that marks it.
  package static let limit = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1
  private static let headerSize = MemoryLayout<sa_family_t>.size

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
    } else if bytes.first == UInt8(ascii: "/") {
      try self.init(path: bytes)
    } else {
      try self.init(path: TemporaryFiles.directory() + [UInt8(ascii: "/")] + bytes)
    }
  }

  private init(path: [UInt8]) throws(SocketNameError) {
    if let offset = path.firstIndex(of: 0) { throw .containsNUL(offset: offset) }
    try Self.checkLength(of: path)
    name = path
    isAbstract = false
    length = socklen_t(Self.headerSize + path.count + 1)
    fill(path, from: 0)
  }

  private init(abstract name: [UInt8], isPadded: Bool) throws(SocketNameError) {
    guard !name.isEmpty else { throw .empty }
    try Self.checkLength(of: name)
    self.name = name
    isAbstract = true
    length = socklen_t(Self.headerSize + 1 + (isPadded ? Self.limit : name.count))
    fill(name, from: 1)
  }

  private static func checkLength(of name: [UInt8]) throws(SocketNameError) {
    guard name.count <= limit else { throw .tooLong(length: name.count, limit: limit) }
  }

  private mutating func fill(_ bytes: [UInt8], from offset: Int) {
    storage.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &storage.sun_path) { path in
      for (index, byte) in bytes.enumerated() { unsafe path[offset + index] = byte }
    }
  }

  /// Lends the address in the form that `bind(2)` and `connect(2)` take.
  func withSystemAddress(
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int
  ) -> Int {
    unsafe withUnsafeBytes(of: storage) { bytes in
      guard let start = bytes.baseAddress else { return -1 }
      return unsafe body(start.assumingMemoryBound(to: sockaddr.self), length)
    }
  }
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

  /// What a server at this address is called when nobody named it: the file's name, or all of an
  /// abstract name.
  package var lastComponent: [UInt8] {
    guard !isAbstract, let slash = name.lastIndex(of: UInt8(ascii: "/")) else { return name }
    return Array(name[(slash + 1)...])
  }
}
