/// A listening descriptor and what it is called.
final class Listener {
  /// The name as it was given; for an adopted socket what the kernel knows, or nothing.
  let name: SocketName
  /// The resolved path, or the abstract name without its "@"; nil for an unnamed socket.
  let address: SocketAddress?
  var token = RegistrationToken.none
  private let owned: OwnedDescriptor
  /// Nil for an adopted socket.
  private var binding: NameBinding?

  /// Binds and listens.
  ///
  /// What is at the path already is never replaced, and nothing is left behind when this fails.
  init(
    _ name: SocketName,
    at address: SocketAddress,
    _ settings: NameBinding.Settings,
    kind: SocketKind,
    backlog: Int
  ) throws(SystemError) {
    self.name = name
    self.address = address
    let socket = try SystemCalls.socket(kind)
    let number = socket.number
    binding = try NameBinding(of: number, to: address, settings) { () throws(SystemError) in
      try SystemCalls.listen(number, backlog: backlog)
    }
    owned = consume socket
  }

  /// Takes over a socket that listens already.
  ///
  /// The descriptor is the listener's only when this succeeds.
  init(adopting descriptor: CInt) throws(SystemError) {
    try SystemCalls.setDescriptorFlags(of: descriptor)
    address = SystemCalls.ownAddress(of: descriptor)
    name = SocketName(bytes: address?.lastComponent ?? [])
    owned = OwnedDescriptor(adopting: descriptor)
  }

  deinit {
    // Before the descriptor is closed, which keeps the file's inode in use.
    binding = nil
  }

  var descriptor: CInt { owned.number }

  /// Other processes may hold the same socket open.
  var isAdopted: Bool { binding == nil }

  /// The server's path where the kernel knows the socket by another one, under which it was made.
  var pathUnknownToKernel: [UInt8]? { binding?.pathUnknownToKernel }
}
