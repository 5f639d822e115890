/// One end of a connection over a local socket; mirrors `QLocalSocket`, which only knows streams.
///
/// Reading and writing go through queues: nothing but ``flush()``, the waits and the loop's turns
/// touch the kernel. State and openness are two things: after a disconnect the device stays open and
/// unread bytes stay readable until it is closed or connected again.
///
/// Signals are sent when the state that they announce is in place, and handlers may call anything,
/// also connect again. The signals of a connection that has ended are all sent, even if a handler of
/// the first has begun another one.
///
/// A socket that is let go is aborted without signals. One that is in ``State/closing`` is kept alive
/// by the loop until its queued bytes are sent or it is aborted; ``EventLoop/releaseRetained()`` is for
/// a loop that will not turn again.
public final class LocalSocket {
  let loop: EventLoop
  /// What the socket carries.
  public let kind: SocketKind

  // The connection. What is small stands together, since there may be many sockets.
  /// Where the connection stands.
  public internal(set) var state: State = .unconnected
  /// Which ends of the connection were shut down.
  var ends: ShutEnds = []
  /// Whether other processes may hold the same socket open: it was adopted.
  var isShared = false
  /// Counts beginnings and ends of connections, so that a sequence of signals notices when a handler
  /// has begun another one.
  var session: UInt32 = 0
  var descriptor: OwnedDescriptor?
  var wantsCredentials = false
  /// Whether a peer that ends its sending alone can still be answered; false at first, as in Qt.
  ///
  /// When it is true, such an end sends ``readChannelFinished`` and no other signal. The socket stays
  /// in ``State/connected`` and open for writing; what has arrived stays readable, and then reads
  /// return nil and waits for more are over at once, with the error ``SocketError/Code/peerClosed``.
  /// The connection ends when it is ended or its writing end is shut down here, or when the peer is
  /// gone altogether, whether the loop, a wait for the end or a failing send notices. A peer that ends
  /// both ways at once ends the connection as ever.
  ///
  /// It counts when the end is noticed, and setting it later changes nothing. Datagram sockets have no
  /// such end.
  public var allowsHalfOpen = false
  var token = RegistrationToken.none
  var names = SocketNames()
  var announcing = Announcing()
  var options: SocketOptions = []
  var tries = Tries()

  // Who hears of it.
  var signals = SocketSignals()
  /// How many sessions an error has ended, ever; tells a wait whether that was what ended it.
  package internal(set) var failedSessionCount: UInt32 = 0
  var waiters = ParkedWaiters()

  // The device.
  /// How the device was opened; stays after a disconnect, until it is closed.
  public internal(set) var openMode: OpenMode = .notOpen
  /// How many unread bytes are taken in from the kernel at most; mirrors
  /// `QLocalSocket::readBufferSize`.
  ///
  /// 0, as at first, sets no limit. Bytes beyond wait in the kernel, and while the limit is reached
  /// the end of the connection is not noticed either, unless somebody waits for it or sends. Any
  /// reading makes room again. Bytes that were peeked at, put back or read inside a transaction do
  /// not count. A limit below what is there takes nothing away, and a negative one lets nothing in.
  public var readBufferSize = 0 {
    didSet { updateInterest() }
  }
  var failure = LastFailure()
  var input: ByteQueue
  var lookahead = Lookahead()
  var output: SendQueue
  var arrivals = Arrivals()
  var sending = Sending()
  /// The boundaries in `input` and `output`; nil on streams that have none.
  var incoming: IncomingMessages?
  var outgoing: OutgoingMessages?

  // What only some sockets have.
  /// The socket's own name, given to it when it next connects; nil for none.
  ///
  /// A receiver of datagrams can answer only to senders with a name. An empty one lets the kernel
  /// choose an abstract name; ``boundName`` tells which. The file of a path is removed when the
  /// connection ends. That of a datagram socket must fit into an address: a longer path could not be
  /// answered to, and the connect fails with ``SocketError/Code/serverNotFound``.
  ///
  /// The corresponding system call is `bind(2)`.
  public var ownName: SocketName?
  var binding: NameBinding?

  /// Makes a socket that is not connected.
  ///
  /// - Parameters:
  ///   - loop: The loop that serves the socket; the socket keeps it alive.
  ///   - kind: What the socket carries.
  public init(loop: EventLoop, kind: SocketKind = .stream) {
    self.loop = loop
    self.kind = kind
    input = ByteQueue(pool: loop.pool)
    output = SendQueue(pool: loop.pool)
  }

  /// Makes the socket of a connection that stands already, without any signal.
  convenience init(
    loop: EventLoop,
    kind: SocketKind,
    connected descriptor: consuming OwnedDescriptor
  ) {
    self.init(loop: loop, kind: kind)
    takeOver(descriptor, mode: .readWrite)
  }

  deinit {
    binding = nil
    if token != .none { loop.deregister(token, isClosing: !isShared) }
  }

  /// Makes two sockets that are connected to each other.
  ///
  /// - Parameters:
  ///   - loop: The loop that serves both.
  ///   - kind: What they carry.
  /// - Returns: Two sockets in ``State/connected``, open for reading and writing.
  /// - Throws: ``SocketError`` when the process or the system is out of descriptors or memory.
  ///
  /// The corresponding system call is `socketpair(2)`.
  public static func pair(
    loop: EventLoop,
    kind: SocketKind = .stream
  ) throws(SocketError) -> (first: LocalSocket, second: LocalSocket) {
    do throws(SystemError) {
      let pair = try SystemCalls.socketPair(kind)
      let first = LocalSocket(loop: loop, kind: kind, connected: pair.first)
      return (first, LocalSocket(loop: loop, kind: kind, connected: pair.second))
    } catch {
      throw SocketError(.socketResource, during: .pair, systemError: error)
    }
  }
}

