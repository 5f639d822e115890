// Strings, and the comments that are written like them.

extension Lexer {
  /// The number of `=` in the opening long bracket at the position; `nil` where none opens.
  func longBracketLevel() -> Int? {
    guard peek() == UInt8(ascii: "[") else { return nil }
    var level = 0
    while peek(level + 1) == UInt8(ascii: "=") { level += 1 }
    return peek(level + 1) == UInt8(ascii: "[") ? level : nil
  }

  /// Takes what stands in long brackets, without a line end that comes first.
  mutating func longBracket(_ level: Int, of what: String) throws(SyntaxError) -> [UInt8] {
    let start = position
    position += level + 2
    position += SourceText.lineEndLength(in: bytes, at: position)
    let closing = Array("]\(String(repeating: "=", count: level))]".utf8)
    var value: [UInt8] = []
    while let byte = peek() {
      if byte == closing[0], hasPrefix(closing) {
        position += closing.count
        return value
      }
      takeLineEndOrByte(into: &value)
    }
    throw SyntaxError(message: "unfinished long \(what)", offset: start)
  }

  /// However a line ends, the value has a newline.
  private mutating func takeLineEndOrByte(into value: inout [UInt8]) {
    let length = SourceText.lineEndLength(in: bytes, at: position)
    value.append(length > 0 ? UInt8(ascii: "\n") : bytes[position])
    position += max(1, length)
  }

  /// Takes a string in quotes.
  mutating func quotedString() throws(SyntaxError) -> [UInt8] {
    let start = position
    let quote = bytes[position]
    position += 1
    var value: [UInt8] = []
    while let byte = peek(), SourceText.lineEndLength(in: bytes, at: position) == 0 {
      position += 1
      if byte == quote { return value }
      if byte == UInt8(ascii: "\\") { try escape(into: &value) } else { value.append(byte) }
    }
    throw SyntaxError(message: "unfinished string", offset: start)
  }

  // MARK: Escapes

  private static let simpleEscapes: [UInt8: UInt8] = [
    UInt8(ascii: "a"): 0x07, UInt8(ascii: "b"): 0x08, UInt8(ascii: "f"): 0x0c,
    UInt8(ascii: "n"): 0x0a, UInt8(ascii: "r"): 0x0d, UInt8(ascii: "t"): 0x09,
    UInt8(ascii: "v"): 0x0b, UInt8(ascii: "\\"): UInt8(ascii: "\\"),
    UInt8(ascii: "\""): UInt8(ascii: "\""), UInt8(ascii: "'"): UInt8(ascii: "'"),
  ]

  /// Takes what follows a backslash.
  private mutating func escape(into value: inout [UInt8]) throws(SyntaxError) {
    let start = position - 1
    guard let byte = peek() else { return }  // the string is unfinished, which says it all
    if SourceText.lineEndLength(in: bytes, at: position) > 0 {
      return takeLineEndOrByte(into: &value)
    }
    if byte.isDigit { return value.append(try decimalEscape(from: start)) }
    position += 1
    if let simple = Self.simpleEscapes[byte] { return value.append(simple) }
    switch byte {
    case UInt8(ascii: "z"): while let blank = peek(), blank.isBlank { position += 1 }
    case UInt8(ascii: "x"): value.append(try hexadecimalEscape(from: start))
    case UInt8(ascii: "u"): value += try unicodeEscape(from: start)
    default: throw SyntaxError(message: "invalid escape sequence", offset: start)
    }
  }

  private mutating func decimalEscape(from start: Int) throws(SyntaxError) -> UInt8 {
    var number = 0
    for _ in 0..<3 {
      guard let byte = peek(), byte.isDigit else { break }
      number = number * 10 + Int(byte - UInt8(ascii: "0"))
      position += 1
    }
    guard let byte = UInt8(exactly: number) else {
      throw SyntaxError(message: "decimal escape too large", offset: start)
    }
    return byte
  }

  private mutating func hexadecimalEscape(from start: Int) throws(SyntaxError) -> UInt8 {
    guard let high = peek()?.hexadecimalValue, let low = peek(1)?.hexadecimalValue else {
      throw SyntaxError(message: "hexadecimal digit expected", offset: start)
    }
    position += 2
    return UInt8(high << 4 | low)
  }

  private mutating func unicodeEscape(from start: Int) throws(SyntaxError) -> [UInt8] {
    guard peek() == UInt8(ascii: "{"), peek(1)?.hexadecimalValue != nil else {
      throw SyntaxError(message: "missing '{' or digits in \\u{XXX}", offset: start)
    }
    position += 1
    var code: UInt32 = 0
    while let digit = peek()?.hexadecimalValue {
      guard code <= 0x7ff_ffff else {
        throw SyntaxError(message: "UTF-8 value too large", offset: start)
      }
      code = code << 4 | digit
      position += 1
    }
    guard peek() == UInt8(ascii: "}") else {
      throw SyntaxError(message: "missing '}' in \\u{XXX}", offset: start)
    }
    position += 1
    return Self.encoded(code)
  }

  /// UTF-8 in its original form, in which a code of 31 bits takes six bytes.
  private static func encoded(_ code: UInt32) -> [UInt8] {
    if code < 0x80 { return [UInt8(code)] }
    var rest = code
    var tail: [UInt8] = []
    var room: UInt32 = 0x3f  // the greatest number that the first byte has room for
    repeat {
      tail.insert(UInt8(0x80 | rest & 0x3f), at: 0)
      rest >>= 6
      room >>= 1
    } while rest > room
    return [UInt8(truncatingIfNeeded: ~room << 1 | rest)] + tail
  }
}
