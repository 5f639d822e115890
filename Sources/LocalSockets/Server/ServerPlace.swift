/// Where a server or a receiver shall be found, resolved, and what is asked for besides.
struct ServerPlace {
  private let name: SocketName
  private let address: SocketAddress
  private let settings: NameBinding.Settings

  init(
    _ name: SocketName,
    _ options: LocalServer.SocketOptions,
    removesStale: Bool
  ) throws(ServerError) {
    self.name = name
    address = try SocketAddress(
      options.contains(.abstractNamespace) ? name.abstract : name,
      for: .listen
    )
    settings = NameBinding.Settings(permissions: options.permissions, removesStale: removesStale)
  }

  /// Makes what has its name there, and says why where that fails.
  func occupy<Occupant>(
    _ make: (SocketAddress, NameBinding.Settings) throws(SystemError) -> Occupant
  ) throws(ServerError) -> Occupant {
    do throws(SystemError) {
      return try make(address, settings)
    } catch {
      throw ServerError(as: name, at: address, failedBecause: error)
    }
  }
}

extension SocketAddress {
  /// Resolves a server's name.
  init(_ name: SocketName, for operation: ServerError.Operation) throws(ServerError) {
    do throws(SocketNameError) {
      try self.init(name)
    } catch {
      throw ServerError(.hostNotFound, during: operation, name: name, nameError: error)
    }
  }
}
