internal import LocalSockets
internal import LuaBridge

/// Options that Lua names as Qt does.
protocol NamedFlags: OptionSet where RawValue == Int, Element == Self {
  /// Every option with its name, those that hold others first.
  static var named: [(name: String, value: Self)] { get }
}

extension NamedFlags {
  /// The names that stand for all options that are set.
  var names: [String] {
    var rest = self
    return Self.named.compactMap { name, value in
      guard rest.isSuperset(of: value) else { return nil }
      rest.subtract(value)
      return name
    }
  }

  /// The option of a name.
  static func named(_ name: String) -> Self? {
    name == "NoOptions" ? [] : named.first { $0.name == name }?.value
  }
}

extension LocalSocket.SocketOptions: NamedFlags {
  static let named: [(name: String, value: Self)] = [
    ("AbstractNamespaceOption", .abstractNamespace)
  ]
}

extension LocalServer.SocketOptions: NamedFlags {
  static let named: [(name: String, value: Self)] = [
    ("WorldAccessOption", .worldAccess),
    ("UserAccessOption", .userAccess),
    ("GroupAccessOption", .groupAccess),
    ("OtherAccessOption", .otherAccess),
    ("AbstractNamespaceOption", .abstractNamespace),
  ]
}

extension LuaCall {
  /// A list of options by their names.
  func flags<Flags: NamedFlags>(_ index: Int32) throws(LuaError) -> Flags {
    var flags: Flags = []
    try forEachElement(index, of: "options") { (_) throws(LuaError) in
      guard let name = thread.text(at: -1), let flag = Flags.named(name) else {
        let known = Flags.named.map(\.name).joined(separator: ", ")
        let given = QuotedText(thread.display(at: -1), in: "'")
        throw .argument(index, "there is no option \(given); the options are \(known)")
      }
      flags.formUnion(flag)
    }
    return flags
  }

  /// Who may connect, as in `"User|Group"`; blanks between the names do not matter.
  func access(_ index: Int32) throws(LuaError) -> LocalServer.SocketOptions {
    guard hasArgument(index) else { return [] }
    var options: LocalServer.SocketOptions = []
    for part in try text(index).split(separator: "|", omittingEmptySubsequences: false) {
      let name = part.split(separator: " ").joined(separator: " ")
      guard let option = LocalServer.SocketOptions.named("\(name)AccessOption") else {
        let alternatives = "User, Group, Other or World, or several with | between"
        throw .argument(index, "there is no \(QuotedText(name, in: "'")); it is \(alternatives)")
      }
      options.formUnion(option)
    }
    return options
  }
}
