/// A value of JSON, with whole numbers of 64 bits and the order of an object's members.
enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([Member])

  struct Member: Hashable, Sendable {
    let key: String
    let value: JSONValue
  }

  /// An object's member; of several with one name the last, and `nil` for what is no object.
  subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.key == key }?.value
  }

  var integer: Int? {
    if case .integer(let number) = self { number } else { nil }
  }

  var string: String? {
    if case .string(let text) = self { text } else { nil }
  }

  var bool: Bool? {
    if case .bool(let isTrue) = self { isTrue } else { nil }
  }

  var double: Double? {
    switch self {
    case .number(let number): number
    case .integer(let number): Double(number)
    default: nil
    }
  }

  /// The elements; empty for what is no array.
  var elements: [JSONValue] {
    if case .array(let elements) = self { elements } else { [] }
  }

  /// The elements that are texts.
  var strings: [String] { elements.compactMap(\.string) }

  /// The bytes that a text in base64 stands for; `nil` for anything else.
  var base64: [UInt8]? {
    guard let text = string else { return nil }
    let digits = text.utf8.filter { $0 != UInt8(ascii: "=") }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count * 3 / 4)
    var (word, bits) = (0, 0)
    for digit in digits {
      guard let value = Self.base64Value(of: digit) else { return nil }
      word = (word << 6 | value) & 0xffff
      bits += 6
      guard bits >= 8 else { continue }
      bits -= 8
      bytes.append(UInt8(truncatingIfNeeded: word >> bits))
    }
    return text.utf8.count % 4 == 0 ? bytes : nil
  }

  private static func base64Value(of digit: UInt8) -> Int? {
    switch digit {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(digit) - 0x41
    case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(digit) - 0x61 + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(digit) - 0x30 + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}

extension JSONWriter {
  /// Writes a value with all that is in it.
  mutating func value(_ value: JSONValue) {
    switch value {
    case .null: null()
    case .bool(let isTrue): self.value(isTrue)
    case .integer(let number): self.value(number)
    case .number(let number): self.value(number)
    case .string(let text): self.value(text)
    case .array(let elements):
      beginArray()
      for element in elements { self.value(element) }
      endArray()
    case .object(let members):
      beginObject()
      for member in members {
        key(named: member.key)
        self.value(member.value)
      }
      endObject()
    }
  }
}
