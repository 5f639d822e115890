// Secrets in the text of a script.

extension Secrets {
  /// The text of a script without the literals that it passes to `secret` directly, whether or not
  /// that call has run.
  static func withoutLiterals(_ source: [UInt8]) -> [UInt8] {
    let word = Array("secret".utf8)
    var result: [UInt8] = []
    var end = 0
    var index = 0
    while index < source.count {
      guard source[index] == word[0], source[index...].starts(with: word),
        index == 0 || !isInName(source[index - 1]),
        let literal = literal(in: source, behind: index + word.count)
      else {
        index += 1
        continue
      }
      result += source[end..<literal.lowerBound] + substitute
      end = literal.upperBound
      index = end
    }
    return end == 0 ? source : result + source[end...]
  }

  /// What stands between the quotes of the literal that is the argument of a call.
  private static func literal(in source: [UInt8], behind start: Int) -> Range<Int>? {
    var index = start
    while index < source.count, isBlank(source[index]) || source[index] == UInt8(ascii: "(") {
      index += 1
    }
    guard index < source.count, let quote = source[index...].first,
      quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'")
    else { return nil }
    let first = index + 1
    index = first
    while index < source.count, source[index] != quote, source[index] != UInt8(ascii: "\n") {
      index += source[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return first..<min(index, source.count)
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\n")
  }

  private static func isInName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
