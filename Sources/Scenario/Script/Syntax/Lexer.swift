/// Cuts a script into tokens, as Lua 5.4 does.
struct Lexer {
  let bytes: [UInt8]
  var position = 0

  private init(_ bytes: [UInt8]) {
    self.bytes = bytes
    // A first line that begins so is for the shell.
    if bytes.first == UInt8(ascii: "#") { skipLine() }
  }

  /// Reads a whole script.
  ///
  /// - Returns: Its tokens, the last of which is the end.
  /// - Throws: ``SyntaxError`` for bytes that are no token, and for what begins and does not end.
  static func tokens(of bytes: [UInt8]) throws(SyntaxError) -> [Token] {
    let (tokens, problem) = read(bytes)
    if let problem { throw problem }
    return tokens
  }

  /// Reads as much of a script as consists of tokens.
  ///
  /// - Returns: The tokens, and what has ended them where that is not the script's end.
  static func read(_ bytes: [UInt8]) -> (tokens: [Token], problem: SyntaxError?) {
    var lexer = Lexer(bytes)
    var tokens: [Token] = []
    do throws(SyntaxError) {
      repeat {
        try lexer.skipBlanks()
        let start = lexer.position
        let kind = try lexer.nextKind()
        tokens.append(Token(kind: kind, offset: start, end: lexer.position))
      } while tokens.last?.kind != .end
    } catch {
      return (tokens, error)
    }
    return (tokens, nil)
  }

  /// The byte at the position, or some bytes behind it; `nil` behind the end.
  func peek(_ distance: Int = 0) -> UInt8? {
    position + distance < bytes.count ? bytes[position + distance] : nil
  }

  func hasPrefix(_ text: [UInt8]) -> Bool {
    bytes[position...].starts(with: text)
  }

  private mutating func nextKind() throws(SyntaxError) -> Token.Kind {
    guard let byte = peek() else { return .end }
    if byte.isLetter { return word() }
    if byte.isDigit || byte == UInt8(ascii: ".") && peek(1)?.isDigit == true { return number() }
    if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
      return .string(try quotedString())
    }
    if let level = longBracketLevel() { return .string(try longBracket(level, of: "string")) }
    return try symbol(byte)
  }

  private mutating func word() -> Token.Kind {
    let text = take { $0.isLetter || $0.isDigit }
    return Token.keywords.contains(text) ? .symbol(text) : .name(text)
  }

  /// Takes all that Lua takes before it looks whether it is a number.
  private mutating func number() -> Token.Kind {
    let isHexadecimal =
      peek() == UInt8(ascii: "0") && [UInt8(ascii: "x"), UInt8(ascii: "X")].contains(peek(1))
    let exponents = isHexadecimal ? Set("pP".utf8) : Set("eE".utf8)
    if isHexadecimal { position += 2 }
    while let byte = peek(), byte.isLetter || byte.isDigit || byte == UInt8(ascii: ".") {
      position += 1
      let sign = peek() == UInt8(ascii: "+") || peek() == UInt8(ascii: "-")
      if exponents.contains(byte), sign { position += 1 }
    }
    return .number
  }

  private mutating func symbol(_ byte: UInt8) throws(SyntaxError) -> Token.Kind {
    let long = Token.longMarks.first { hasPrefix($0) }
    guard long != nil || Token.marks.contains(byte) else {
      throw SyntaxError(message: "unexpected symbol", offset: position)
    }
    let mark = long ?? [byte]
    position += mark.count
    return .symbol(String(decoding: mark, as: UTF8.self))
  }

  /// Takes bytes as long as a condition holds.
  private mutating func take(while condition: (UInt8) -> Bool) -> String {
    let start = position
    while let byte = peek(), condition(byte) { position += 1 }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  // MARK: What is no token

  private mutating func skipBlanks() throws(SyntaxError) {
    while let byte = peek() {
      if byte.isBlank {
        position += 1
      } else if byte == UInt8(ascii: "-") && peek(1) == byte {
        position += 2
        if let level = longBracketLevel() {
          _ = try longBracket(level, of: "comment")
        } else {
          skipLine()
        }
      } else {
        return
      }
    }
  }

  private mutating func skipLine() {
    while position < bytes.count, SourceText.lineEndLength(in: bytes, at: position) == 0 {
      position += 1
    }
  }
}

extension UInt8 {
  /// What Lua takes for a letter, whatever the locale is.
  var isLetter: Bool {
    UInt8(ascii: "a")...UInt8(ascii: "z") ~= self | 0x20 || self == UInt8(ascii: "_")
  }

  var isDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }

  /// Blanks, tabulators and line ends.
  var isBlank: Bool { self == UInt8(ascii: " ") || 0x09...0x0d ~= self }

  /// The value of a hexadecimal digit; `nil` for any other byte.
  var hexadecimalValue: UInt32? {
    if isDigit { return UInt32(self - UInt8(ascii: "0")) }
    let letter = self | 0x20
    guard UInt8(ascii: "a")...UInt8(ascii: "f") ~= letter else { return nil }
    return UInt32(letter - UInt8(ascii: "a")) + 10
  }
}
