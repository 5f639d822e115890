/// A scenario's own directory: nobody else may enter it, and it goes with the scenario.
///
/// Its path is short, because a socket's whole path must fit into 107 bytes.
final class PrivateDirectory {
  let path: String
  private let note: GuardNote?

  /// The bytes of `$TMPDIR` that leave room for the names of sockets.
  private static let parentLimit = 50

  /// Makes the directory in `$TMPDIR`, or in `/tmp` where that is not set or too long.
  ///
  /// - Parameter note: What says that it goes with the process.
  /// - Throws: ``Failure`` of the environment when it cannot be made.
  init(noting note: GuardNote? = nil) throws(Failure) {
    self.note = note
    let variable = FileSystem.variable("TMPDIR") ?? ""
    var parent = variable.isEmpty ? "/tmp" : variable
    do throws(FileSystem.Failure) {
      // A script may change the working directory of what it starts.
      if !parent.hasPrefix("/") { parent = try FileSystem.absolutePath(of: parent) }
      if parent.utf8.count > Self.parentLimit { parent = "/tmp" }
      path = try FileSystem.makePrivateDirectory("\(parent)/parley-")
    } catch {
      throw Failure(
        .environment,
        "cannot make a private directory in \(parent): \(error.reason)"
      )
    }
    note?.directory = path
  }

  /// Removes the directory and what is left in it.
  func remove() {
    FileSystem.removeTree(path)
    note?.directory = nil
  }
}
