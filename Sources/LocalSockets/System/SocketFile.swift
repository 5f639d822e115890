import Glibc

/// The file that binding a socket has made.
package struct SocketFile {
  let path: [UInt8]
  /// The kernel keeps the inode for as long as the socket lives, so that no other file can have it.
  private let identity: SystemCalls.FileIdentity

  init(path: [UInt8], identity: SystemCalls.FileIdentity) {
    self.path = path
    self.identity = identity
  }

  /// Takes note of a file that binding has just made; where that fails, the file is removed again.
  init(justMadeAt path: [UInt8]) throws(SystemError) {
    self.path = path
    do throws(SystemError) {
      identity = try SystemCalls.identity(ofFileAt: path)
    } catch {
      try? SystemCalls.unlink(path)
      throw error
    }
  }

  /// Unlinks the file if the path still leads to the one that binding made: another server may have
  /// put its own there meanwhile.
  func remove() {
    guard (try? SystemCalls.identity(ofFileAt: path)) == identity else { return }
    try? SystemCalls.unlink(path)
  }
}

// What servers that crashed have left behind.
extension SocketFile {
  /// Whether a socket's file is at an address whose socket is gone.
  static func isStale(at address: SocketAddress) throws(SystemError) -> Bool {
    guard let path = address.path else { return false }
    do throws(SystemError) {
      guard try SystemCalls.identity(ofFileAt: path).isSocket else { return false }
      return try isAbandoned(address)
    } catch {
      if error.errno == ENOENT { return false }
      throw error
    }
  }

  /// Unlinks the file at an address if it is a socket's and that socket is gone; all else stays.
  ///
  /// No system call joins the last look and the unlink, so who replaces what is stale holds a
  /// ``DirectoryLock``. Only a server that listens in between where somebody else has just removed the
  /// file, or where there are no locks, would lose its name; at any other time one that lives keeps it.
  static func removeStale(at address: SocketAddress) throws(SystemError) {
    guard let path = address.path else { return }
    do throws(SystemError) {
      // While this descriptor is open the inode, and with it the identity, is not used again.
      let file = try SystemCalls.openPath(path, O_NOFOLLOW)
      let identity = try SystemCalls.identity(of: file.number)
      guard identity.isSocket, try isAbandoned(address),
        try SystemCalls.identity(ofFileAt: path) == identity
      else { return }
      try SystemCalls.unlink(path)
    } catch {
      if error.errno != ENOENT { throw error }
    }
  }

  /// Whether a socket's file is at a path and no socket is bound to it any more; no where that
  /// cannot be found out.
  package static func isAbandoned(at path: [UInt8]) -> Bool {
    guard (try? SystemCalls.identity(ofFileAt: path))?.isSocket == true,
      let address = try? SocketAddress(path: path)
    else { return false }
    return (try? isAbandoned(address)) ?? false
  }

  /// Whether no socket is bound to the file at an address.
  ///
  /// A datagram socket asks: a stream server never sees it, a full queue does not matter, and one
  /// that is bound and about to listen counts too. Only where nobody is there is it refused; a
  /// socket of another kind answers with EPROTOTYPE.
  private static func isAbandoned(_ address: SocketAddress) throws(SystemError) -> Bool {
    let probe = try SystemCalls.socket(.datagram)
    do throws(SystemError) {
      _ = try SystemCalls.connect(probe.number, to: address)
      return false
    } catch {
      return error.errno == ECONNREFUSED
    }
  }
}
