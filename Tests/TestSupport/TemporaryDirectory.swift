import Glibc

/// A directory of its own for one test, removed with all that is in it when the test lets it go.
package final class TemporaryDirectory {
  /// The absolute path, without a slash at its end.
  package let path: String

  package init() {
    var template = Array("/tmp/parley-test-XXXXXX".utf8CString)
    path = unsafe template.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress, let made = unsafe mkdtemp(start)
      else { fatalError("mkdtemp failed with errno \(errno)") }
      return unsafe String(cString: made)
    }
  }

  deinit {
    remove()
  }

  /// Removes it early, for a process that will not live to let it go.
  package func remove() {
    Self.remove(path)
  }

  /// The path of a file in the directory.
  package func file(_ name: String) -> String { "\(path)/\(name)" }

  /// The names of what is in the directory, in alphabetical order.
  package var contents: [String] { Self.names(in: path).sorted() }

  private static func remove(_ path: String) {
    for name in names(in: path) {
      let child = "\(path)/\(name)"
      if unsafe unlink(child) != 0 { remove(child) }
    }
    unsafe rmdir(path)
  }

  /// The names of what is in any directory, in no order.
  package static func names(in path: String) -> [String] {
    guard let directory = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafePointer(to: entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }
}
