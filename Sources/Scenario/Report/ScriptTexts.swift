/// The texts of scripts that reports quote, without what is secret in them.
///
/// They stay in their files, so that many scripts take no memory.
package struct ScriptTexts: Hashable, Sendable {
  /// What no text may show.
  private(set) var secrets = Secrets()
  /// The texts that a log has, which has no secrets; `nil` where they are read from their files.
  private let logged: [String: [UInt8]]?
  /// The files as they were when their scripts ran; one that has changed since is not quoted.
  private var versions: [String: FileSystem.Status] = [:]
  /// What is shown of the text that was prepared last.
  private var shown: [String: [UInt8]] = [:]

  /// Texts that are read from their files.
  package init() {
    logged = nil
  }

  /// Texts that a log has.
  init(ofLog texts: [String: [UInt8]]) {
    logged = texts
  }

  /// Whether a log has the texts, in which nothing becomes a secret any more.
  var areLogged: Bool { logged != nil }

  /// The most bytes of a text that a log gets.
  static let logLimit = 1 << 20

  /// Takes note of a file as it is now, in case that it changes.
  mutating func keep(_ path: String) {
    guard versions[path] == nil, let version = try? FileSystem.status(of: path) else { return }
    versions[path] = version
    shown[path] = nil
  }

  /// Hides a value in all texts from now on.
  ///
  /// - Returns: Whether it was not hidden yet.
  @discardableResult
  mutating func hide(_ value: [UInt8]) -> Bool {
    guard secrets.insert(value) else { return false }
    shown = [:]
    return true
  }

  /// Looks for the secrets of a text once for all who ask for it, until there are others or another
  /// text is prepared.
  mutating func prepare(_ path: String) {
    if logged == nil, shown[path] == nil { shown = text(of: path).map { [path: $0] } ?? [:] }
  }

  /// The paths of the scripts that a log gets, in a stable order.
  var paths: [String] { versions.filter { $0.value.size <= Self.logLimit }.keys.sorted() }

  /// A text; `nil` where it is not to be had, or is not any more what has run.
  package func text(of path: String) -> [UInt8]? {
    if let logged { return logged[path] }
    if let text = shown[path] { return text }
    if let version = versions[path], version != (try? FileSystem.status(of: path)) { return nil }
    return (try? Script.text(of: path)).map(secrets.hidden)
  }
}
