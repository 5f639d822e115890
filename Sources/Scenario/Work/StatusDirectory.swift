/// A private directory for files in which processes tell each other how they get on.
package enum StatusDirectory {
  /// Makes one.
  ///
  /// - Throws: ``Failure`` of the environment when that is not possible.
  package static func make() throws(Failure) -> String {
    try PrivateDirectory().path
  }

  /// Removes it with all that is in it.
  package static func remove(_ path: String) {
    FileSystem.removeTree(path)
  }

  /// The text of a file; empty where it cannot be read.
  package static func text(of path: String) -> String {
    String(decoding: (try? FileSystem.contents(of: path)) ?? [], as: UTF8.self)
  }
}
