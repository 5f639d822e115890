internal import LocalSocketLua

/// Looks for members, options and codecs that the scenario language does not have.
///
/// Only what certainly belongs to the language is looked at, and nothing where the script could want
/// to see it fail.
struct NameCheck {
  private let reading: ScriptReading
  private let vocabulary: Vocabulary
  /// The members that the script or its modules may have added to objects of the language, where their
  /// names are known.
  private let added: Set<String>
  /// Whether there may be others.
  private let hasAdditions: Bool
  private(set) var remarks: [Remark] = []

  init(_ reading: ScriptReading, _ vocabulary: Vocabulary, modules: AddedMembers) {
    self.reading = reading
    self.vocabulary = vocabulary
    added = reading.ownMembers.union(modules.names ?? [])
    hasAdditions = modules.names == nil || reading.runsUnknownCode || reading.fillsKnownValues
    guard !reading.triesUnseen else { return }
    for (base, suffixes) in reading.chains.compactMap(\.parts) {
      for index in suffixes.indices where !reading.tried.contains(suffixes[index].offset) {
        if index == 0, case .call(let arguments) = suffixes[0].kind {
          checkBlock(base, arguments)
        } else if let owner = reading.value(of: base, suffixes[..<index]) {
          check(suffixes[index], of: owner)
          if index + 1 < suffixes.count {
            checkDot(suffixes[index], suffixes[index + 1], of: owner)
          }
        }
      }
    }
  }

  /// Checks a block's declaration, if that is what a call is.
  private mutating func checkBlock(_ function: Expression, _ arguments: [Expression]) {
    guard arguments.count == 3, reading.isGlobal("scenario", function) else { return }
    checkOptions(of: "scenario", arguments, .unloadable)
  }

  private mutating func check(_ suffix: Suffix, of owner: KnownValue) {
    // The name stands behind a point or a colon.
    let offset = suffix.offset + 1
    switch suffix.kind {
    case .method(let name, let arguments):
      check(name, of: owner, at: offset)
      if !owner.isOfModule { checkOptions(of: name, arguments, .unknownOption) }
      checkDuration(of: name, arguments)
    case .call(let arguments):
      if case .moduleFunction(let name) = owner { checkDuration(of: name, arguments) }
      if case .readiness(let name) = owner {
        checkOptions(of: "ready.\(name)", arguments, .unknownOption)
      }
    case .field(let name) where owner.hasOnlyMethods: check(name, of: owner, at: offset)
    default: break
    }
  }

  // MARK: Members

  private mutating func check(_ member: String, of owner: KnownValue, at offset: Int) {
    guard let known = vocabulary.members[owner.title], !known.contains(member),
      !added.contains(member), !hasAdditions
    else { return }
    let nearest = suggestion(for: member, among: known)
    remark(.unknownMember, offset, "\(owner.phrase) has no '\(member)'\(nearest)")
  }

  /// Checks a call of a method with a dot, to which what the method belongs to is not given.
  private mutating func checkDot(_ field: Suffix, _ call: Suffix, of owner: KnownValue) {
    guard case .field(let name) = field.kind, case .call(let arguments) = call.kind,
      let variable = owner.variable, vocabulary.members[owner.title]?.contains(name) == true,
      !vocabulary.fields.contains(name), !added.contains(name), !hasAdditions,
      arguments.first?.literalType != nil || arguments.isEmpty
    else { return }
    remark(.dotCall, field.offset, "\(name) is called with a colon: \(variable):\(name)(…)")
  }

  // MARK: Options

  private mutating func checkOptions(
    of function: String,
    _ arguments: [Expression],
    _ kind: Finding.Kind
  ) {
    guard let known = vocabulary.options[function], arguments.indices.contains(known.index),
      case .table(let fields) = arguments[known.index].kind
    else { return }
    checkOptions(fields, of: function, known, kind)
  }

  private mutating func checkOptions(
    _ fields: [Field],
    of function: String,
    _ known: Vocabulary.Options,
    _ kind: Finding.Kind
  ) {
    for case .named(let option, let value) in fields {
      guard let types = known.types[option.text] else {
        let nearest = suggestion(for: option.text, among: known.names)
        let message = "\(function) has no option \"\(option.text)\"\(nearest)"
        remark(kind, option.offset, message)
        continue
      }
      let valueKind = kind == .unloadable ? kind : .wrongValue
      if let type = value.literalType, !Self.holds(type, types) {
        let wanted = types.replacing("list", with: "list of texts").replacing("|", with: " or a ")
        let message = "the option '\(option.text)' of \(function) is a \(wanted), not a \(type)"
        remark(valueKind, value.offset, message)
      } else if known.durations.contains(option.text) {
        checkDuration(value, of: option.text, valueKind)
      } else if option.text == "codec", case .string(let bytes) = value.kind {
        checkCodec(String(decoding: bytes, as: UTF8.self), at: value.offset)
      } else if function == "spawn", case .table(let fields) = value.kind {
        checkPart(option.text, value, fields)
      }
    }
  }

