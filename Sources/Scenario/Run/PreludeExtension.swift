package import CPrelude

/// What another part of the program adds to the language of scenarios.
package struct PreludeExtension: Sendable {
  /// The chunk that is loaded into each state before the scenario language.
  ///
  /// Its result may have a table `globals`. Without one, the extension's chunks are loaded where
  /// somebody asks for them.
  let chunk: String?
  /// The globals that declare blocks, besides `scenario`.
  let declarers: Set<String>
  /// The text of a chunk; `nil` for those that are not the extension's.
  let source: @Sendable (String) -> [UInt8]?

  package init(
    chunk: String? = nil,
    declarers: Set<String> = [],
    source: @escaping @Sendable (String) -> [UInt8]?
  ) {
    self.chunk = chunk
    self.declarers = declarers
    self.source = source
  }

  /// The text of a chunk that is in the binary; `nil` where there is none of the name.
  package static func text(of name: String, in sources: prelude_sources) -> [UInt8]? {
    for index in unsafe 0..<sources.count {
      let chunk = unsafe sources.chunks[index]
      if unsafe String(cString: chunk.name) == name {
        return unsafe Array(UnsafeRawBufferPointer(start: chunk.bytes, count: chunk.length))
      }
    }
    return nil
  }
}
