/// A server that accepts connections over local sockets; mirrors `QLocalServer`.
///
/// Connections that the loop or a wait accepts queue up until ``nextPendingConnection()`` takes them.
/// A server that is let go closes itself; the sockets that were taken from it live on.
public final class LocalServer {
  let loop: EventLoop
  /// What the accepted sockets carry.
  public let kind: SocketKind
  /// A connection was accepted and is pending; sent once for each.
  public let newConnection = Signal<Void>()

  /// How many connections may be pending before the loop stops accepting; mirrors
  /// `QLocalServer::maxPendingConnections`.
  ///
  /// The clients beyond wait in the kernel, and to them their connections stand. A wait accepts
  /// regardless. With zero or a negative number only waits accept. The limit is exact, where Qt's
  /// loop lets two more in.
  public var maxPendingConnections = 30 {
    didSet { updateInterest() }
  }
  /// How many connections the kernel may hold, used by the next ``listen(_:removesStale:)``; mirrors
  /// `QLocalServer::listenBacklogSize`.
  ///
  /// Linux lets one more in and takes at most `net.core.somaxconn`, and a negative number for no
  /// limit of its own.
  public var listenBacklogSize = 50
  /// Who may connect and which kind of name the server has, used by the next
  /// ``listen(_:removesStale:)``; mirrors `QLocalServer::socketOptions`.
  ///
  /// An abstract name wins over the access options, which are about files. Qt's bindable form of the
  /// property belongs to C++.
  public var socketOptions: SocketOptions = []
  /// What ``LocalSocket/allowsHalfOpen`` is of the connections that are accepted from now on.
  ///
  /// A client may have ended its sending before anybody can take its connection.
  public var allowsHalfOpen = false

  var listener: Listener?
  var pending = PendingConnections()
  var waiter: (any Waiter)?
  var failure: (error: ServerError, text: String)?
  /// Runs while accepting rests after the process ran out of descriptors.
  var rest: EventLoop.Timer?

  /// Makes a server that does not listen.
  ///
  /// - Parameters:
  ///   - loop: The loop that serves the server and the sockets it accepts.
  ///   - kind: What the accepted sockets carry: ``SocketKind/stream`` or ``SocketKind/seqpacket``.
  ///     Datagrams need no server; see ``LocalSocket/receiver(at:loop:)``.
  public init(loop: EventLoop, kind: SocketKind = .stream) {
    precondition(kind != .datagram, "datagrams have no connections to accept")
    self.loop = loop
    self.kind = kind
  }

  deinit {
    rest?.cancel()
    if let listener { loop.deregister(listener.token, isClosing: !listener.isAdopted) }
  }
}

@available(*, unavailable)
extension LocalServer: Sendable {}

// What the server is.
extension LocalServer {
  /// Whether clients can connect.
  public var isListening: Bool { listener != nil }
  /// The name as it was given; empty when the server does not listen.
  ///
  /// For an adopted socket it is the last component of ``fullServerName``.
  public var serverName: SocketName { listener?.name ?? .none }
  /// The resolved path, or the abstract name without its "@"; empty when the server does not listen.
  public var fullServerName: SocketName { SocketName(bytes: listener?.address?.name ?? []) }
  /// The number of the listening descriptor, which stays the server's; -1 when there is none.
  public var socketDescriptor: CInt { listener?.descriptor ?? -1 }
  /// The last error's code; a successful listen and ``close()`` clear it.
  public var serverError: ServerError.Code { failure?.error.code ?? .unknown }
  /// The last error in Qt's words; empty when there was none.
  public var errorString: String { failure?.text ?? "" }
  /// The last error with all that is known about it; nil when there was none.
  public var lastError: ServerError? { failure?.error }
  /// Whether ``nextPendingConnection()`` has one to give.
  public var hasPendingConnections: Bool { !pending.isEmpty }

  func record(_ error: ServerError, prefix: String) {
    failure = (error, error.qtText(prefix: prefix))
  }
}
