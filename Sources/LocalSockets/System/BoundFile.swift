/// The file that binding a socket to a path has made; it is removed when this object goes.
final class BoundFile {
  private let path: [UInt8]
  private let identity: SystemCalls.FileIdentity

  /// Takes note of the file at a path to which the caller has just bound a socket.
  init(at path: [UInt8]) throws(SystemError) {
    self.path = path
    identity = try SystemCalls.identity(ofFileAt: path)
  }

  /// Unlinks the file if the path still leads to the one that binding made: somebody else may have
  /// put a socket there meanwhile.
  deinit {
    guard (try? SystemCalls.identity(ofFileAt: path)) == identity else { return }
    try? SystemCalls.unlink(path)
  }

  /// Binds a socket; nil for abstract names, which leave nothing behind.
  static func bind(
    _ descriptor: CInt,
    to address: SocketAddress
  ) throws(SystemError) -> BoundFile? {
    try SystemCalls.bind(descriptor, to: address)
    guard let path = address.path else { return nil }
    return try BoundFile(at: path)
  }
}
