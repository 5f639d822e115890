/// Whether reports are coloured.
package enum Style: Hashable, Sendable {
  case plain
  /// The escape sequences that terminals understand (ECMA-48).
  case ansi

  /// What a piece of a report means.
  package enum Role {
    case passed
    case failed
    case skipped
    case flaky
    /// The line at which something has failed.
    case marked
    case secondary
  }

  package func paint(_ text: String, as role: Role) -> String {
    guard self == .ansi else { return text }
    let color =
      switch role {
      case .passed: "32"
      case .failed: "1;31"
      case .skipped, .flaky: "33"
      case .marked: "1"
      case .secondary: "2"
      }
    return "\u{1B}[\(color)m\(text)\u{1B}[0m"
  }
}
