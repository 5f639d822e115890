import Glibc

extension LocalServer {
  /// Begins to listen; mirrors `QLocalServer::listen`.
  ///
  /// A file that is at the path already is an error and stays; ``removeServer(_:)`` removes stale ones.
  ///
  /// - Parameter name: Where clients find the server.
  /// - Returns: Whether the server listens; if not, ``lastError`` tells why. False also when it was
  ///   listening already, and then nothing changes.
  ///
  /// The corresponding system calls are `socket(2)`, `bind(2)` and `listen(2)`.
  public func listen(_ name: SocketName) -> Bool {
    guard listener == nil else { return false }
    do throws(ServerError) {
      let listener = try makeListener(name)
      listener.token = loop.register(listener.descriptor, [], self)
      self.listener = listener
    } catch {
      record(error, prefix: "QLocalServer::listen")
      return false
    }
    failure = nil
    updateInterest()
    return true
  }

  private func makeListener(_ name: SocketName) throws(ServerError) -> Listener {
    let address: SocketAddress
    do throws(SocketNameError) {
      address = try SocketAddress(name)
    } catch {
      throw ServerError(.hostNotFound, name: name, nameError: error)
    }
    do throws(SystemError) {
      return try Listener(name, at: address, kind: kind, backlog: listenBacklogSize)
    } catch {
      throw ServerError(.ofListen(error), name: name, systemError: error)
    }
  }

  /// Stops listening and removes the server's file; mirrors `QLocalServer::close`.
  ///
  /// Connections that nobody has taken end. Without a listening socket it does nothing.
  public func close() {
    guard let listener else { return }
    loop.deregister(listener.token, isClosing: true)
    self.listener = nil
    rest?.cancel()
    rest = nil
    failure = nil
    pending.removeAll()
    settle(.failed)
  }

  /// Removes what a server that crashed has left at its path; mirrors `QLocalServer::removeServer`.
  ///
  /// Whether a server still listens there is not looked at.
  ///
  /// - Parameter name: The server's name.
  /// - Returns: Whether the path is free now; true for abstract names, which leave nothing behind.
  ///
  /// The corresponding system call is `unlink(2)`.
  public static func removeServer(_ name: SocketName) -> Bool {
    guard let address = try? SocketAddress(name) else { return false }
    guard let path = address.path else { return true }
    do throws(SystemError) {
      try SystemCalls.unlink(path)
      return true
    } catch {
      return error.errno == ENOENT
    }
  }
}
