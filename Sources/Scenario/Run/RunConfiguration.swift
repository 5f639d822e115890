/// What the command line says about a run.
package struct RunConfiguration: Sendable {
  /// The bytes that each script's state may hold.
  package var memoryLimit = 1 << 30
  /// What follows the scripts on the command line, after `--`.
  package var arguments: [String] = []
  /// What `-D NAME=VALUE` has set.
  package var variables: [String: String] = [:]
  /// Where random choices of scripts begin.
  package var seed = 0
  package var format = ReportFormat()
  /// Writes results.
  package var print: @Sendable (String) -> Void = { _ in }
  /// Writes a diagnostic: a sentence, without a newline.
  package var complain: @Sendable (String) -> Void = { _ in }

  package init() {}
}