  /// Checks a table among the options of a process.
  private mutating func checkPart(_ part: String, _ table: Expression, _ fields: [Field]) {
    switch part {
    case "ready":
      let names = fields.compactMap { if case .named(let name, _) = $0 { name.text } else { nil } }
      let makers = vocabulary.members["ready"] ?? []
      let nearest = names.lazy.compactMap { NearestName.suggestion(for: $0, among: makers) }.first
      let hint = nearest.map { "; did you mean 'ready.\($0)'?" } ?? ""
      let list = makers.sorted().map { "ready.\($0)" }.joined(separator: ", ")
      remark(.wrongValue, table.offset, "what is ready is said by one of \(list)\(hint)")
    case "limits":
      let known = Set(ProcessCalls.limitNames)
      for case .named(let name, _) in fields where !known.contains(name.text) {
        let nearest = suggestion(for: name.text, among: known)
        remark(.unknownOption, name.offset, "there is no limit '\(name.text)'\(nearest)")
      }
    default:
      guard let known = vocabulary.options["spawn.\(part)"] else { return }
      checkOptions(fields, of: part, known, .unknownOption)
    }
  }

  /// Whether a value of a type may be what an option takes; what is in a table is not looked at.
  private static func holds(_ type: String, _ types: String) -> Bool {
    let types = types.split(separator: "|")
    return types.contains(type[...]) || type == "table" && types.contains("list")
  }

  // MARK: Durations

  /// Checks the duration that is a call's first argument.
  private mutating func checkDuration(of function: String, _ arguments: [Expression]) {
    guard vocabulary.timed.contains(function), let duration = arguments.first else { return }
    checkDuration(duration, of: function, .wrongValue)
  }

  private mutating func checkDuration(
    _ value: Expression,
    of owner: String,
    _ kind: Finding.Kind
  ) {
    guard case .string(let bytes) = value.kind else { return }
    do throws(DurationText.Malformed) {
      _ = try DurationText.parse(String(decoding: bytes, as: UTF8.self))
    } catch {
      remark(kind, value.offset, "\(owner): \(error)")
    }
  }

  private mutating func checkCodec(_ name: String, at offset: Int) {
    if vocabulary.codecs.contains(name) { return }
    let nearest = suggestion(for: name, among: vocabulary.codecs)
    remark(.unknownCodec, offset, "there is no codec \"\(name)\"\(nearest)")
  }

  // MARK: Remarks

  private func suggestion(for name: String, among known: Set<String>) -> String {
    NearestName.suggestion(for: name, among: known).map { "; did you mean '\($0)'?" } ?? ""
  }

  private mutating func remark(_ kind: Finding.Kind, _ offset: Int, _ message: String) {
    remarks.append(Remark(kind: kind, offset: offset, message: message))
  }
}

extension KnownValue {
  /// What messages call the object.
  fileprivate var title: String {
    switch self {
    case .scenario: "scenario"
    case .softChecks: "check"
    case .conversation: "conversation"
    case .listener: "listener"
    case .process: "process"
    case .ready: "ready"
    case .readiness: "readiness"
    case .any: "any"
    case .module: "localsocket"
    case .moduleFunction: "function"
    case .socket: "localsocket.Socket"
    case .server: "localsocket.Server"
    }
  }

  /// What messages call it in a sentence.
  fileprivate var phrase: String {
    switch self {
    case .module: "the module localsocket"
    case .ready, .any: title
    default: "a \(title)"
    }
  }

  /// What messages call a variable that holds the object; `nil` where methods may be called with a dot.
  fileprivate var variable: String? {
    switch self {
    case .scenario: "t"
    case .conversation: "c"
    case .listener: "l"
    case .process: "p"
    case .socket: "socket"
    case .server: "server"
    case .softChecks, .ready, .readiness, .any, .module, .moduleFunction: nil
    }
  }

  /// Whether it belongs to the module, whose functions check their options themselves.
  fileprivate var isOfModule: Bool {
    switch self {
    case .module, .moduleFunction, .socket, .server: true
    default: false
    }
  }

  /// Whether an object of the kind has no fields of its own besides its class's members.
  fileprivate var hasOnlyMethods: Bool {
    [.scenario, .softChecks, .ready, .any, .module].contains(self)
  }
}

extension Expression {
  /// The type of a value that is written out; `nil` of any other expression, and of nil itself.
  fileprivate var literalType: String? {
    switch kind {
    case .boolean: "boolean"
    case .number: "number"
    case .string: "string"
    case .table: "table"
    case .function: "function"
    default: nil
    }
  }
}

extension ScriptReading {
  /// Whether the script adds members to an object of the language under names that cannot be read.
  fileprivate var fillsKnownValues: Bool {
    filled.contains { value(of: $0.base, $0.suffixes) != nil }
      || chains.compactMap(\.parts).contains { base, suffixes in
        guard case .call(let arguments) = suffixes.first?.kind, let first = arguments.first
        else { return false }
        return ["getmetatable", "rawset", "setmetatable"].contains { isGlobal($0, base) }
          && value(of: first) != nil
      }
  }
}
