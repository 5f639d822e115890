/// A condition on a scenario's name, tags and file, as `-k` takes it: `tag:smoke and not reload`.
///
/// A word holds where it stands in the name, in the file's path or in a tag; `name:`, `file:` and
/// `tag:` look there alone, the last one for the whole tag. A text between double quotes is one word. `not`,
/// `and` and `or`, or `!`, `&` and `|`, bind in this order; parentheses group.
package struct FilterExpression: Hashable, Sendable {
  /// What was written.
  package let source: String
  private let condition: Condition

  /// What is wrong with an expression, and where.
  package struct Malformed: Error, Hashable, CustomStringConvertible {
    package let problem: String
    /// The column, from 1.
    package let column: Int
    let source: String

    /// The sentence, the expression, and a mark below the column.
    package var description: String {
      "\(problem) at column \(column)\n  \(printable(source))\n"
        + String(repeating: " ", count: column + 1) + "^"
    }
  }

  indirect enum Condition: Hashable, Sendable {
    case word(String)
    case name(String)
    case file(String)
    case tag(String)
    case not(Condition)
    case and(Condition, Condition)
    case or(Condition, Condition)
  }

  /// Reads an expression.
  ///
  /// - Throws: ``Malformed`` for what is none.
  package init(_ source: String) throws(Malformed) {
    self.source = source
    var parser = FilterParser(source)
    condition = try parser.expression()
  }

  /// Whether it holds for a scenario.
  func matches(_ scenario: ScenarioDescription) -> Bool {
    Self.holds(condition, scenario)
  }

  private static func holds(_ condition: Condition, _ scenario: ScenarioDescription) -> Bool {
    switch condition {
    case .word(let text):
      scenario.name.contains(text) || scenario.file.contains(text)
        || scenario.options.tags.contains { $0.contains(text) }
    case .name(let text): scenario.name.contains(text)
    case .file(let text): scenario.file.contains(text)
    case .tag(let tag): scenario.options.tags.contains(tag)
    case .not(let inner): !holds(inner, scenario)
    case .and(let left, let right): holds(left, scenario) && holds(right, scenario)
    case .or(let left, let right): holds(left, scenario) || holds(right, scenario)
    }
  }
}

/// Reads a ``FilterExpression`` by recursive descent.
private struct FilterParser {
  typealias Condition = FilterExpression.Condition
  typealias Malformed = FilterExpression.Malformed

  private let source: String
  private let characters: [Character]
  private var index = 0
  private var depth = 0

  private static let depthLimit = 100

  init(_ source: String) {
    self.source = source
    characters = Array(source)
  }

  mutating func expression() throws(Malformed) -> Condition {
    let condition = try alternatives()
    if index < characters.count { throw malformed("an operator is missing") }
    return condition
  }

  private func malformed(_ problem: String) -> Malformed {
    Malformed(problem: problem, column: index + 1, source: source)
  }

  private mutating func alternatives() throws(Malformed) -> Condition {
    var condition = try conjunction()
    while takeOperator("|", "or") { condition = .or(condition, try conjunction()) }
    return condition
  }

  private mutating func conjunction() throws(Malformed) -> Condition {
    var condition = try negation()
    while takeOperator("&", "and") { condition = .and(condition, try negation()) }
    return condition
  }

  private mutating func negation() throws(Malformed) -> Condition {
    depth += 1
    defer { depth -= 1 }
    if depth > Self.depthLimit { throw malformed("more than \(Self.depthLimit) levels") }
    if takeOperator("!", "not") { return .not(try negation()) }
    guard take("(") else { return try term() }
    let condition = try alternatives()
    guard take(")") else { throw malformed("a closing parenthesis is missing") }
    return condition
  }

  private mutating func term() throws(Malformed) -> Condition {
    skipBlanks()
    let start = index
    if index < characters.count, characters[index] == "\"" { return .word(try quoted()) }
    let word = bareWord()
    guard !word.isEmpty, !["and", "or", "not"].contains(word) else {
      index = start
      throw malformed("a word is missing")
    }
    guard let colon = word.firstIndex(of: ":") else { return .word(word) }
    var value = String(word[word.index(after: colon)...])
    if value.isEmpty, index < characters.count, characters[index] == "\"" { value = try quoted() }
    if value.isEmpty { throw malformed("a word is missing after the colon") }
    switch word[..<colon] {
    case "name": return .name(value)
    case "file": return .file(value)
    case "tag": return .tag(value)
    default:
      index = start
      throw malformed("\"\(word[...colon])\" is none of name:, file: and tag:")
    }
  }

  private mutating func quoted() throws(Malformed) -> String {
    let start = index
    index += 1
    guard let end = characters[index...].firstIndex(of: "\"") else {
      index = start
      throw malformed("the closing quote is missing")
    }
    defer { index = end + 1 }
    return String(characters[index..<end])
  }

  private mutating func bareWord() -> String {
    let start = index
    while index < characters.count, !characters[index].isWhitespace,
      !"()!&|\"".contains(characters[index])
    {
      index += 1
    }
    return String(characters[start..<index])
  }

  private mutating func skipBlanks() {
    while index < characters.count, characters[index].isWhitespace { index += 1 }
  }

  private mutating func take(_ character: Character) -> Bool {
    skipBlanks()
    guard index < characters.count, characters[index] == character else { return false }
    index += 1
    return true
  }

  private mutating func takeOperator(_ sign: Character, _ word: String) -> Bool {
    if take(sign) {
      if sign != "!" { _ = take(sign) }
      return true
    }
    let start = index
    if bareWord() == word { return true }
    index = start
    return false
  }
}
