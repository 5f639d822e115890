extension LocalServer {
  /// Who may connect, and which kind of name a server has; mirrors `QLocalServer::SocketOption`, with
  /// its values.
  public struct SocketOptions: OptionSet, Hashable, Sendable {
    /// Qt's number of the options, joined.
    public let rawValue: Int

    /// Makes options of Qt's numbers.
    ///
    /// - Parameter rawValue: The numbers, joined by "or"; unknown ones are kept and mean nothing.
    public init(rawValue: Int) {
      self.rawValue = rawValue
    }

    /// The server's own user may connect.
    public static let userAccess = SocketOptions(rawValue: 1)
    /// The members of the server's group may connect.
    public static let groupAccess = SocketOptions(rawValue: 2)
    /// All other users may connect.
    public static let otherAccess = SocketOptions(rawValue: 4)
    /// Everybody may connect.
    public static let worldAccess: SocketOptions = [.userAccess, .groupAccess, .otherAccess]
    /// The name is abstract, whether it begins with "@" or not; no file and no access options then.
    public static let abstractNamespace = SocketOptions(rawValue: 8)

    /// The mode of the server's file; nil where no access option is set.
    var permissions: UInt32? {
      guard !isDisjoint(with: .worldAccess) else { return nil }
      var mode: UInt32 = 0
      if contains(.userAccess) { mode |= 0o700 }
      if contains(.groupAccess) { mode |= 0o070 }
      if contains(.otherAccess) { mode |= 0o007 }
      return mode
    }
  }
}