@available(*, unavailable)
extension LocalSocket: Sendable {}

// What the socket is.
extension LocalSocket {
  /// Whether there is a live descriptor; mirrors `QLocalSocket::isValid`.
  public var isValid: Bool { descriptor != nil }
  /// The number of the live descriptor, which stays the socket's; -1 when there is none.
  public var socketDescriptor: CInt { descriptor?.number ?? -1 }

  /// The last error's code; ``SocketError/Code/unknown`` before the first and after each
  /// successful connect.
  ///
  /// An operation that the state does not allow is not recorded here.
  public var error: SocketError.Code { failure.code }
  /// The last error in Qt's words; "Unknown error" when there was none.
  public var errorString: String { failure.text ?? "Unknown error" }
  /// The last error with all that is known about it; nil when there was none.
  public var lastError: SocketError? { failure.error }

  /// Who the peer was when it connected or listened; nil when there is no connection.
  ///
  /// Of datagram sockets the kernel knows it only for a pair.
  ///
  /// The corresponding system call is `getsockopt(2)` with SO_PEERCRED.
  public var peerCredentials: PeerCredentials? {
    guard let number = descriptor?.number else { return nil }
    let credentials = try? SystemCalls.peerCredentials(of: number)
    return credentials?.uid == PeerCredentials.unknownUser ? nil : credentials
  }
}

extension LocalSocket {
  /// Whether the peer has yet to read something that the kernel has taken from here.
  package var isAwaitingReader: Bool {
    guard let number = descriptor?.number else { return false }
    return SystemCalls.isOutputUnread(of: number)
  }

  /// How many bytes have come and were not read, with those that the kernel still has.
  package var unreadByteCount: Int {
    guard let number = descriptor?.number else { return bytesAvailable }
    return bytesAvailable + SystemCalls.unreadCount(of: number)
  }

  /// Whether the other end was made by this process, as far as the kernel knows.
  package var isPeerInThisProcess: Bool {
    peerCredentials?.pid == SystemCalls.processIdentifier()
  }
}

/// The last error, as its code and as its text, which Qt keeps apart.
///
/// It lies apart from the socket, since most have none. The text is made when somebody asks for it.
struct LastFailure {
  private enum Text {
    case given(String)
    /// Of the error that is kept.
    case ofError(prefix: String)
  }

  private final class Details {
    var code = SocketError.Code.unknown
    var text: Text?
    var error: SocketError?

    var shownText: String? {
      switch text {
      case nil: nil
      case .given(let text): text
      case .ofError(let prefix): error?.qtText(prefix: prefix)
      }
    }
  }

  private var details: Details?

  init() {}

  init(_ error: SocketError, prefix: String) {
    let details = Details()
    details.code = error.code
    details.text = .ofError(prefix: prefix)
    details.error = error
    self.details = details
  }

  var code: SocketError.Code {
    get { details?.code ?? .unknown }
    set { change { $0.code = newValue } }
  }

  var text: String? {
    get { details?.shownText }
    set { change { $0.text = newValue.map(Text.given) } }
  }

  var error: SocketError? {
    get { details?.error }
    set {
      change {
        // The text stays that of the error before.
        $0.text = $0.shownText.map(Text.given)
        $0.error = newValue
      }
    }
  }

  /// Forgets all but the code.
  mutating func keepCode() {
    details?.text = nil
    details?.error = nil
  }

  private mutating func change(_ body: (Details) -> Void) {
    let details = details ?? Details()
    self.details = details
    body(details)
  }
}

/// What a socket is telling its handlers of, which must neither find a connection that has half ended
/// nor call themselves without end.
struct Announcing {
  /// An error was announced, and the end of the session that follows from it was not yet.
  var isEndPending = false
  /// A connect that failed is being told of.
  var isFailing = false
  /// The device was closed since the connection that is being told of stands, before it was open.
  var wasClosed = false
  /// That the device is about to be closed is being told of.
  var isClosing = false
  /// That an operation was refused is being told of.
  var isRefusing = false
}

/// What a socket has to remember about bytes that came in.
struct Arrivals {
  /// Bytes have come that no wait has reported and no read has touched.
  var isNew = false
  /// The answer that handlers expect was looked for once already.
  var isOverdue = false
  /// Bytes have come while ``LocalSocket/readyRead`` was held back.
  var isHeldBack = false
  /// The last pass brought as much as a block holds, or more.
  var areLarge = false
  /// While above zero, it is not sent.
  var holds: Int32 = 0
  /// How many blocking waits will report the next bytes.
  var blockingWaits: Int32 = 0
  /// How many passes brought bytes, ever.
  var passes: UInt32 = 0
}

/// What a socket has to remember about bytes that go out.
struct Sending {
  /// The loop will call to send what is queued.
  var isQueued = false
  /// The kernel has no room; the loop watches for it, or tries again.
  var isBlocked = false
  var isReporting = false
  /// How many calls of the kernel took bytes, ever.
  var passes: UInt32 = 0
  /// How many blocking waits are for room.
  var blockingWaits: Int32 = 0
  /// How many messages were given up, ever.
  var lostMessages: UInt32 = 0
  /// How many bytes were queued when an error or the peer ended their connection, ever.
  var lostBytes = 0
  /// Bytes that the kernel took and that no signal has told of yet.
  var unreported = 0
}
