import Glibc

/// A directory that only this user may enter, in which a server's socket is made ready before its
/// name appears; removed with what is in it at the end of its life.
struct PrivateDirectory: ~Copyable {
  private static let prefix = Array(".localsocket-".utf8)
  private static let fileName = Array("s".utf8)
  private let path: [UInt8]

  /// Makes it in the directory where the socket's file will be, which a link cannot leave.
  init(beside address: SocketAddress) throws(SystemError) {
    path = try SystemCalls.makePrivateDirectory(prefix: address.directory + Self.prefix)
  }

  /// Where the socket is bound.
  var socketPath: [UInt8] { path + [UInt8(ascii: "/")] + Self.fileName }

  /// Whether a socket was bound in such a directory, where it is no more once it has its name.
  static func held(_ path: [UInt8]) -> Bool {
    let parts = path.split(separator: UInt8(ascii: "/")).suffix(2)
    guard let directory = parts.first, let file = parts.last else { return false }
    return directory.starts(with: prefix) && file.elementsEqual(fileName)
  }

  func socketAddress() throws(SystemError) -> SocketAddress {
    // The directory's name is longer than the one that it is made for may be.
    guard let address = try? SocketAddress(path: socketPath)
    else { throw SystemError(errno: ENAMETOOLONG, systemCall: .bind) }
    return address
  }

  deinit {
    try? SystemCalls.unlink(socketPath)
    try? SystemCalls.removeDirectory(path)
  }
}
