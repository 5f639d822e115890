extension LocalSocket {
  /// Makes a socket that receives datagrams at a name.
  ///
  /// It is ``State/connected`` and open for reading and writing from the start, though it has no peer:
  /// ``sendMessage(_:to:descriptors:)`` needs an address, and ``write(_:)-([UInt8])`` returns nil. Its
  /// senders come and go unnoticed. Each message tells who sent it. The socket's file is removed when
  /// it is closed.
  ///
  /// With access options, or at a path that is longer than an address, the kernel knows the socket by
  /// another path, under which it was made, and tells that one to those whom it sends to: they cannot
  /// answer.
  ///
  /// - Parameters:
  ///   - name: Where senders find it. A file that is at the path already is an error and stays.
  ///   - options: Who may send, and which kind of name it is.
  ///   - removesStale: Whether a socket's file at the path is unlinked first if no socket is bound to
  ///     it any more.
  ///   - loop: The loop that serves the socket.
  /// - Returns: The socket, whose ``serverName`` is the name.
  /// - Throws: ``ServerError`` when it cannot be made, as ``LocalServer/listen(_:)`` reports.
  ///
  /// The corresponding system calls are `socket(2)` and `bind(2)`.
  public static func receiver(
    at name: SocketName,
    options: LocalServer.SocketOptions = [],
    removesStale: Bool = false,
    loop: EventLoop
  ) throws(ServerError) -> LocalSocket {
    let place = try ServerPlace(name, options, removesStale: removesStale)
    return try place.occupy { (address, settings) throws(SystemError) in
      try LocalSocket(loop: loop, receivingAt: address, settings, name: name)
    }
  }

  private convenience init(
    loop: EventLoop,
    receivingAt address: SocketAddress,
    _ settings: NameBinding.Settings,
    name: SocketName
  ) throws(SystemError) {
    let descriptor = try SystemCalls.socket(.datagram)
    try SystemCalls.setReceivesCredentials(descriptor.number, true)
    let binding = try NameBinding(of: descriptor.number, to: address, settings)
    self.init(loop: loop, kind: .datagram)
    self.binding = binding
    wantsCredentials = true
    names.requested = name
    names.resolved = address.name
    enter(.connecting)
    enter(.connected)
    open(descriptor, mode: .readWrite, hasPeer: false)
  }

  /// The name that the socket has bound, to which a receiver of datagrams can answer; nil when it has
  /// none or there is no connection.
  ///
  /// The corresponding system call is `getsockname(2)`.
  public var boundName: SocketName? {
    guard let number = descriptor?.number else { return nil }
    if let path = binding?.pathUnknownToKernel { return SocketName(bytes: path) }
    return SystemCalls.ownAddress(of: number)?.socketName
  }

  /// Whether what is sent needs no name of a receiver.
  package var hasPeer: Bool { descriptor != nil && outgoing?.hasPeer != false }

  /// Gives a descriptor that is about to be connected the socket's own name.
  func bind(_ descriptor: CInt, to name: SocketName) throws(SocketError) {
    let address = name.isEmpty ? nil : try resolve(name, for: .bind)
    // Its receivers would be told of the detour, and could not answer.
    if kind == .datagram, let address, address.isOverlong {
      throw SocketError(.serverNotFound, during: .bind, nameError: address.overlength, name: name)
    }
    do throws(SystemError) {
      if let address {
        binding = try NameBinding(of: descriptor, to: address)
      } else {
        try SystemCalls.bindAutomatically(descriptor)
      }
    } catch {
      throw SocketError(.ofConnect(error), during: .bind, systemError: error, name: name)
    }
  }
}
