/// Looks for statements that are never run, because what stands before them ends the scenario, the
/// function or the loop.
struct ReachabilityCheck {
  private let reading: ScriptReading
  private let source: SourceText
  private(set) var remarks: [Remark] = []

  init(_ reading: ScriptReading, _ source: SourceText) {
    self.reading = reading
    self.source = source
    for block in reading.blocks { check(block) }
  }

  /// What ends a block before its end.
  private struct Ending {
    let what: String
    let offset: Int
  }

  private mutating func check(_ block: Block) {
    var ending: Ending?
    for statement in block.statements {
      if case .label = statement.kind {
        ending = nil
      } else if let ending {
        let line = source.place(of: ending.offset).line
        let message = "this is never run: \(ending.what) in line \(line) comes before it"
        remarks.append(Remark(kind: .unreachable, offset: statement.offset, message: message))
        return
      } else {
        ending = self.ending(statement)
      }
    }
  }

  /// What a statement ends with, if nothing after it is run.
  private func ending(_ statement: Statement) -> Ending? {
    switch statement.kind {
    case .returns: return Ending(what: "the return", offset: statement.offset)
    case .breaks: return Ending(what: "the break", offset: statement.offset)
    case .goto: return Ending(what: "the goto", offset: statement.offset)
    case .call(let call): return ending(call)
    case .block(let block): return ending(block)
    case .whileLoop(let condition, let block) where condition.isTrue,
      .repeatLoop(let block, until: let condition) where condition.isFalse:
      return block.canBeLeft
        ? nil : Ending(what: "the loop without end", offset: statement.offset)
    case .branches(let branches, let otherwise?):
      let endings = (branches.map(\.block) + [otherwise]).map(ending)
      guard endings.allSatisfy({ $0 != nil }) else { return nil }
      return endings.last ?? nil
    default: return nil
    }
  }

  private func ending(_ block: Block) -> Ending? {
    var found: Ending?
    for statement in block.statements {
      if case .label = statement.kind { found = nil } else { found = found ?? ending(statement) }
    }
    return found
  }

  /// What a call ends, if it does not return.
  private func ending(_ call: Expression) -> Ending? {
    guard let (base, suffixes) = call.parts, let last = suffixes.last else { return nil }
    switch last.kind {
    case .method(let verb, let arguments):
      let ends = ["skip", "fail"].contains(verb) || verb == "isTrue" && arguments.first.isFalse
      guard ends, reading.value(of: base, suffixes.dropLast()) == .scenario else { return nil }
      return Ending(what: "t:\(verb)", offset: call.offset)
    case .call where suffixes.count == 1 && reading.isGlobal("error", base):
      return Ending(what: "the error", offset: call.offset)
    case .call(let arguments) where suffixes.count == 1 && reading.isGlobal("assert", base):
      return arguments.first.isFalse ? Ending(what: "the assert", offset: call.offset) : nil
    case .call where reading.isGlobal("os", base) && suffixes.dropLast().map(\.field) == ["exit"]:
      return Ending(what: "os.exit", offset: call.offset)
    default: return nil
    }
  }
}

extension Suffix {
  /// The name of the field that it takes; `nil` where it is none.
  fileprivate var field: String? {
    if case .field(let name) = kind { name } else { nil }
  }
}

extension Expression {
  fileprivate var isTrue: Bool {
    if case .boolean(true) = kind { true } else { false }
  }

  fileprivate var isFalse: Bool {
    switch kind {
    case .boolean(false), .nothing: true
    default: false
    }
  }
}

extension Expression? {
  /// Whether it is there, and written as what Lua takes for false.
  fileprivate var isFalse: Bool { map(\.isFalse) ?? false }
}

extension Block {
  /// Whether a statement in the body of a loop goes on behind the loop.
  fileprivate var canBeLeft: Bool {
    statements.contains { statement in
      switch statement.kind {
      case .breaks, .goto: true
      case .block(let block): block.canBeLeft
      case .branches(let branches, let otherwise):
        branches.contains(where: \.block.canBeLeft) || otherwise?.canBeLeft == true
      // A break there leaves only the inner loop.
      case .whileLoop(_, let block), .repeatLoop(let block, _), .numericFor(_, _, let block),
        .genericFor(_, _, let block):
        block.jumps
      default: false
      }
    }
  }

  /// Whether there is a goto in it, which may lead anywhere.
  private var jumps: Bool {
    statements.contains { statement in
      switch statement.kind {
      case .goto: true
      case .block(let block), .whileLoop(_, let block), .repeatLoop(let block, _),
        .numericFor(_, _, let block), .genericFor(_, _, let block):
        block.jumps
      case .branches(let branches, let otherwise):
        branches.contains(where: \.block.jumps) || otherwise?.jumps == true
      default: false
      }
    }
  }
}
