internal import Fuzzing
internal import Repl
internal import Scenario

extension [PreludeExtension] {
  /// What this program adds to the language of scenarios.
  static var all: Self { [.fuzzing, .typing] }
}
