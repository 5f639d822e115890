/// Looks for expectations that nothing can meet.
struct ExpectationCheck {
  private let reading: ScriptReading
  private(set) var remarks: [Remark] = []

  init(_ reading: ScriptReading) {
    self.reading = reading
    for case (let base, let suffixes) in reading.chains.compactMap(\.parts) {
      for index in suffixes.indices {
        guard case .method(let verb, let arguments) = suffixes[index].kind else { continue }
        check(verb, arguments, of: reading.value(of: base, suffixes[..<index]))
      }
    }
  }

  // MARK: Verbs

  private mutating func check(_ verb: String, _ arguments: [Expression], of known: KnownValue?) {
    switch known {
    case .conversation(let codec):
      for pattern in Self.patterns(verb, arguments) { check(pattern, codec: codec) }
    case .scenario, .softChecks:
      if verb == "match", arguments.count > 1 { check(arguments[1], codec: nil) }
    case .listener, .process, .ready, .readiness, .any, .module, .moduleFunction, .socket, .server:
      break
    case nil:
      // Whoever has such a method can only be a conversation if nobody else makes one.
      guard Self.verbs.contains(verb), !reading.ownMembers.contains(verb), !reading.hasOtherFiles
      else { return }
      for pattern in Self.patterns(verb, arguments) { check(pattern, codec: nil) }
    }
  }

  /// What only conversations have.
  private static let verbs: Set = [
    "expect", "await", "expectSequence", "expectUnordered", "expectAny",
  ]

  /// The patterns that a call of a conversation gets.
  private static func patterns(_ verb: String, _ arguments: [Expression]) -> [Expression] {
    switch verb {
    case "expect", "await": Array(arguments.prefix(1))
    case "call": Array(arguments.dropFirst().prefix(1))
    case "expectSequence", "expectUnordered": arguments.first?.elements ?? []
    case "expectAny": arguments.first?.elements.compactMap(\.elements.first) ?? []
    default: []
    }
  }

  // MARK: Patterns

  /// Checks what a whole message is to match.
  private mutating func check(_ pattern: Expression, codec: String?) {
    if let codec, let reason = mismatch(pattern, codec) {
      remark(.mismatch, pattern, reason)
    } else if let (name, argument) = combined(pattern), name == "oneOf" {
      for choice in argument.elements { check(choice, codec: codec) }
    } else {
      checkTables(pattern)
    }
  }

  /// Looks for `{}` in a pattern.
  private mutating func checkTables(_ pattern: Expression) {
    if let (name, argument) = combined(pattern) {
      guard ["oneOf", "exactly"].contains(name) else { return }
      for value in argument.values { checkTables(value) }
    } else if case .table(let fields) = pattern.kind {
      if fields.isEmpty { remark(.emptyTable, pattern, Self.emptyTable) }
      for field in fields { checkTables(field.value) }
    }
  }

  private static let emptyTable =
    "{} as a pattern is unclear: write empty for an empty table, any.table for any table"

  private mutating func remark(_ kind: Finding.Kind, _ pattern: Expression, _ message: String) {
    remarks.append(Remark(kind: kind, offset: pattern.offset, message: message))
  }

  /// The function of the scenario language that makes a pattern, and what it is given.
  private func combined(_ pattern: Expression) -> (name: String, argument: Expression)? {
    guard let (base, suffixes) = pattern.parts, suffixes.count == 1,
      case .call(let arguments) = suffixes[0].kind, arguments.count == 1
    else { return nil }
    return ["oneOf", "exactly", "array"].first { reading.isGlobal($0, base) }
      .map { ($0, arguments[0]) }
  }

  // MARK: Codecs

  /// What ends a message of a codec, and stands in none.
  private static let delimiters: [String: (bytes: [UInt8], name: String)] = [
    "line": ([0x0a], "line end"), "crlf": ([0x0d, 0x0a], "CR LF"), "nul": ([0], "NUL"),
  ]

  private static let textCodecs: Set = [
    "stream", "line", "crlf", "nul", "netstring", "u8", "u16be", "u16le", "u32be", "u32le",
    "packet",
  ]

  /// Why no message of a codec can match a pattern; `nil` where one might.
  private func mismatch(_ pattern: Expression, _ codec: String) -> String? {
    guard Self.textCodecs.contains(codec) else { return nil }
    if case .string(let text) = pattern.kind, let delimiter = Self.delimiters[codec],
      text.contains(delimiter.bytes)
    {
      return "no message of the codec \"\(codec)\" has a \(delimiter.name) in it, which ends it"
    }
    return wanted(pattern, codec).map { wanted in
      codec == "stream"
        ? "a stream holds text, in which expect cannot look for \(wanted)"
        : "a message of the codec \"\(codec)\" is a text, and never \(wanted)"
    }
  }

  /// What a pattern wants instead of a text; `nil` where it may want one.
  private func wanted(_ pattern: Expression, _ codec: String) -> String? {
    switch pattern.kind {
    case .table(let fields): return fields.isEmpty ? nil : "a table"
    case .boolean: return "a boolean"
    case .number: return codec == "stream" ? nil : "a number"
    case .name:
      if reading.isGlobal("empty", pattern) { return "a table" }
      return reading.isGlobal("null", pattern) ? "null" : nil
    case .chain(let base, let suffixes):
      if let combined = combined(pattern) { return combined.name == "oneOf" ? nil : "a table" }
      guard reading.isGlobal("any", base), suffixes.count == 1,
        case .field(let type) = suffixes[0].kind
      else { return nil }
      return Self.types[type]
    default: return nil
    }
  }

  /// The fields of `any` that no text matches.
  private static let types = [
    "number": "a number", "integer": "a number", "boolean": "a boolean", "table": "a table",
    "list": "a table",
  ]
}

extension Expression {
  /// What is called or indexed, and how; `nil` where nothing is.
  var parts: (base: Expression, suffixes: [Suffix])? {
    if case .chain(let base, let suffixes) = kind { (base, suffixes) } else { nil }
  }

  /// The values of a table as it is written; none of anything else.
  fileprivate var values: [Expression] {
    if case .table(let fields) = kind { fields.map(\.value) } else { [] }
  }

  /// The entries of a list as it is written; none of anything else.
  fileprivate var elements: [Expression] {
    guard case .table(let fields) = kind else { return [] }
    return fields.compactMap { if case .positional(let value) = $0 { value } else { nil } }
  }
}

extension ScriptReading {
  /// Whether code runs that does not stand in the script.
  var hasOtherFiles: Bool {
    runsUnknownCode || globalUses["require"] != nil
  }
}
