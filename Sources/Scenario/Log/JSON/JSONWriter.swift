/// JSON as bytes, put together piece by piece without texts in between.
///
/// Commas stand where they belong; that keys and brackets do is the caller's affair.
struct JSONWriter {
  private(set) var bytes: [UInt8] = []
  private var needsComma = false

  /// Forgets what was written and keeps the room for it.
  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    needsComma = false
  }

  mutating func beginObject() { open(UInt8(ascii: "{")) }
  mutating func endObject() { close(UInt8(ascii: "}")) }
  mutating func beginArray() { open(UInt8(ascii: "[")) }
  mutating func endArray() { close(UInt8(ascii: "]")) }

  /// Ends the line; the next value begins another.
  mutating func endLine() {
    bytes.append(UInt8(ascii: "\n"))
    needsComma = false
  }

  /// Writes a key, whose characters need no escapes.
  mutating func key(_ name: StaticString) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    // SAFETY: a literal of more than one character is a pointer to so many bytes.
    unsafe bytes.append(
      contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
    )
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// Writes a key that is known only when the program runs.
  mutating func key(named name: String) {
    value(name)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  mutating func value(_ number: Int) {
    separate()
    append(number)
  }

  mutating func value(_ number: Double) {
    separate()
    bytes += (number.isFinite ? "\(number)" : "null").utf8
  }

  mutating func value(_ isTrue: Bool) {
    separate()
    bytes += (isTrue ? "true" : "false").utf8
  }

  mutating func null() {
    separate()
    bytes += "null".utf8
  }

  mutating func value(_ text: String) {
    var text = text
    text.withUTF8 { utf8 in unsafe value(text: utf8) }
  }

  /// Writes bytes that are known to be UTF-8 as a text.
  mutating func value(text: UnsafeBufferPointer<UInt8>) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    unsafe appendEscaped(text)
    bytes.append(UInt8(ascii: "\""))
  }

  /// Writes bytes in base64 (RFC 4648).
  mutating func value(base64 source: UnsafeBufferPointer<UInt8>) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    // A flood of output passes here: plain numbers, for a slice's indices cost more than the digits.
    let end = source.count
    var index = 0
    while index + 2 < end {
      let group = unsafe (source[index], source[index + 1], source[index + 2])
      appendBase64(group, digits: 4)
      index += 3
    }
    if index < end {
      let second = index + 1 < end ? unsafe source[index + 1] : 0
      appendBase64(unsafe (source[index], second, 0), digits: end - index + 1)
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func open(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
    needsComma = false
  }

  private mutating func close(_ bracket: UInt8) {
    bytes.append(bracket)
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  private mutating func append(_ number: Int) {
    if number < 0 { bytes.append(UInt8(ascii: "-")) }
    let first = bytes.count
    var rest = number.magnitude
    repeat {
      bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while rest != 0
    bytes[first...].reverse()
  }

  private mutating func appendEscaped(_ text: UnsafeBufferPointer<UInt8>) {
    var start = 0
    for index in text.indices {
      let byte = unsafe text[index]
      guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else {
        continue
      }
      unsafe bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<index]))
      appendEscape(byte)
      start = index + 1
    }
    unsafe bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start...]))
  }

  private mutating func appendEscape(_ byte: UInt8) {
    bytes.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\n"): bytes.append(UInt8(ascii: "n"))
    case UInt8(ascii: "\r"): bytes.append(UInt8(ascii: "r"))
    case UInt8(ascii: "\t"): bytes.append(UInt8(ascii: "t"))
    case 0..<0x20: bytes += "u00\(hexadecimal(byte))".utf8
    default: bytes.append(byte)
    }
  }

  private mutating func appendBase64(_ group: (UInt8, UInt8, UInt8), digits count: Int) {
    let word = UInt32(group.0) << 16 | UInt32(group.1) << 8 | UInt32(group.2)
    for digit in 0..<4 {
      let index = Int(word >> UInt32(18 - 6 * digit) & 0x3f)
      bytes.append(digit < count ? Self.base64Digits[index] : UInt8(ascii: "="))
    }
  }

  private static let base64Digits = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
  )
}
