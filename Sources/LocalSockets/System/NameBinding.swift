import Glibc

/// How a socket got its name, which it loses when this object goes.
///
/// What is at the path already is never replaced, and nothing is left behind when binding fails.
final class NameBinding {
  /// What is asked for besides the name.
  struct Settings {
    /// The mode of the socket's file; nil leaves it to the umask.
    var permissions: mode_t?
    /// Whether a file that no socket is bound to any more makes way.
    var removesStale = false
  }

  /// Whether the kernel knows the socket by another path, under which it was made.
  private let isMadeApart: Bool
  /// Nil for abstract names.
  private let file: SocketFile?

  /// Binds a socket.
  ///
  /// - Parameters:
  ///   - socket: Its descriptor.
  ///   - address: The name it gets.
  ///   - settings: What is asked for besides.
  ///   - prepare: What is done to the bound socket; where it can be, before anybody finds it.
  /// - Throws: What the first call that failed did.
  init(
    of socket: CInt,
    to address: SocketAddress,
    _ settings: Settings = Settings(),
    prepare: () throws(SystemError) -> Void = {}
  ) throws(SystemError) {
    let isStale = settings.removesStale ? try SocketFile.isStale(at: address) : false
    let lock = isStale ? DirectoryLock(address.directory) : nil
    if isStale { try SocketFile.removeStale(at: address) }
    isMadeApart = address.isOverlong || (settings.permissions != nil && !address.isAbstract)
    file =
      if isMadeApart {
        try Self.bindApart(socket, to: address, mode: settings.permissions, prepare)
      } else {
        try Self.bindInPlace(socket, to: address, prepare)
      }
    // Others may look again only now that the new file is there.
    _ = consume lock
  }

  deinit {
    file?.remove()
  }

  /// The socket's path where the kernel knows it by another one.
  var pathUnknownToKernel: [UInt8]? { isMadeApart ? file?.path : nil }

  private static func bindInPlace(
    _ socket: CInt,
    to address: SocketAddress,
    _ prepare: () throws(SystemError) -> Void
  ) throws(SystemError) -> SocketFile? {
    try SystemCalls.bind(socket, to: address)
    let file: SocketFile? =
      if let path = address.path { try SocketFile(justMadeAt: path) } else { nil }
    do throws(SystemError) {
      try prepare()
    } catch {
      file?.remove()
      throw error
    }
    return file
  }

  /// Makes the socket ready where nobody else can reach it, and then gives it its name, so that it
  /// has its permissions, and listens, from the first moment on.
  ///
  /// It also serves paths that are too long to be bound to, since a link may have any length.
  private static func bindApart(
    _ socket: CInt,
    to address: SocketAddress,
    mode: mode_t?,
    _ prepare: () throws(SystemError) -> Void
  ) throws(SystemError) -> SocketFile {
    let directory = try PrivateDirectory(beside: address)
    let path = directory.socketPath
    try SystemCalls.bind(socket, to: directory.socketAddress())
    if let mode { try SystemCalls.changeMode(ofFileAt: path, to: mode) }
    try prepare()
    let file = SocketFile(path: address.name, identity: try SystemCalls.identity(ofFileAt: path))
    try SystemCalls.link(path, to: address.name)
    return file
  }
}
