extension LocalSocket {
  /// How a socket's name is understood; mirrors `QLocalSocket::SocketOptions`, with its values.
  public struct SocketOptions: OptionSet, Hashable, Sendable {
    /// The combined flags.
    public let rawValue: Int

    /// Makes options of flags.
    ///
    /// - Parameter rawValue: The flags as Qt numbers them.
    public init(rawValue: Int) {
      self.rawValue = rawValue
    }

    /// The name says by itself what it is.
    public static let noOptions: SocketOptions = []
    /// The name is an abstract one, as if "@" stood before it.
    ///
    /// A name that begins with "@" is abstract anyway and is taken as it is.
    public static let abstractNamespace = SocketOptions(rawValue: 1)
  }

  /// How the name is understood; mirrors `QLocalSocket::socketOptions`.
  ///
  /// While an adopted or accepted connection stands, it tells what kind its address is.
  public var socketOptions: SocketOptions {
    guard names.isAdopted, let address = adoptedAddress else { return options }
    return address.isAbstract ? .abstractNamespace : .noOptions
  }

  /// Sets how the name is understood by the next connect; mirrors `QLocalSocket::setSocketOptions`.
  ///
  /// - Parameter options: The options. They are ignored unless the socket is unconnected.
  public func setSocketOptions(_ options: SocketOptions) {
    guard state == .unconnected else { return }
    self.options = options
  }

  /// The name that is connected to, the options applied.
  var nameToConnect: SocketName {
    options.contains(.abstractNamespace) ? names.requested.abstract : names.requested
  }
}
