internal import LocalSocketLua

/// The options that a script states in its first comment, `--# tags: a b; timeout: 20s`.
///
/// They can be read without running the script. The comment stands among the lines of comment that
/// open the file, after a `#!` line if there is one; several `--#` lines count as one.
package struct ScriptHeader: Hashable, Sendable {
  package private(set) var tags: [String] = []
  /// What must be there for the scenario to run; else it is skipped.
  package private(set) var needs: [Requirement] = []
  /// The deadline of the whole scenario; `nil` when the header sets none.
  package private(set) var timeout: Duration?
  /// The default deadline of one wait; `nil` when the header sets none.
  package private(set) var wait: Duration?
  /// Why the scenario is skipped; `nil` when it is not.
  package private(set) var skip: String?
  /// Why the scenario is expected to fail; `nil` when it is not.
  package private(set) var todo: String?
  /// The checks at the scenario's end that are left out.
  package private(set) var allow: [String] = []

  /// What is wrong with a header, and where.
  package struct Malformed: Error, Hashable {
    package let message: String
    package let line: Int
  }

  /// Reads the header of a script.
  ///
  /// - Parameter source: The whole script.
  /// - Throws: ``Malformed`` for an option that is unknown, set twice, empty or has a bad value.
  package init(source: [UInt8]) throws(Malformed) {
    var seen: Set<String> = []
    for (line, text) in Self.headerLines(of: source) {
      for option in text.split(separator: ";") {
        let parts = option.split(separator: ":", maxSplits: 1)
        guard let key = parts.first.map(Self.trimmed), !key.isEmpty else { continue }
        let value = parts.count == 2 ? Self.trimmed(parts[1]) : ""
        if !seen.insert(key).inserted {
          throw Malformed(message: "the option \"\(key)\" stands twice in the header", line: line)
        }
        try set(key, to: value, line: line)
      }
    }
  }

  private static let optionNames = ["allow", "needs", "skip", "tags", "timeout", "todo", "wait"]

  private mutating func set(_ key: String, to value: String, line: Int) throws(Malformed) {
    if Self.optionNames.contains(key), value.isEmpty {
      throw Malformed(message: "the option \"\(key)\" needs a value", line: line)
    }
    switch key {
    case "tags": tags = Self.words(value)
    case "needs": needs = try Self.requirements(value, line: line)
    case "timeout": timeout = try Self.duration(value, of: key, line: line)
    case "wait": wait = try Self.duration(value, of: key, line: line)
    case "skip": skip = value
    case "todo": todo = value
    case "allow": allow = try Self.checks(value, line: line)
    default: throw Self.unknown("option", key, among: Self.optionNames, line: line)
    }
  }

  private static func duration(
    _ value: String,
    of key: String,
    line: Int
  ) throws(Malformed) -> Duration {
    do {
      return try DurationText.parse(value)
    } catch {
      throw Malformed(message: "\(key): \(error)", line: line)
    }
  }

  private static func requirements(
    _ value: String,
    line: Int
  ) throws(Malformed) -> [Requirement] {
    do throws(Requirement.Unknown) {
      return try words(value).map { (word) throws(Requirement.Unknown) in try Requirement(word) }
    } catch {
      throw Malformed(message: error.description, line: line)
    }
  }

  private static func checks(_ value: String, line: Int) throws(Malformed) -> [String] {
    let names = words(value)
    let known = ScenarioOptions.checkNames
    for name in names where !known.contains(name) {
      throw unknown("check", name, among: known, line: line)
    }
    return names
  }

  private static func unknown(
    _ what: String,
    _ name: String,
    among known: [String],
    line: Int
  ) -> Malformed {
    let hint =
      NearestName.suggestion(for: name, among: known).map { "did you mean \"\($0)\"?" }
      ?? "known are \(known.joined(separator: ", "))"
    return Malformed(message: "unknown \(what) \"\(name)\" in the header; \(hint)", line: line)
  }

  /// The texts behind `--#` in the comment that opens the file, with their line numbers.
  private static func headerLines(of source: [UInt8]) -> [(line: Int, text: String)] {
    var found: [(line: Int, text: String)] = []
    let lines = source.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, bytes) in lines.enumerated() {
      let text = trimmed(String(decoding: bytes, as: UTF8.self)[...])
      if text.hasPrefix("--#") {
        found.append((index + 1, String(text.dropFirst(3))))
      } else if !isSkipped(text, isFirst: index == 0) {
        break
      }
    }
    return found
  }

  private static func isSkipped(_ line: String, isFirst: Bool) -> Bool {
    if line.isEmpty || (isFirst && line.hasPrefix("#")) { return true }
    return line.hasPrefix("--") && !line.hasPrefix("--[[") && !line.hasPrefix("--[=")
  }

  /// The words of a list, between blanks or commas.
  static func words(_ text: String) -> [String] {
    text.split { $0.isWhitespace || $0 == "," }.map(String.init)
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
