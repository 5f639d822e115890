/// What alone two texts differ in, where it is something that is easily overlooked.
enum DifferenceNature: Hashable, CustomStringConvertible {
  case missingFinalNewline
  case additionalFinalNewline
  /// CRLF came for LF.
  case carriageReturnsCame
  /// LF came for CRLF.
  case carriageReturnsMissing
  case letterCase
  case trailingBlanks
  case additionalBytes(count: Int, offset: Int)
  case missingBytes(count: Int, offset: Int)

  /// Recognizes the nature of a difference; `nil` when more than one small thing differs.
  init?(expected: [UInt8], actual: [UInt8]) {
    guard expected != actual else { return nil }
    if let matching = Self.tests.first(where: { $0.holds(expected, actual) }) {
      self = matching.nature
    } else if let (count, offset) = Self.insertion(into: expected, of: actual) {
      self = .additionalBytes(count: count, offset: offset)
    } else if let (count, offset) = Self.insertion(into: actual, of: expected) {
      self = .missingBytes(count: count, offset: offset)
    } else {
      return nil
    }
  }

  /// What every sentence about it begins with.
  static let beginning = "equal but for "

  /// A sentence that says what differs.
  var description: String {
    switch self {
    case .missingFinalNewline: "equal but for the end: the final newline did not come"
    case .additionalFinalNewline: "equal but for the end: a newline came that was not expected"
    case .carriageReturnsCame: "equal but for line ends: LF was expected, CRLF came"
    case .carriageReturnsMissing: "equal but for line ends: CRLF was expected, LF came"
    case .letterCase: "equal but for upper and lower case"
    case .trailingBlanks: "equal but for blanks at the end of lines"
    case .additionalBytes(let count, let offset):
      "equal but for \(counted(count, "byte")) more, at byte \(offset)"
    case .missingBytes(let count, let offset):
      "equal but for \(counted(count, "byte")) that did not come, at byte \(offset)"
    }
  }

  private typealias Test = @Sendable (_ expected: [UInt8], _ actual: [UInt8]) -> Bool

  private static let tests: [(nature: DifferenceNature, holds: Test)] = [
    (.missingFinalNewline, { $0 == $1 + [newline] || $0 == $1 + [carriageReturn, newline] }),
    (.additionalFinalNewline, { $1 == $0 + [newline] || $1 == $0 + [carriageReturn, newline] }),
    (.carriageReturnsCame, { $0 == withoutCarriageReturns($1) }),
    (.carriageReturnsMissing, { withoutCarriageReturns($0) == $1 }),
    (.letterCase, { lowercased($0) == lowercased($1) }),
    (.trailingBlanks, { withoutTrailingBlanks($0) == withoutTrailingBlanks($1) }),
  ]

  private static let newline = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")
  private static let blanks = [UInt8(ascii: " "), UInt8(ascii: "\t")]

  /// Turns every CRLF into LF.
  private static func withoutCarriageReturns(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    for byte in bytes {
      if byte == newline, result.last == carriageReturn { result.removeLast() }
      result.append(byte)
    }
    return result
  }

  /// How many bytes make the longer text of the shorter one when they are put in at one place; `nil`
  /// where that does not do, or where they are more than what is equal.
  private static func insertion(
    into shorter: [UInt8],
    of longer: [UInt8]
  ) -> (count: Int, offset: Int)? {
    let count = longer.count - shorter.count
    guard 0 < count, count <= shorter.count else { return nil }
    let prefix = zip(shorter, longer).prefix { $0 == $1 }.count
    return longer[(prefix + count)...] == shorter[prefix...] ? (count, prefix) : nil
  }

  private static func lowercased(_ bytes: [UInt8]) -> [UInt8] {
    bytes.map { 0x41...0x5a ~= $0 ? $0 + 0x20 : $0 }
  }

  private static func withoutTrailingBlanks(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    for byte in bytes + [newline] {
      if byte == newline {
        while let last = result.last, blanks.contains(last) { result.removeLast() }
      }
      result.append(byte)
    }
    return result
  }
}
