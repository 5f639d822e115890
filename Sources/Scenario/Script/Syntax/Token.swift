/// The smallest parts of Lua's grammar.
struct Token {
  let kind: Kind
  /// Where its first byte stands in the source.
  let offset: Int
  /// Where the bytes behind it begin.
  let end: Int

  enum Kind: Hashable {
    case name(String)
    /// A string's value, with its escapes resolved.
    case string([UInt8])
    case number
    /// A keyword, an operator or a mark, as it is written.
    case symbol(String)
    case end
  }

  static let keywords: Set<String> = [
    "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in",
    "local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while",
  ]

  /// The marks of more than one character, the longest first.
  static let longMarks = ["...", "<<", ">>", "//", "==", "~=", "<=", ">=", "::", ".."]
    .map { Array($0.utf8) }
  static let marks = Set("+-*/%^#&~|<>=(){}[];:,.".utf8)
}

/// What is wrong with a script's text.
struct SyntaxError: Error, Hashable {
  let message: String
  let offset: Int
}
