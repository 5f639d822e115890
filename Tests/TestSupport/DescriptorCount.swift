import Glibc

/// The sockets that this process has open.
///
/// Tests run side by side in one process, so a test that compares counts runs in an exit test. Only
/// sockets are counted, because the runtime opens descriptors of other kinds whenever it likes.
package enum DescriptorCount {
  /// How many sockets are open now.
  package static var sockets: Int { count(of: S_IFSOCK) }

  /// How many descriptors are open now that stand for no file: those of event loops, and whatever the
  /// runtime has of the kind.
  package static var anonymous: Int { count(of: 0) }

  private static func count(of type: mode_t) -> Int {
    (0..<CInt(1024)).count { descriptor in
      var status = stat()
      return unsafe fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == type
    }
  }
}
