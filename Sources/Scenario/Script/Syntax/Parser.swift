/// Reads a script's grammar.
///
/// It accepts what Lua 5.4 accepts. What only Lua's compiler refuses, such as a `goto` without its
/// label, it lets pass: whoever wants to know compiles the script as well.
struct Parser {
  private let tokens: [Token]
  private var position = 0
  private var depth = 0

  /// Lua's own limit for what nests (`LUAI_MAXCCALLS`).
  static let depthLimit = 200

  /// Prepares to read tokens, the last of which is the end.
  private init(_ tokens: [Token]) {
    self.tokens = tokens
  }

  /// Reads a whole script.
  ///
  /// - Throws: ``SyntaxError`` at the first token that fits nowhere.
  static func parse(_ bytes: [UInt8]) throws(SyntaxError) -> Block {
    var parser = Parser(try Lexer.tokens(of: bytes))
    let block = try parser.block()
    guard parser.current.kind == .end else { throw parser.unexpected("<eof>") }
    return block
  }

  // MARK: Tokens

  var current: Token { tokens[position] }
  var next: Token { tokens[min(position + 1, tokens.count - 1)] }

  func isAt(_ symbol: String) -> Bool {
    current.kind == .symbol(symbol)
  }

  mutating func advance() {
    if position < tokens.count - 1 { position += 1 }
  }

  /// Takes a symbol if it is there.
  mutating func take(_ symbol: String) -> Bool {
    guard isAt(symbol) else { return false }
    advance()
    return true
  }

  mutating func expect(_ symbol: String) throws(SyntaxError) {
    if !take(symbol) { throw unexpected("'\(symbol)'") }
  }

  mutating func name() throws(SyntaxError) -> Name {
    guard case .name(let text) = current.kind else { throw unexpected("a name") }
    defer { advance() }
    return Name(text: text, offset: current.offset)
  }

  func unexpected(_ wanted: String) -> SyntaxError {
    SyntaxError(message: "\(wanted) expected", offset: current.offset)
  }

  /// Reads something that may hold others of its kind.
  mutating func nested<Result>(
    _ read: (inout Parser) throws(SyntaxError) -> Result
  ) throws(SyntaxError) -> Result {
    guard depth < Self.depthLimit else {
      throw SyntaxError(message: "the script is nested too deeply", offset: current.offset)
    }
    depth += 1
    defer { depth -= 1 }
    return try read(&self)
  }

  // MARK: Blocks

  private static let blockEnds: [Token.Kind] =
    [.end] + ["end", "else", "elseif", "until"].map(Token.Kind.symbol)

  mutating func block() throws(SyntaxError) -> Block {
    var block = Block()
    while !Self.blockEnds.contains(current.kind) {
      if take(";") { continue }
      let isLast = isAt("return")
      let offset = current.offset
      let kind = try nested { (parser) throws(SyntaxError) in try parser.statement() }
      block.statements.append(Statement(kind: kind, offset: offset))
      if isLast { break }
    }
    return block
  }

  private mutating func block(upTo end: String) throws(SyntaxError) -> Block {
    let block = try block()
    try expect(end)
    return block
  }

  /// A function's parameters and body, behind its name.
  mutating func function() throws(SyntaxError) -> Function {
    let offset = current.offset
    try expect("(")
    var parameters: [Name] = []
    var isVariadic = false
    if !isAt(")") {
      repeat {
        isVariadic = take("...")
        if !isVariadic { parameters.append(try name()) }
      } while !isVariadic && take(",")
    }
    try expect(")")
    let body = try block(upTo: "end")
    return Function(parameters: parameters, isVariadic: isVariadic, body: body, offset: offset)
  }

  // MARK: Statements

  private mutating func statement() throws(SyntaxError) -> Statement.Kind {
    guard case .symbol(let symbol) = current.kind else { return try callOrAssignment() }
    switch symbol {
    case "if": return try branches()
    case "for": return try forLoop()
    case "function": return try functionStatement()
    case "local": return try local()
    case "return": return try returns()
    case "(": return try callOrAssignment()
    default: break
    }
    advance()
    switch symbol {
    case "do": return .block(try block(upTo: "end"))
    case "while":
      let condition = try expression()
      try expect("do")
      return .whileLoop(condition, try block(upTo: "end"))
    case "repeat":
      let body = try block(upTo: "until")
      return .repeatLoop(body, until: try expression())
    case "break": return .breaks
    case "goto": return .goto(try name().text)
    case "::":
      let label = try name().text
      try expect("::")
      return .label(label)
    default:
      position -= 1
      throw unexpected("a statement")
    }
  }

  private mutating func branches() throws(SyntaxError) -> Statement.Kind {
    var branches: [(condition: Expression, block: Block)] = []
    repeat {
      advance()
      let condition = try expression()
      try expect("then")
      branches.append((condition, try block()))
    } while isAt("elseif")
    let otherwise = take("else") ? try block() : nil
    try expect("end")
    return .branches(branches, otherwise: otherwise)
  }

  private mutating func forLoop() throws(SyntaxError) -> Statement.Kind {
    advance()
    var names = [try name()]
    let isNumeric = take("=")
    if !isNumeric {
      while take(",") { names.append(try name()) }
      try expect("in")
    }
    let values = try expressions()
    try expect("do")
    let body = try block(upTo: "end")
    return isNumeric ? .numericFor(names[0], values, body) : .genericFor(names, values, body)
  }

  private mutating func functionStatement() throws(SyntaxError) -> Statement.Kind {
    advance()
    let first = try name()
    var suffixes: [Suffix] = []
    var isMethod = false
    while !isMethod, isAt(".") || isAt(":") {
      isMethod = isAt(":")
      let offset = current.offset
      advance()
      suffixes.append(Suffix(kind: .field(try name().text), offset: offset))
    }
    let base = Expression(kind: .name(first.text), offset: first.offset)
    let target =
      suffixes.isEmpty ? base : Expression(kind: .chain(base, suffixes), offset: first.offset)
    return .function(target, try function())
  }

  private mutating func local() throws(SyntaxError) -> Statement.Kind {
    advance()
    if take("function") { return .localFunction(try name(), try function()) }
    var names: [Name] = []
    repeat {
      names.append(try name())
      if take("<") {
        _ = try name()  // `const` or `close`
        try expect(">")
      }
    } while take(",")
    return .local(names, take("=") ? try expressions() : [])
  }

  private mutating func returns() throws(SyntaxError) -> Statement.Kind {
    advance()
    let isBare = Self.blockEnds.contains(current.kind) || isAt(";")
    let values = isBare ? [] : try expressions()
    _ = take(";")
    return .returns(values)
  }

  private mutating func callOrAssignment() throws(SyntaxError) -> Statement.Kind {
    let first = try suffixedExpression()
    guard isAt("=") || isAt(",") else {
      guard first.isCall else { throw unexpected("'='") }
      return .call(first)
    }
    var targets = [first]
    while take(",") { targets.append(try suffixedExpression()) }
    guard targets.allSatisfy(\.isAssignable) else { throw unexpected("a statement") }
    try expect("=")
    return .assignment(targets, try expressions())
  }
}
