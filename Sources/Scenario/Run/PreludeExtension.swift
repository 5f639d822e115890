internal import Synchronization

/// What another part of the program adds to the language of scenarios.
package struct PreludeExtension: Sendable {
  /// The chunk that is loaded into each state before the scenario language: its result may have a
  /// table `globals`.
  let chunk: String
  /// The globals that declare blocks, besides `scenario`.
  let declarers: Set<String>
  /// The source of a chunk of this name; `nil` for those that are not the extension's.
  let source: @Sendable (String) -> [UInt8]?

  package init(
    chunk: String,
    declarers: Set<String>,
    source: @escaping @Sendable (String) -> [UInt8]?
  ) {
    self.chunk = chunk
    self.declarers = declarers
    self.source = source
  }

  private static let added = Mutex<PreludeExtension?>(nil)

  /// What was added, if anything was.
  static var current: PreludeExtension? { added.withLock { $0 } }

  /// Adds it to every state that this process makes from now on.
  package func add() {
    Self.added.withLock { $0 = self }
  }
}
