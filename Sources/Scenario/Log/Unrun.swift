/// What of a run had not begun when it ended.
package struct Unrun: Hashable, Sendable {
  /// Scenarios that were selected.
  package var scenarios = 0
  /// Scripts that nobody has looked into, which may hold any number of scenarios.
  package var scripts = 0

  package var isEmpty: Bool { scenarios == 0 && scripts == 0 }

  /// What it was, as the end of a sentence.
  var description: String {
    [(scenarios, "scenario"), (scripts, "script")].filter { $0.0 > 0 }
      .map { counted($0.0, $0.1) }.joined(separator: ", ")
  }

  static func += (left: inout Unrun, right: Unrun) {
    left.scenarios += right.scenarios
    left.scripts += right.scripts
  }
}
