/// A bound, listening descriptor and the file that belongs to it.
final class Listener {
  let name: SocketName
  let address: SocketAddress
  var token = RegistrationToken.none
  private let owned: OwnedDescriptor
  /// What binding put at the path; nil for abstract names.
  private var file: SystemCalls.FileIdentity?

  /// Binds and listens.
  ///
  /// What is at the path already is never touched, also when this fails.
  init(
    _ name: SocketName,
    at address: SocketAddress,
    kind: SocketKind,
    backlog: Int
  ) throws(SystemError) {
    self.name = name
    self.address = address
    owned = try SystemCalls.socket(kind)
    try SystemCalls.bind(owned.number, to: address)
    if let path = address.path { file = try SystemCalls.identity(ofFileAt: path) }
    do throws(SystemError) {
      try SystemCalls.listen(owned.number, backlog: backlog)
    } catch {
      removeFile()
      throw error
    }
  }

  deinit {
    removeFile()
  }

  var descriptor: CInt { owned.number }

  /// Unlinks the file if the path still leads to the one that binding made: another server may have
  /// put its own there meanwhile.
  private func removeFile() {
    guard let path = address.path, let file else { return }
    self.file = nil
    guard (try? SystemCalls.identity(ofFileAt: path)) == file else { return }
    try? SystemCalls.unlink(path)
  }
}
