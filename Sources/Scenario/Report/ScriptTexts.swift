/// The texts of scripts that reports quote, without what is secret in them.
package struct ScriptTexts: Hashable, Sendable {
  private var texts: [String: [UInt8]]
  /// What no text may show.
  private(set) var secrets = Secrets()
  /// What is shown of texts that were prepared.
  private var shown: [String: [UInt8]] = [:]
  /// Whether a text is read from its file when it is asked for.
  private let readsFiles: Bool

  /// Texts that are read from their files.
  package init() {
    texts = [:]
    readsFiles = true
  }

  /// Texts that a log has, which has no secrets.
  init(ofLog texts: [String: [UInt8]]) {
    self.texts = texts
    readsFiles = false
  }

  /// The most bytes of a text that is kept.
  private static let limit = 1 << 20

  /// Keeps a text as it is now, in case that its file changes.
  mutating func keep(_ path: String) {
    guard texts[path] == nil, let text = try? Script.text(of: path), text.count <= Self.limit
    else { return }
    texts[path] = text
    shown[path] = nil
  }

  /// Hides a value in all texts from now on.
  mutating func hide(_ value: [UInt8]) {
    if secrets.insert(value) { shown = [:] }
  }

  /// Looks for the secrets of a text once for all who ask for it, until there are others.
  mutating func prepare(_ path: String) {
    if readsFiles, shown[path] == nil { shown[path] = text(of: path) }
  }

  /// The paths of the texts that were kept, in a stable order.
  var paths: [String] { texts.keys.sorted() }

  /// A text; `nil` where it is not to be had.
  package func text(of path: String) -> [UInt8]? {
    if let text = shown[path] { return text }
    guard readsFiles else { return texts[path] }
    return (texts[path] ?? (try? Script.text(of: path))).map(secrets.hidden)
  }
}
