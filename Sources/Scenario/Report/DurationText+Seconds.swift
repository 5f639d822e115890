internal import LocalSocketLua

// Durations as reports print them.

extension DurationText {
  /// A duration in seconds with three decimals, such as "0.214".
  package static func seconds(_ duration: Duration) -> String {
    let milliseconds = milliseconds(duration)
    let fraction = String(milliseconds % 1000)
    return "\(milliseconds / 1000).\(String(repeating: "0", count: 3 - fraction.count))\(fraction)"
  }

  /// A duration in seconds, short: one decimal, or three where one would say almost nothing.
  static func roughSeconds(_ duration: Duration) -> String {
    let milliseconds = milliseconds(duration)
    if milliseconds < 100 { return seconds(duration) }
    let tenths = (milliseconds + 50) / 100
    return "\(tenths / 10).\(tenths % 10)"
  }

  private static func milliseconds(_ duration: Duration) -> Int64 {
    let (seconds, attoseconds) = max(duration, .zero).components
    return seconds * 1000 + (attoseconds + 500_000_000_000_000) / 1_000_000_000_000_000
  }
}
