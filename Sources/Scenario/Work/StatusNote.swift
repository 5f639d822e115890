internal import LocalSockets

/// A file in memory in which a worker tells the process that leads it how it gets on.
///
/// It has no name, so that nothing is left of it however the two end.
package final class StatusNote {
  private let file: OwnedDescriptor

  /// Takes over the file that the process has inherited.
  init(inheriting number: CInt) {
    FileSystem.closeOnExecution(number)
    file = OwnedDescriptor(adopting: number)
  }

  /// Puts a text in place of the one before; one that a path has no room for is not told.
  package func tell(_ text: String) {
    ProcessCalls.writeNote(text, to: file.number)
  }

  /// What was told last through a file; empty for nothing.
  static func text(of number: CInt) -> String {
    let bytes = (try? FileSystem.contents(of: "/proc/self/fd/\(number)")) ?? []
    return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }
}
