/// Looks for members, options and codecs that the scenario language does not have.
///
/// Only what certainly belongs to the language is looked at, and nothing where the script could want
/// to see it fail.
struct NameCheck {
  private let reading: ScriptReading
  private let vocabulary: Vocabulary
  /// Whether objects of the language may have members that the script, or another file, has added.
  private let hasAdditions: Bool
  private(set) var remarks: [Remark] = []

  init(_ reading: ScriptReading, _ vocabulary: Vocabulary) {
    self.reading = reading
    self.vocabulary = vocabulary
    hasAdditions = reading.hasOtherFiles || reading.fillsKnownValues
    guard !reading.triesUnseen else { return }
    for (base, suffixes) in reading.chains.compactMap(\.parts) {
      for index in suffixes.indices where !reading.tried.contains(suffixes[index].offset) {
        if index == 0, case .call(let arguments) = suffixes[0].kind {
          checkBlock(base, arguments)
        } else if let owner = reading.value(of: base, suffixes[..<index]) {
          check(suffixes[index], of: owner)
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
      checkOptions(of: name, arguments, .unknownOption)
    case .field(let name) where owner.hasOnlyMethods: check(name, of: owner, at: offset)
    default: break
    }
  }

  // MARK: Members

  private mutating func check(_ member: String, of owner: KnownValue, at offset: Int) {
    guard let known = vocabulary.members[owner.title], !known.contains(member),
      !reading.ownMembers.contains(member), !hasAdditions
    else { return }
    let nearest = suggestion(for: member, among: known)
    remark(.unknownMember, offset, "a \(owner.title) has no '\(member)'\(nearest)")
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
    for case .named(let option, let value) in fields {
      if !known.names.contains(option.text) {
        let nearest = suggestion(for: option.text, among: known.names)
        let message = "\(function) has no option \"\(option.text)\"\(nearest)"
        remark(kind, option.offset, message)
      } else if option.text == "codec", case .string(let bytes) = value.kind {
        checkCodec(String(decoding: bytes, as: UTF8.self), at: value.offset)
      }
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
    }
  }

  /// Whether an object of the kind has no fields of its own besides its class's members.
  fileprivate var hasOnlyMethods: Bool { self == .scenario || self == .softChecks }
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
