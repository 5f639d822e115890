/// What a value of a script certainly is, where reading the script tells.
enum KnownValue: Hashable {
  /// The object `t`.
  case scenario
  /// The object `t.check`.
  case softChecks
  /// A conversation, with the name of its codec if that is one of parley's.
  case conversation(codec: String?)
  /// A listener, with the codec of its conversations.
  case listener(codec: String?)
  /// A process under test.
  case process
  /// The table `ready`, and what makes a readiness in it, by its name.
  case ready
  case readiness(String)
  /// The pattern `any`, whose fields are patterns for types.
  case any
  /// The module `localsocket`.
  case module
  /// A function of the module, by its name.
  case moduleFunction(String)
  /// A `localsocket.Socket`.
  case socket
  /// A `localsocket.Server`.
  case server
}

extension ScriptReading {
  /// Whether an expression is a name that parley or Lua gives a value, and the script none.
  func isGlobal(_ name: String, _ expression: Expression) -> Bool {
    guard case .name(name) = expression.kind else { return false }
    return variables[expression.offset] == nil && !assignedGlobals.contains(name)
      && !namesEnvironment
  }

  /// What an expression certainly is; the index says which of its values is meant, where it is a
  /// call that gives several.
  func value(of expression: Expression, index: Int = 0) -> KnownValue? {
    switch expression.kind {
    case .name:
      if isGlobal("t", expression) { return .scenario }
      if isGlobal("localsocket", expression) { return .module }
      if isGlobal("ready", expression) { return .ready }
      if isGlobal("any", expression) { return .any }
      return variables[expression.offset].flatMap(value)
    case .parenthesized(let inner): return index == 0 ? value(of: inner) : nil
    case .chain(let base, let suffixes): return value(of: base, suffixes[...], index: index)
    default: return nil
    }
  }

  /// What a value certainly is that some suffixes lead to.
  func value(
    of base: Expression,
    _ suffixes: ArraySlice<Suffix>,
    index: Int = 0
  ) -> KnownValue? {
    var known = value(of: base)
    for suffix in suffixes.dropLast() {
      known = known.flatMap { value(of: $0, suffix.kind, index: 0) }
    }
    guard let last = suffixes.last else { return known }
    return known.flatMap { value(of: $0, last.kind, index: index) }
  }

  private func value(of variable: Variable) -> KnownValue? {
    guard !variable.isAssigned else { return nil }
    switch variable.origin {
    case .values(let values, let index):
      guard let last = values.indices.last else { return nil }
      return value(of: values[min(index, last)], index: max(0, index - last))
    case .parameter(let function, let index):
      return index == 0 ? receivers[function].flatMap(firstParameter) : nil
    case .other: return nil
    }
  }

  /// What a function gets that is passed to a call.
  private func firstParameter(_ receiver: Receiver) -> KnownValue? {
    let isLast = receiver.index == receiver.count - 1
    switch receiver.suffixes.last?.kind {
    case .call where receiver.suffixes.count == 1 && isLast && isGlobal("scenario", receiver.base):
      return .scenario
    case .method("serve", _):
      guard case .listener(let codec) = value(of: receiver.base, receiver.suffixes.dropLast())
      else { return nil }
      return .conversation(codec: codec)
    default: return nil
    }
  }

  /// What a suffix makes of a value.
  private func value(
    of known: KnownValue,
    _ suffix: Suffix.Kind,
    index: Int
  ) -> KnownValue? {
    switch (known, suffix, index) {
    case (.scenario, .field("check"), _): .softChecks
    case (.scenario, .method("connect", let arguments), 0):
      .conversation(codec: codec(of: arguments, at: 1))
    case (.scenario, .method("pair", let arguments), 0...1):
      .conversation(codec: codec(of: arguments, at: 0))
    case (.scenario, .method("listen", let arguments), 0): listener(arguments)
    case (.scenario, .method("spawn", _), 0): .process
    case (.process, .field("stdin"), _), (.process, .field("stdout"), _),
      (.process, .field("stderr"), _):
      .conversation(codec: nil)
    case (.listener(let codec), .method("accept", _), 0): .conversation(codec: codec)
    case (.listener, .method("serve", _), 0), (.listener, .method("expectNoAccept", _), 0): known
    case (.conversation, .method("send", _), 0), (.conversation, .method("raw", _), 0),
      (.conversation, .method("shutdown", _), 0), (.conversation, .method("reconnect", _), 0),
      (.process, .method("signal", _), 0):
      known
    case (.conversation, .field("socket"), _): .socket
    case (.listener, .field("server"), _): .server
    case (.ready, .field(let name), _): .readiness(name)
    case (.module, .field(let name), _): .moduleFunction(name)
    case (.moduleFunction(let name), .call(let arguments), _):
      result(of: name, arguments, index: index)
    case (.server, .method("nextPendingConnection", _), 0): .socket
    default: nil
    }
  }

  /// What a function of the module gives, or fails to.
  private func result(of function: String, _ arguments: [Expression], index: Int) -> KnownValue? {
    switch (function, index) {
    case ("Socket", 0), ("connect", 0), ("pair", 0...1): .socket
    case ("Server", 0): .server
    case ("listen", 0):
      // One for datagrams is a socket.
      arguments.count < 2 || options(arguments[1]).map { $0["kind"] == nil } == true ? .server : nil
    default: nil
    }
  }

  private func listener(_ arguments: [Expression]) -> KnownValue? {
    guard arguments.count < 2 || options(arguments[1]) != nil else { return nil }
    let kind = arguments.count > 1 ? options(arguments[1])?["kind"]?.kind : nil
    switch kind {
    case .string(Array("datagram".utf8)): return .conversation(codec: codec(of: arguments, at: 1))
    case .string, nil: return .listener(codec: codec(of: arguments, at: 1))
    default: return nil
    }
  }

  // MARK: Options

  /// A table whose keys are all written as names; `nil` for any other expression.
  private func options(_ expression: Expression) -> [String: Expression]? {
    guard case .table(let fields) = expression.kind else { return nil }
    var options: [String: Expression] = [:]
    for field in fields {
      guard case .named(let name, let value) = field else { return nil }
      options[name.text] = value
    }
    return options
  }

  /// The name of the codec that options ask for; `nil` for one that the script has made.
  private func codec(of arguments: [Expression], at index: Int) -> String? {
    guard index < arguments.count else { return "stream" }
    guard let options = options(arguments[index]) else { return nil }
    switch (options["codec"]?.kind, options["kind"]?.kind) {
    case (.string(let name), _): return String(decoding: name, as: UTF8.self)
    case (nil, .string(Array("stream".utf8))), (nil, nil): return "stream"
    case (nil, .string): return "packet"
    default: return nil
    }
  }
}
