/// Where the text of a script holds what it passes to `secret`, as far as the text alone tells.
///
/// What the call has hidden when the script ran is known besides; this is for calls that have not run.
struct SecretFlow {
  /// Where the literals begin that are secret, or a part of a secret.
  private(set) var literals: Set<Int> = []
  /// Whether a secret comes from where the text does not tell, so that any literal may be one.
  private(set) var isUnclear = false
  /// The names of what `-D` has set that is passed.
  private(set) var variables: Set<String> = []
  /// Whether something of `var` is passed whose name the text does not tell.
  private(set) var passesAnyVariable = false
  /// Whether something of `arg` is passed.
  private(set) var passesArguments = false
  /// Whether a variable may hold a secret before the call.
  var isInVariables: Bool { isUnclear || !followed.isEmpty }

  private let reading: ScriptReading
  /// The variables whose values have been looked at.
  private var followed: Set<ObjectIdentifier> = []

  /// What is outside of the script: its environment, its command line, files.
  private static let outside: Set<String> = ["os", "io", "arg", "var"]
  /// The tables that have `secret` as a field.
  private static let environments: Set<String> = ["_G", "_ENV"]
  /// Functions whose result is one of their arguments.
  private static let passing: Set<String> = ["assert", "tostring"]

  /// Reads a script.
  ///
  /// - Parameters:
  ///   - source: The script's text.
  ///   - tokens: What it consists of.
  init(_ source: [UInt8], _ tokens: [Token]) {
    guard tokens.contains(where: \.namesSecret) else {
      reading = ScriptReading(Block())
      return
    }
    let script = try? Parser.parse(source)
    reading = ScriptReading(script ?? Block())
    isUnclear =
      script == nil || tokens.passesSecretOn || tokens.passesOn(environments: Self.environments)
    for case .chain(let base, let suffixes) in reading.chains.map(\.kind) {
      guard case .name(let name) = base.kind else { continue }
      if name == "secret" {
        if case .call(let arguments) = suffixes.first?.kind { follow(arguments) }
      } else if Self.environments.contains(name) {
        followField(suffixes)
      }
    }
  }

  /// Follows what is passed to `_G.secret`.
  private mutating func followField(_ suffixes: [Suffix]) {
    let member = suffixes.first?.member
    if let member, member != Array("secret".utf8) { return }
    if member != nil, case .call(let arguments) = suffixes.dropFirst().first?.kind {
      follow(arguments)
    } else {
      isUnclear = true
    }
  }

  private mutating func follow(_ values: [Expression]) {
    for value in values { follow(value) }
  }

  private mutating func follow(_ value: Expression) {
    switch value.kind {
    case .string, .number: literals.insert(value.offset)
    case .boolean, .nothing: break
    case .parenthesized(let inner): follow(inner)
    case .operation(let operands): follow(operands)
    case .name: followVariable(value)
    case .chain(let base, let suffixes): followCall(of: base, suffixes)
    case .function, .table, .variadic: isUnclear = true
    }
  }

  private mutating func followCall(of base: Expression, _ suffixes: [Suffix]) {
    if isGlobal(base, of: Self.outside) { return noteOutside(base, suffixes) }
    if isGlobal(base, of: Self.passing), suffixes.count == 1,
      case .call(let arguments) = suffixes[0].kind
    {
      follow(arguments)
    } else {
      isUnclear = true
    }
  }

  /// Takes note of what the command line gives.
  private mutating func noteOutside(_ base: Expression, _ suffixes: [Suffix]) {
    if isGlobal(base, of: ["arg"]) { passesArguments = true }
    guard isGlobal(base, of: ["var"]) else { return }
    if let member = suffixes.first?.member {
      variables.insert(String(decoding: member, as: UTF8.self))
    } else {
      passesAnyVariable = true
    }
  }

  private func isGlobal(_ base: Expression, of names: Set<String>) -> Bool {
    guard case .name(let name) = base.kind else { return false }
    return names.contains(name) && reading.variables[base.offset] == nil
  }

  private mutating func followVariable(_ name: Expression) {
    if let variable = reading.variables[name.offset], !variable.isAssigned,
      case .values(let values, let index) = variable.origin, index < values.count
    {
      if followed.insert(ObjectIdentifier(variable)).inserted { follow(values[index]) }
    } else {
      isUnclear = true
    }
  }
}

extension Suffix {
  /// What the text names of a table; `nil` where it does not tell.
  fileprivate var member: [UInt8]? {
    switch kind {
    case .field(let name): Array(name.utf8)
    case .index(let key): if case .string(let name) = key.kind { name } else { nil }
    case .call, .method: nil
    }
  }
}

extension Token {
  /// Whether it may name the function.
  fileprivate var namesSecret: Bool {
    kind == .name("secret") || kind == .string(Array("secret".utf8))
  }
}

extension [Token] {
  /// Whether a table of all globals is named where no field of it is.
  fileprivate func passesOn(environments names: Set<String>) -> Bool {
    indices.contains { index in
      guard case .name(let name) = self[index].kind, names.contains(name) else { return false }
      let next = self[index + 1].kind  // the end stands behind every name
      return next != .symbol(".") && next != .symbol("[")
    }
  }

  /// Whether `secret` is named where it is not called, so that something else may call it.
  ///
  /// Fields and keys have nothing to do with the function.
  fileprivate var passesSecretOn: Bool {
    indices.contains { index in
      guard self[index].kind == .name("secret") else { return false }
      if index > 0, [".", ":", "local"].contains(where: { self[index - 1].kind == .symbol($0) }) {
        return false
      }
      switch self[index + 1].kind {  // the end stands behind every name
      case .symbol("("), .symbol("="), .string: return false
      default: return true
      }
    }
  }
}
