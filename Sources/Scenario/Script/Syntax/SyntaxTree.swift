// A script as its grammar sees it.
//
// Only brackets, functions and blocks nest: operands in a row, suffixes and `elseif` are lists, so that
// no script makes a tree deeper than the parser allows.

/// Statements that share a scope.
struct Block {
  var statements: [Statement] = []
}

/// One statement, and where it begins.
struct Statement {
  let kind: Kind
  let offset: Int

  indirect enum Kind {
    case local([Name], [Expression])
    case localFunction(Name, Function)
    case assignment([Expression], [Expression])
    /// `function a.b:c() end`.
    case function(Expression, Function)
    case call(Expression)
    case block(Block)
    case whileLoop(Expression, Block)
    case repeatLoop(Block, until: Expression)
    case numericFor(Name, [Expression], Block)
    case genericFor([Name], [Expression], Block)
    case branches([(condition: Expression, block: Block)], otherwise: Block?)
    case returns([Expression])
    case breaks
    case goto(String)
    case label(String)
  }
}

/// A name where it is declared.
struct Name {
  let text: String
  let offset: Int
}

/// The parameters and the body of a function.
struct Function {
  let parameters: [Name]
  let isVariadic: Bool
  let body: Block
  /// Where its parameters begin, which tells it from all others.
  let offset: Int
}

/// One expression, and where it begins.
struct Expression {
  let kind: Kind
  let offset: Int

  indirect enum Kind {
    case nothing
    case boolean(Bool)
    case number
    case string([UInt8])
    case variadic
    case name(String)
    case function(Function)
    case table([Field])
    case parenthesized(Expression)
    /// Something that is called or indexed, once or more often.
    case chain(Expression, [Suffix])
    /// What operators stand before or between; which ones, nobody has asked yet.
    case operation([Expression])
  }
}

/// What follows a name or a parenthesis, and where it begins.
struct Suffix {
  let kind: Kind
  let offset: Int

  enum Kind {
    case field(String)
    case index(Expression)
    case call([Expression])
    case method(String, [Expression])
  }
}

/// An entry of a table.
enum Field {
  case positional(Expression)
  case named(Name, Expression)
  case keyed(Expression, Expression)
}

extension Field {
  var value: Expression {
    switch self {
    case .positional(let value), .named(_, let value), .keyed(_, let value): value
    }
  }
}
