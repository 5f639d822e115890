/// What a script's names mean, and what is called in it, without running it.
struct ScriptReading {
  /// The variable that a name stands for, by the name's offset; a name without one is global.
  private(set) var variables: [Int: Variable] = [:]
  /// Everything that is called or indexed.
  private(set) var chains: [Expression] = []
  /// Every block, each outer one before those inside it.
  private(set) var blocks: [Block] = []
  /// The calls that get a function as it is written, by the function's offset.
  private(set) var receivers: [Int: Receiver] = [:]
  private(set) var assignedGlobals: Set<String> = []
  /// How often each global is read.
  private(set) var globalUses: [String: Int] = [:]
  var readGlobals: Set<String> { Set(globalUses.keys) }
  /// Whether the script names `_ENV`, so that nobody knows what its globals are.
  private(set) var namesEnvironment = false
  /// The names under which the script puts something into tables.
  private(set) var ownMembers: Set<String> = []

  /// What the script puts something into under a key that it computes, as `a` in `a[key] = 1`.
  private(set) var filled: [(base: Expression, suffixes: ArraySlice<Suffix>)] = []
  /// The suffixes, by their offsets, in functions whose errors the script catches.
  private(set) var tried: Set<Int> = []
  /// Whether the script catches errors of what need not stand where it does so.
  private(set) var triesUnseen = false

  private var scopes: [[String: Variable]] = [[:]]
  /// In how many functions whose errors are caught it is.
  private var tryDepth = 0

  /// A local variable or a parameter.
  final class Variable {
    let origin: Origin
    /// Whether it gets another value anywhere.
    var isAssigned = false

    init(_ origin: Origin) {
      self.origin = origin
    }
  }

  /// Where a variable has its first value from.
  enum Origin {
    /// One of the values of a list of expressions.
    case values([Expression], index: Int)
    /// What a function is called with, which stands in the source at an offset.
    case parameter(function: Int, index: Int)
    case other
  }

  /// A call that gets a function.
  struct Receiver {
    /// What is called or indexed first.
    let base: Expression
    /// What follows, up to the call itself.
    let suffixes: ArraySlice<Suffix>
    /// Which argument the function is, and of how many.
    let index: Int
    let count: Int
  }

  init(_ script: Block) {
    read(script)
  }

  // MARK: Scopes

  private mutating func inScope(_ body: (inout ScriptReading) -> Void) {
    scopes.append([:])
    body(&self)
    scopes.removeLast()
  }

  private mutating func declare(_ name: Name, _ origin: Origin = .other) {
    if name.text == "_ENV" { namesEnvironment = true }
    scopes[scopes.count - 1][name.text] = Variable(origin)
  }

  private func variable(_ name: String) -> Variable? {
    scopes.reversed().lazy.compactMap { $0[name] }.first
  }

  // MARK: Statements

  private mutating func read(_ block: Block) {
    blocks.append(block)
    for statement in block.statements { read(statement) }
  }

  private mutating func readScoped(_ block: Block) {
    inScope { $0.read(block) }
  }

  private mutating func read(_ statement: Statement) {
    switch statement.kind {
    case .local(let names, let values):
      read(values)
      for (index, name) in names.enumerated() { declare(name, .values(values, index: index)) }
    case .localFunction(let name, let function):
      declare(name)
      read(function)
    case .assignment(let targets, let values):
      read(values)
      for target in targets { assign(target) }
    case .function(let target, let function):
      assign(target)
      read(function)
    case .call(let call): read(call)
    case .block(let block): readScoped(block)
    case .returns(let values): read(values)
    case .whileLoop(let condition, let block):
      read(condition)
      readScoped(block)
    case .repeatLoop(let block, let condition):
      inScope {
        $0.read(block)
        $0.read(condition)
      }
    case .numericFor(let name, let values, let block): readLoop([name], values, block)
    case .genericFor(let names, let values, let block): readLoop(names, values, block)
    case .branches(let branches, let otherwise):
      for branch in branches {
        read(branch.condition)
        readScoped(branch.block)
      }
      if let otherwise { readScoped(otherwise) }
    case .breaks, .goto, .label: break
    }
  }

  private mutating func readLoop(_ names: [Name], _ values: [Expression], _ block: Block) {
    read(values)
    inScope {
      for name in names { $0.declare(name) }
      $0.read(block)
    }
  }

  private mutating func assign(_ target: Expression) {
    switch target.kind {
    case .name(let name):
      if let variable = variable(name) {
        variable.isAssigned = true
      } else {
        assignedGlobals.insert(name)
      }
    case .chain(let base, let suffixes):
      if case .field(let name) = suffixes.last?.kind { ownMembers.insert(name) }
      if case .index = suffixes.last?.kind { filled.append((base, suffixes.dropLast())) }
      read(target)
    default: break
    }
  }

  // MARK: Expressions

  private mutating func read(_ expressions: [Expression]) {
    for expression in expressions { read(expression) }
  }

  private mutating func read(_ expression: Expression) {
    switch expression.kind {
    case .name(let name):
      variables[expression.offset] = variable(name)
      if name == "_ENV" { namesEnvironment = true }
      if variable(name) == nil { globalUses[name, default: 0] += 1 }
    case .function(let function): read(function)
    case .table(let fields): for field in fields { read(field) }
    case .parenthesized(let inner): read(inner)
    case .operation(let operands): read(operands)
    case .chain(let base, let suffixes):
      chains.append(expression)
      read(base)
      for index in suffixes.indices { read(suffixes[...index], of: base) }
    case .nothing, .boolean, .number, .string, .variadic: break
    }
  }

  private mutating func read(_ field: Field) {
    switch field {
    case .positional(let value): read(value)
    case .named(let name, let value):
      ownMembers.insert(name.text)
      read(value)
    case .keyed(let key, let value):
      read(key)
      read(value)
    }
  }

  /// Reads the last of some suffixes.
  private mutating func read(_ suffixes: ArraySlice<Suffix>, of base: Expression) {
    guard let last = suffixes.last else { return }
    if tryDepth > 0 { tried.insert(last.offset) }
    switch last.kind {
    case .index(let key): read(key)
    case .call(let arguments), .method(_, let arguments):
      let catches = catchesErrors(last, of: base)
      if catches { noteTry(arguments.first) }
      tryDepth += catches ? 1 : 0
      defer { tryDepth -= catches ? 1 : 0 }
      for (index, argument) in arguments.enumerated() {
        if case .function(let function) = argument.kind {
          receivers[function.offset] = Receiver(
            base: base,
            suffixes: suffixes,
            index: index,
            count: arguments.count
          )
        }
        read(argument)
      }
    case .field(let name): if name == "resume" { triesUnseen = true }
    }
  }

  /// Whether a call goes on when a function that it is given raises an error.
  private func catchesErrors(_ call: Suffix, of base: Expression) -> Bool {
    switch (call.kind, base.kind) {
    case (.method("raises", _), _), (.call, .name("pcall")), (.call, .name("xpcall")): true
    default: false
    }
  }

  /// Notes what is tried: only a function that is written there is known to be run only there.
  private mutating func noteTry(_ function: Expression?) {
    if case .function = function?.kind { return }
    triesUnseen = true
  }

  private mutating func read(_ function: Function) {
    inScope {
      for (index, parameter) in function.parameters.enumerated() {
        $0.declare(parameter, .parameter(function: function.offset, index: index))
      }
      $0.read(function.body)
    }
  }
}
