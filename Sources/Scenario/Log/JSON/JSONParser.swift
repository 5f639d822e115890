/// Reads JSON (RFC 8259), strictly: one value with nothing behind it, in UTF-8.
struct JSONParser {
  /// What is wrong with a text, and at which of its bytes.
  struct Malformed: Error, Hashable, CustomStringConvertible {
    let problem: String
    let offset: Int

    var description: String { "\(problem) at byte \(offset)" }
  }

  private let bytes: ArraySlice<UInt8>
  private var index: Int
  private var depth = 0

  /// How deep arrays and objects may lie in each other, so that no text exhausts the stack.
  private static let depthLimit = 64

  private init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    index = bytes.startIndex
  }

  /// Reads the one value that the bytes stand for.
  static func parse(_ bytes: ArraySlice<UInt8>) throws(Malformed) -> JSONValue {
    var parser = JSONParser(bytes)
    let value = try parser.value()
    parser.skipBlanks()
    if parser.index != bytes.endIndex { throw parser.malformed("something follows the value") }
    return value
  }

  private func malformed(_ problem: String) -> Malformed {
    Malformed(problem: problem, offset: index - bytes.startIndex)
  }

  /// The next byte; 0, which stands nowhere in JSON, at the end.
  private var next: UInt8 { index < bytes.endIndex ? bytes[index] : 0 }

  private mutating func skipBlanks() {
    while [0x20, 0x09, 0x0a, 0x0d].contains(next) { index += 1 }
  }

  private mutating func value() throws(Malformed) -> JSONValue {
    skipBlanks()
    switch next {
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "{"): return .object(try members())
    case UInt8(ascii: "["): return .array(try elements())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func word(_ word: String, _ value: JSONValue) throws(Malformed) -> JSONValue {
    guard bytes[index...].starts(with: word.utf8) else { throw malformed("there is no value") }
    index += word.utf8.count
    return value
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte, index < bytes.endIndex else { return false }
    index += 1
    return true
  }
}

// Arrays and objects.
extension JSONParser {
  private mutating func descend() throws(Malformed) {
    depth += 1
    if depth > Self.depthLimit { throw malformed("more than \(Self.depthLimit) levels") }
    index += 1
    skipBlanks()
  }

  /// Whether another element comes, after a comma; the bracket ends the list.
  private mutating func continues(before bracket: UInt8) throws(Malformed) -> Bool {
    skipBlanks()
    if take(bracket) {
      depth -= 1
      return false
    }
    guard take(UInt8(ascii: ",")) else { throw malformed("a comma or bracket is missing") }
    return true
  }

  private mutating func elements() throws(Malformed) -> [JSONValue] {
    try descend()
    if take(UInt8(ascii: "]")) {
      depth -= 1
      return []
    }
    var elements: [JSONValue] = []
    repeat { elements.append(try value()) } while try continues(before: UInt8(ascii: "]"))
    return elements
  }

  private mutating func members() throws(Malformed) -> [JSONValue.Member] {
    try descend()
    if take(UInt8(ascii: "}")) {
      depth -= 1
      return []
    }
    var members: [JSONValue.Member] = []
    repeat {
      skipBlanks()
      guard next == UInt8(ascii: "\"") else { throw malformed("a key is missing") }
      let key = try string()
      skipBlanks()
      guard take(UInt8(ascii: ":")) else { throw malformed("a colon is missing") }
      members.append(JSONValue.Member(key: key, value: try value()))
    } while try continues(before: UInt8(ascii: "}"))
    return members
  }
}

// Texts and numbers.
extension JSONParser {
  private mutating func string() throws(Malformed) -> String {
    index += 1
    let start = index
    while index < bytes.endIndex, next != UInt8(ascii: "\""), next != UInt8(ascii: "\\"),
      next >= 0x20
    {
      index += 1
    }
    var utf8: [UInt8] = []
    if next != UInt8(ascii: "\"") { utf8 = Array(bytes[start..<index]) }
    let plain = bytes[start..<index]
    while !take(UInt8(ascii: "\"")) { try appendCharacter(to: &utf8) }
    let text =
      utf8.isEmpty
      ? String(validating: plain, as: UTF8.self) : String(validating: utf8, as: UTF8.self)
    guard let text else { throw malformed("a text is no UTF-8") }
    return text
  }

  private mutating func appendCharacter(to utf8: inout [UInt8]) throws(Malformed) {
    if index == bytes.endIndex { throw malformed("a text has no end") }
    if next < 0x20 { throw malformed("a text holds a control character") }
    guard take(UInt8(ascii: "\\")) else {
      utf8.append(next)
      index += 1
      return
    }
    let escape = next
    if escape == UInt8(ascii: "u") {
      utf8 += try scalar().utf8
      return
    }
    guard let byte = Self.escapes[escape] else { throw malformed("there is no such escape") }
    utf8.append(byte)
    index += 1
  }

  private static let escapes: [UInt8: UInt8] = [
    UInt8(ascii: "\""): 0x22, UInt8(ascii: "\\"): 0x5c, UInt8(ascii: "/"): 0x2f,
    UInt8(ascii: "b"): 0x08, UInt8(ascii: "f"): 0x0c, UInt8(ascii: "n"): 0x0a,
    UInt8(ascii: "r"): 0x0d, UInt8(ascii: "t"): 0x09,
  ]

  /// The character of an escape with a number, which may take a second one (a surrogate pair).
  private mutating func scalar() throws(Malformed) -> String {
    let first = try hexadecimalNumber()
    if let scalar = Unicode.Scalar(first) { return String(scalar) }
    guard first < 0xdc00, take(UInt8(ascii: "\\")), next == UInt8(ascii: "u") else {
      throw malformed("half of a surrogate pair is missing")
    }
    let second = try hexadecimalNumber()
    guard 0xdc00..<0xe000 ~= second,
      let scalar = Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
    else { throw malformed("half of a surrogate pair is missing") }
    return String(scalar)
  }

  private mutating func hexadecimalNumber() throws(Malformed) -> UInt32 {
    let digits = bytes[index...].dropFirst().prefix(4)
    let text = String(decoding: digits, as: UTF8.self)
    guard digits.count == 4, digits.first != UInt8(ascii: "+"),
      let number = UInt32(text, radix: 16)
    else { throw malformed("an escape needs four hexadecimal digits") }
    index += 5
    return number
  }

  private mutating func number() throws(Malformed) -> JSONValue {
    let start = index
    _ = take(UInt8(ascii: "-"))
    let hasLeadingZero = next == UInt8(ascii: "0")
    let whole = skipDigits()
    if whole == 0 || (hasLeadingZero && whole > 1) { throw malformed("there is no value") }
    var isWhole = true
    if take(UInt8(ascii: ".")) {
      isWhole = false
      if skipDigits() == 0 { throw malformed("a fraction needs digits") }
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      isWhole = false
      index += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { index += 1 }
      if skipDigits() == 0 { throw malformed("an exponent needs digits") }
    }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    if isWhole, let integer = Int(text) { return .integer(integer) }
    guard let number = Double(text), number.isFinite else { throw malformed("too great a number") }
    return .number(number)
  }

  private mutating func skipDigits() -> Int {
    let start = index
    while UInt8(ascii: "0")...UInt8(ascii: "9") ~= next { index += 1 }
    return index - start
  }
}
