internal import LocalSockets

/// Where a process that runs under a guard notes which private directory is to go with it, however it
/// ends.
package final class GuardNote {
  private let file: OwnedDescriptor

  /// Takes over the file that the process has inherited.
  init(inheriting number: CInt) {
    FileSystem.closeOnExecution(number)
    file = OwnedDescriptor(adopting: number)
  }

  /// The directory that is there now; `nil` for none.
  var directory: String? {
    didSet { ProcessCalls.writeNote(directory ?? "", to: file.number) }
  }
}
