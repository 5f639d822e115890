internal import LocalSockets

/// The text form of a duration, as scripts write it.
package enum DurationText {
  /// Why a text is not a duration.
  package struct Malformed: Error, Hashable, CustomStringConvertible {
    /// One clause that quotes the text and says what is wrong.
    package let description: String
  }

  /// Reads a duration with its unit, such as "250ms", "2s" or "1.5m".
  ///
  /// - Parameter text: A decimal number and one of the units us, ms, s, m and h, without a blank
  ///   between them.
  /// - Returns: The duration, exact to a nanosecond.
  /// - Throws: ``Malformed`` when the text has another form, or is longer than 292 years.
  package static func parse(_ text: String) throws(Malformed) -> Duration {
    let bytes = Array(text.utf8)
    if bytes.first == UInt8(ascii: "-") {
      throw malformed(text, "is negative")
    }
    if bytes.contains(UInt8(ascii: " ")) {
      throw malformed(text, advice(withoutBlanks: String(text.filter { $0 != " " })))
    }
    let unitStart = bytes.firstIndex { !isDigit($0) && $0 != point } ?? bytes.endIndex
    let parts = bytes[..<unitStart].split(separator: point, omittingEmptySubsequences: false)
    guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty }) else {
      throw malformed(text, "needs a number and a unit, such as 250ms or 2s")
    }
    guard let unit = nanoseconds[String(decoding: bytes[unitStart...], as: UTF8.self)] else {
      let hasUnit = unitStart < bytes.endIndex
      throw malformed(text, hasUnit ? "has no unit of us, ms, s, m, h" : "needs a unit, as in 2s")
    }
    let fraction = parts.count == 2 ? parts[1] : []
    guard let total = total(whole: parts[0], fraction: fraction, unit: unit) else {
      throw malformed(text, "is too long")
    }
    return .nanoseconds(total)
  }

  private static func advice(withoutBlanks joined: String) -> String {
    (try? parse(joined)) == nil
      ? "needs a number and a unit, such as 250ms or 2s"
      : "has a blank in it; write it as \(QuotedText(joined))"
  }

  private static let point = UInt8(ascii: ".")
  private static let nanoseconds: [String: Int64] = [
    "us": 1000, "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000, "h": 3_600_000_000_000,
  ]

  private static func isDigit(_ byte: UInt8) -> Bool {
    UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
  }

  private static func malformed(_ text: String, _ reason: String) -> Malformed {
    Malformed(description: "the duration \(QuotedText(text)) \(reason)")
  }

  private static func total(
    whole: ArraySlice<UInt8>,
    fraction: ArraySlice<UInt8>,
    unit: Int64
  ) -> Int64? {
    guard let number = Int64(String(decoding: whole, as: UTF8.self)) else { return nil }
    var (total, overflows) = number.multipliedReportingOverflow(by: unit)
    var scale = unit
    for digit in fraction {
      scale /= 10
      let (sum, overflow) = total.addingReportingOverflow(Int64(digit - UInt8(ascii: "0")) * scale)
      total = sum
      overflows = overflows || overflow
    }
    return overflows ? nil : total
  }
}
