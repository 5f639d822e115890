/// How one scenario is to be run: its block's options, or the file's header.
package struct ScenarioOptions: Hashable, Sendable {
  /// The time for the whole scenario.
  package var timeout: Duration = .seconds(60)
  /// Whether the script has set that time.
  var hasOwnTimeout = false
  /// The default deadline of one wait.
  package var wait: Duration = .seconds(5)
  package var tags: [String] = []
  /// What must be there; else it is skipped.
  package var needs: [Requirement] = []
  /// Why it is not to be run.
  package var skip: String?
  /// Why it is expected to fail.
  package var todo: String?
  /// The checks at its end that are left out.
  package var allow: Set<String> = []

  package init() {}

  /// The options in a file's first comment.
  package init(_ header: ScriptHeader) {
    timeout = header.timeout ?? timeout
    hasOwnTimeout = header.timeout != nil
    wait = header.wait ?? wait
    tags = header.tags
    needs = header.needs
    skip = header.skip
    todo = header.todo
    allow = Set(header.allow)
  }

  /// The checks that `allow` can leave out.
  static let checkNames = ["leaks", "no-assertions", "unaccepted", "unread", "unsent"]

  /// How a script says that what checks have found is meant.
  ///
  /// - Parameters:
  ///   - checks: Their names, which may stand there more than once.
  ///   - inHeader: Whether the file is the scenario, so that its first comment has the options.
  /// - Returns: A sentence.
  static func advice(allowing checks: [String], inHeader: Bool) -> String {
    var names: [String] = []
    for check in checks where !names.contains(check) { names.append(check) }
    if inHeader {
      return "\"--# allow: \(names.joined(separator: " "))\" in its header says that this is meant"
    }
    let list = names.map { "\"\($0)\"" }.joined(separator: ", ")
    return "allow = { \(list) } in its options says that this is meant"
  }
}
