internal import LuaBridge

/// Looks for Lua patterns and blocks of `talk` that the language would refuse.
///
/// The language itself reads them; nothing is said where the script could want to see it refuse.
struct TextCheck {
  private let reading: ScriptReading
  private let source: SourceText
  private let session: Session
  private(set) var remarks: [Remark] = []

  /// - Throws: ``Failure`` of parley itself, when the language does not tell.
  init(
    _ reading: ScriptReading,
    _ source: SourceText,
    _ session: Session,
    modules: AddedMembers
  ) throws(Failure) {
    self.reading = reading
    self.source = source
    self.session = session
    guard !reading.triesUnseen else { return }
    // A module may have put something of its own in the place of a global.
    let knowsGlobals = modules.names != nil && !reading.runsUnknownCode
    for (base, suffixes) in reading.chains.compactMap(\.parts) {
      for index in suffixes.indices where !reading.tried.contains(suffixes[index].offset) {
        switch suffixes[index].kind {
        case .call(let arguments)
        where index == 0 && knowsGlobals && reading.isGlobal("pattern", base):
          try checkPattern(arguments.first)
        case .method(let verb, let arguments):
          try check(verb, arguments, of: reading.value(of: base, suffixes[..<index]))
        default: break
        }
      }
    }
  }

  private mutating func check(
    _ verb: String,
    _ arguments: [Expression],
    of known: KnownValue?
  ) throws(Failure) {
    switch (known, verb) {
    case (.scenario, "match"), (.scenario, "raises"), (.softChecks, "match"),
      (.softChecks, "raises"):
      try checkPattern(arguments.dropFirst().first)
    case (.conversation(let codec), "talk"):
      try checkBlock(arguments.first, codec: codec)
      checkSide(arguments.dropFirst().first)
    default: break
    }
  }

  private mutating func checkPattern(_ pattern: Expression?) throws(Failure) {
    guard let pattern, case .string(let text) = pattern.kind,
      let (problem, _) = try problem(of: text, as: "pattern")
    else { return }
    remark(problem, at: pattern.offset)
  }

  private mutating func checkBlock(_ block: Expression?, codec: String?) throws(Failure) {
    guard let block, case .string(let text) = block.kind,
      let (problem, line) = try problem(of: text, as: "talk", codec: codec)
    else { return }
    remark("talk: \(problem)", at: offset(ofLine: line, in: block) ?? block.offset)
  }

  private mutating func checkSide(_ side: Expression?) {
    guard let side, case .string(let bytes) = side.kind else { return }
    let name = String(decoding: bytes, as: UTF8.self)
    let sides = ["client", "server"]
    if sides.contains(name) { return }
    let nearest = NearestName.suggestion(for: name, among: sides)
    let hint = nearest.map { "; did you mean '\($0)'?" } ?? ""
    let message = "the side of talk is \"client\" or \"server\", not \"\(name)\"\(hint)"
    remark(message, at: side.offset)
  }

  /// Where a line of a text stands, if it is written between long brackets.
  private func offset(ofLine line: Int, in text: Expression) -> Int? {
    guard source.bytes[text.offset] == UInt8(ascii: "[") else { return nil }
    let start = source.bytes[text.offset...].dropFirst().firstIndex(of: UInt8(ascii: "["))
    // A line end right behind the bracket belongs to it.
    let isSkipped = start.map { SourceText.lineEndLength(in: source.bytes, at: $0 + 1) > 0 } == true
    let first = source.place(of: text.offset).line + (isSkipped ? 1 : 0)
    return line == 1 && !isSkipped ? nil : source.offset(ofLine: first + line - 1)
  }

  /// Asks the language what is wrong with a text, and in which of its lines.
  private func problem(
    of text: [UInt8],
    as kind: String,
    codec: String? = nil
  ) throws(Failure) -> (problem: String, line: Int)? {
    let main = session.runtime.main
    let top = main.top
    defer { main.pop(main.top - top) }
    guard let host = session.prelude?.host else { throw Failure(.internalError, "no prelude") }
    try session.language.push("proofreading", in: session.runtime)
    host.push(on: main)
    var failure = session.runtime.callTop(argumentCount: 1, resultCount: 1)
    if failure == nil {
      main.push(kind)
      main.push(text)
      if let codec { main.push(codec) } else { main.pushNil() }
      failure = session.runtime.callTop(argumentCount: 3, resultCount: 2)
    }
    if let failure { throw Failure(.internalError, failure) }
    return main.text(at: -2).map { ($0, main.integer(at: -1) ?? 1) }
  }

  private mutating func remark(_ message: String, at offset: Int) {
    remarks.append(Remark(kind: .malformedText, offset: offset, message: message))
  }
}
