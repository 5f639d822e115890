import Glibc

extension LocalServer {
  /// Begins to listen; mirrors `QLocalServer::listen`.
  ///
  /// A file that is at the path already is never replaced. With one of the access options in
  /// ``socketOptions`` the server's file has its permissions, whatever the umask, when its name
  /// appears; it is made in a directory beside its place then, and other processes that ask the
  /// kernel for the address of their peer see that other path. The same holds for a path that is
  /// longer than a socket address.
  ///
  /// - Parameters:
  ///   - name: Where clients find the server.
  ///   - removesStale: Whether a socket's file at the path is unlinked first if no socket is bound to
  ///     it any more, as after a crash. A server that lives, and a file of another kind, stay and are
  ///     an error.
  /// - Returns: Whether the server listens; if not, ``lastError`` tells why. False also when it was
  ///   listening already, and then nothing changes.
  ///
  /// The corresponding system calls are `socket(2)`, `bind(2)` and `listen(2)`.
  public func listen(_ name: SocketName, removesStale: Bool = false) -> Bool {
    begin { () throws(ServerError) in try makeListener(name, removesStale: removesStale) }
  }

  /// Takes over a socket that listens already, as one that a service manager has passed; mirrors
  /// `QLocalServer::listen(qintptr)`.
  ///
  /// The names are those that the kernel knows, and ``socketOptions`` tells whether they are
  /// abstract; a socket without a name listens too, under empty names. The descriptor is made
  /// close-on-exec and non-blocking, which other processes that share the socket notice. Its file is
  /// never unlinked, since the server did not make it.
  ///
  /// - Parameter descriptor: A listening local stream socket. It is the server's when this succeeds,
  ///   and stays the caller's when it fails.
  /// - Returns: Whether the server listens; if not, ``lastError`` tells why. False also when it was
  ///   listening already, and then nothing changes.
  ///
  /// The corresponding system calls are `getsockopt(2)` and `getsockname(2)`.
  public func listen(descriptor: CInt) -> Bool {
    begin { () throws(ServerError) in try adoptListener(descriptor, of: nil) }
  }

  /// Takes over a listening socket that came with a message, as the function that takes a number.
  ///
  /// - Parameter passed: What has the descriptor; it has none any more when this succeeds, and else
  ///   keeps it.
  /// - Returns: Whether the server listens, as there.
  public func listen(descriptor passed: PassedDescriptor) -> Bool {
    begin { () throws(ServerError) in
      let listener = try adoptListener(passed.number, of: passed)
      _ = passed.take()
      return listener
    }
  }

  private func begin(_ make: () throws(ServerError) -> Listener) -> Bool {
    guard listener == nil else { return false }
    do throws(ServerError) {
      let listener = try make()
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

  private func makeListener(
    _ name: SocketName,
    removesStale: Bool
  ) throws(ServerError) -> Listener {
    let place = try ServerPlace(name, socketOptions, removesStale: removesStale)
    return try place.occupy { (address, settings) throws(SystemError) in
      try Listener(name, at: address, settings, kind: kind, backlog: listenBacklogSize)
    }
  }

  private func adoptListener(
    _ descriptor: CInt,
    of owner: PassedDescriptor?
  ) throws(ServerError) -> Listener {
    do throws(DescriptorError) {
      try DescriptorError.check(descriptor, of: owner, is: kind, listening: true, on: loop)
    } catch {
      throw ServerError(.unknown, descriptor: descriptor, descriptorError: error)
    }
    let listener: Listener
    do throws(SystemError) {
      listener = try Listener(adopting: descriptor)
    } catch {
      throw ServerError(.ofListen(error), descriptor: descriptor, systemError: error)
    }
    socketOptions.remove(.abstractNamespace)
    if listener.address?.isAbstract == true { socketOptions.insert(.abstractNamespace) }
    return listener
  }

  /// Stops listening and removes the server's file; mirrors `QLocalServer::close`.
  ///
  /// Connections that nobody has taken end. A file that is not the server's own stays. Without a
  /// listening socket it does nothing.
  public func close() {
    guard let listener else { return }
    loop.deregister(listener.token, isClosing: !listener.isAdopted)
    self.listener = nil
    rest?.cancel()
    rest = nil
    failure = nil
    pending.removeAll()
    settle(.failed)
  }

  /// Removes what a server that crashed has left at its path; mirrors `QLocalServer::removeServer`.
  ///
  /// Whether a server still listens there is not looked at; ``listen(_:removesStale:)`` does. What is
  /// no socket stays, where Qt removes any file.
  ///
  /// - Parameter name: The server's name.
  /// - Throws: ``ServerError`` when the path is not free now; never for an abstract name, which leaves
  ///   nothing behind.
  ///
  /// The corresponding system calls are `lstat(2)` and `unlink(2)`.
  public static func removeServer(_ name: SocketName) throws(ServerError) {
    let address = try SocketAddress(name, for: .remove)
    guard let path = address.path else { return }
    do throws(SystemError) {
      if try SystemCalls.identity(ofFileAt: path).isSocket { return try SystemCalls.unlink(path) }
    } catch {
      if error.errno == ENOENT { return }
      throw ServerError(.remove, as: name, at: address, failedBecause: error)
    }
    throw ServerError(
      .addressInUse,
      during: .remove,
      name: name,
      resolvedName: address.resolution(of: name),
      nameError: .notSocket
    )
  }
}
