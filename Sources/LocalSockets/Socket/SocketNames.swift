/// What a socket is connected to, as its user named it and as it was resolved.
struct SocketNames {
  var requested: SocketName {
    get { given ?? .none }
    set { given = newValue }
  }
  /// Nil where there is none, as in each socket that was accepted: counting the references to an empty
  /// array costs more than to any other.
  private var given: SocketName?
  var resolved: [UInt8]?
  /// The socket was accepted or adopted: its names are asked of the kernel when somebody wants them.
  ///
  /// A resolved name is then the server's, which the kernel does not know.
  var isAdopted: Bool

  init(isAdopted: Bool = false) {
    self.isAdopted = isAdopted
  }
}

extension LocalSocket {
  /// The server's name as it was given; empty when there is no connection and none was set.
  ///
  /// For an accepted or adopted socket it is the last component of ``fullServerName``.
  public var serverName: SocketName {
    guard names.isAdopted else { return names.requested }
    return SocketName(bytes: adoptedAddress?.lastComponent ?? [])
  }

  /// The resolved path, or the abstract name without its "@"; empty unless connected.
  ///
  /// For an accepted or adopted socket it is the peer's name if it has one, and else its own.
  public var fullServerName: SocketName {
    if names.isAdopted { return SocketName(bytes: adoptedAddress?.name ?? []) }
    return SocketName(bytes: names.resolved ?? [])
  }

  /// Sets what ``connectToServer(mode:)`` connects to; ignored unless unconnected.
  ///
  /// - Parameter name: The server's name. A connection that ends forgets it.
  public func setServerName(_ name: SocketName) {
    guard state == .unconnected else { return }
    names.requested = name
  }

  var adoptedAddress: SocketAddress? {
    guard let number = descriptor?.number else { return nil }
    if let peer = SystemCalls.peerAddress(of: number) { return peer }
    if let path = names.resolved { return try? SocketAddress(path: path) }
    return SystemCalls.ownAddress(of: number)
  }
}
