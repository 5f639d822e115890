// Secrets in the text of a script.

extension Secrets {
  /// The text of a script as a log or a report may have it; its lines keep their numbers.
  ///
  /// The literals are hidden that hold a secret or a part of one, however they write it, and those that
  /// the script passes to `secret`, whether or not that call has run. Where the text does not tell what
  /// is passed, every literal is left out but for short numbers.
  func hidden(in source: [UInt8]) -> [UInt8] {
    guard !isEmpty || source.names(Self.word) else { return source }
    let (tokens, problem) = Lexer.read(source)
    let flow = SecretFlow(source, tokens)
    var shown: [UInt8] = []
    var end = 0
    for token in tokens {
      guard let (value, inner) = source.literal(token) else { continue }
      let isSecret = flow.literals.contains(token.offset) || holdsPart(value)
      guard isSecret || flow.isUnclear && !isShortNumber(token) else { continue }
      shown += source[end..<inner.lowerBound] + (isSecret ? Self.substitute : Self.omission)
      shown += source[inner].filter { $0 == UInt8(ascii: "\n") }
      end = inner.upperBound
    }
    let readEnd = problem == nil ? source.count : max(end, tokens.last?.end ?? 0)
    shown += source[end..<readEnd]
    // Nobody knows where the literals are behind what is no Lua.
    shown += Self.withoutQuoted(source[readEnd...])
    return redacted(shown)
  }

  /// Whether the variables of a script may hold what it only then passes to `secret`.
  static func mayBeInVariables(of source: [UInt8]) -> Bool {
    source.names(word) && SecretFlow(source, Lexer.read(source).tokens).isInVariables
  }

  private func isShortNumber(_ token: Token) -> Bool {
    token.kind == .number && token.end - token.offset < Self.shortestPart
  }

  private static let word = Array("secret".utf8)
  /// What stands for a literal that may be a secret.
  private static let omission = Array("…".utf8)
  /// Shorter ones are in too many secrets to say anything of one.
  private static let shortestPart = 3

  /// Whether a literal holds a secret, or a secret may be put together with it.
  private func holdsPart(_ literal: [UInt8]) -> Bool {
    literal.count >= Self.shortestPart && values.contains { $0.names(literal) }
      || values.contains { literal.names($0) }
  }

  /// Lines, each up to its first quote.
  private static func withoutQuoted(_ text: ArraySlice<UInt8>) -> [UInt8] {
    let quotes = Set("\"'[".utf8)
    let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let shown = lines.map { line in
      line.firstIndex(where: quotes.contains).map { line[..<$0] + omission[...] } ?? line
    }
    return Array(shown.joined(separator: [UInt8(ascii: "\n")]))
  }
}

extension [UInt8] {
  /// Whether some bytes stand in these.
  fileprivate func names(_ part: [UInt8]) -> Bool {
    guard let first = part.first, part.count <= count else { return false }
    return indices.dropLast(part.count - 1).contains {
      self[$0] == first && self[$0...].starts(with: part)
    }
  }

  /// What a literal means, and where in the text that stands; `nil` of other tokens.
  fileprivate func literal(_ token: Token) -> (value: [UInt8], place: Range<Int>)? {
    switch token.kind {
    case .string(let value): (value, insideOfQuotes(token))
    case .number: (Array(self[token.offset..<token.end]), token.offset..<token.end)
    case .name, .symbol, .end: nil
    }
  }

  /// What stands between the quotes or the long brackets of a literal.
  fileprivate func insideOfQuotes(_ literal: Token) -> Range<Int> {
    guard self[literal.offset] == UInt8(ascii: "[") else {
      return literal.offset + 1..<literal.end - 1
    }
    let level = self[(literal.offset + 1)...].prefix { $0 == UInt8(ascii: "=") }.count
    return literal.offset + level + 2..<literal.end - level - 2
  }
}
