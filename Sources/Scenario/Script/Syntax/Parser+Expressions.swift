// Expressions.

extension Parser {
  mutating func expressions() throws(SyntaxError) -> [Expression] {
    var list = [try expression()]
    while take(",") { list.append(try expression()) }
    return list
  }

  mutating func expression() throws(SyntaxError) -> Expression {
    try operation(above: 0)
  }

  // The priorities of Lua's operators, on their left and their right side.
  private static let priorities: [String: (left: Int, right: Int)] = [
    "or": (1, 1), "and": (2, 2),
    "<": (3, 3), ">": (3, 3), "<=": (3, 3), ">=": (3, 3), "~=": (3, 3), "==": (3, 3),
    "|": (4, 4), "~": (5, 5), "&": (6, 6), "<<": (7, 7), ">>": (7, 7), "..": (9, 8),
    "+": (10, 10), "-": (10, 10), "*": (11, 11), "/": (11, 11), "//": (11, 11), "%": (11, 11),
    "^": (14, 13),
  ]
  private static let unaryPriority = 12
  private static let unaryOperators: Set<String> = ["not", "-", "~", "#"]

  private var symbol: String? {
    if case .symbol(let symbol) = current.kind { symbol } else { nil }
  }

  /// Operands, and operators that bind closer than a priority.
  private mutating func operation(above limit: Int) throws(SyntaxError) -> Expression {
    try nested { (parser) throws(SyntaxError) in
      let offset = parser.current.offset
      var isOperation = false
      var operands: [Expression] = []
      if let symbol = parser.symbol, Self.unaryOperators.contains(symbol) {
        parser.advance()
        isOperation = true
        operands.append(try parser.operation(above: Self.unaryPriority))
      } else {
        operands.append(try parser.simpleExpression())
      }
      while let symbol = parser.symbol, let priority = Self.priorities[symbol],
        priority.left > limit
      {
        parser.advance()
        isOperation = true
        operands.append(try parser.operation(above: priority.right))
      }
      return isOperation ? Expression(kind: .operation(operands), offset: offset) : operands[0]
    }
  }

  private mutating func simpleExpression() throws(SyntaxError) -> Expression {
    let token = current
    guard let kind = try literal(token.kind) else { return try suffixedExpression() }
    return Expression(kind: kind, offset: token.offset)
  }

  /// A value as it is written; `nil` where something else stands.
  private mutating func literal(_ token: Token.Kind) throws(SyntaxError) -> Expression.Kind? {
    let kind: Expression.Kind
    switch token {
    case .number: kind = .number
    case .string(let bytes): kind = .string(bytes)
    case .symbol("nil"): kind = .nothing
    case .symbol("true"): kind = .boolean(true)
    case .symbol("false"): kind = .boolean(false)
    case .symbol("..."): kind = .variadic
    case .symbol("{"): return .table(try fields())
    case .symbol("function"):
      advance()
      return .function(try function())
    default: return nil
    }
    advance()
    return kind
  }

  // MARK: What is called and indexed

  mutating func suffixedExpression() throws(SyntaxError) -> Expression {
    let base = try primaryExpression()
    var suffixes: [Suffix] = []
    while let suffix = try suffix() { suffixes.append(suffix) }
    return suffixes.isEmpty
      ? base : Expression(kind: .chain(base, suffixes), offset: base.offset)
  }

  private mutating func primaryExpression() throws(SyntaxError) -> Expression {
    let offset = current.offset
    if take("(") {
      let inner = try expression()
      try expect(")")
      return Expression(kind: .parenthesized(inner), offset: offset)
    }
    guard case .name(let text) = current.kind else { throw unexpected("an expression") }
    advance()
    return Expression(kind: .name(text), offset: offset)
  }

  private mutating func suffix() throws(SyntaxError) -> Suffix? {
    let offset = current.offset
    if take(".") { return Suffix(kind: .field(try name().text), offset: offset) }
    if take("[") {
      let key = try expression()
      try expect("]")
      return Suffix(kind: .index(key), offset: offset)
    }
    if take(":") {
      let method = try name().text
      guard let arguments = try arguments() else { throw unexpected("function arguments") }
      return Suffix(kind: .method(method, arguments), offset: offset)
    }
    return try arguments().map { Suffix(kind: .call($0), offset: offset) }
  }

  /// What a call passes; `nil` where nothing is called.
  private mutating func arguments() throws(SyntaxError) -> [Expression]? {
    let token = current
    switch token.kind {
    case .string(let bytes):
      advance()
      return [Expression(kind: .string(bytes), offset: token.offset)]
    case .symbol("{"): return [Expression(kind: .table(try fields()), offset: token.offset)]
    case .symbol("("):
      advance()
      let list = isAt(")") ? [] : try expressions()
      try expect(")")
      return list
    default: return nil
    }
  }

  // MARK: Tables

  private mutating func fields() throws(SyntaxError) -> [Field] {
    try expect("{")
    var fields: [Field] = []
    while !isAt("}") {
      fields.append(try field())
      guard take(",") || take(";") else { break }
    }
    try expect("}")
    return fields
  }

  private mutating func field() throws(SyntaxError) -> Field {
    if case .name = current.kind, next.kind == .symbol("=") {
      let name = try name()
      advance()
      return .named(name, try expression())
    }
    guard take("[") else { return .positional(try expression()) }
    let key = try expression()
    try expect("]")
    try expect("=")
    return .keyed(key, try expression())
  }
}

extension Expression {
  /// Whether it can stand alone as a statement.
  var isCall: Bool {
    guard case .chain = kind else { return false }
    return !isAssignable
  }

  /// Whether it can get a value.
  var isAssignable: Bool {
    switch kind {
    case .name: true
    case .chain(_, let suffixes): suffixes.last?.isPlace ?? false
    default: false
    }
  }
}

extension Suffix {
  /// Whether what it leads to can get a value.
  fileprivate var isPlace: Bool {
    switch kind {
    case .field, .index: true
    case .call, .method: false
    }
  }
}
