/// The signals of one socket, each made when somebody first asks for it, so that a socket without
/// handlers carries eight empty pointers and its emissions cost a comparison.
struct SocketSignals {
  var connected: Signal<Void>?
  var disconnected: Signal<Void>?
  var stateChanged: Signal<LocalSocket.State>?
  var errorOccurred: Signal<SocketError.Code>?
  var readyRead: Signal<Void>?
  var bytesWritten: Signal<Int>?
  var readChannelFinished: Signal<Void>?
  var aboutToClose: Signal<Void>?

  /// Who takes itself away before it goes.
  private var unretainedObserver = Unretained<any SocketObserver>()
  var observer: (any SocketObserver)? {
    get { unretainedObserver.value }
    set { unretainedObserver.value = newValue }
  }
  /// What the observer hears of.
  var observed: SocketEventSet = []

  /// Whether somebody may hear of arrivals.
  var tellsOfArrivals: Bool { readyRead != nil || observed.contains(.readyRead) }
  /// Whether somebody may hear of bytes that were sent.
  var tellsOfSending: Bool { bytesWritten != nil || observed.contains(.bytesWritten) }
}

extension Optional {
  fileprivate mutating func made<Arguments>() -> Signal<Arguments>
  where Wrapped == Signal<Arguments> {
    if let self { return self }
    let signal = Signal<Arguments>()
    self = signal
    return signal
  }
}

extension LocalSocket {
  /// The connection stands: the descriptor is valid and the device open.
  public var connected: Signal<Void> { signals.connected.made() }
  /// The connection has ended; the last signal of an ended connection.
  public var disconnected: Signal<Void> { signals.disconnected.made() }
  /// The state has changed to the one that is passed.
  public var stateChanged: Signal<State> { signals.stateChanged.made() }
  /// An error has happened; ``LocalSocket/errorString`` tells more.
  public var errorOccurred: Signal<SocketError.Code> { signals.errorOccurred.made() }
  /// Bytes have arrived.
  ///
  /// Not sent again while a handler of it runs; what arrives meanwhile and is still unread when
  /// the handlers are done causes one more.
  public var readyRead: Signal<Void> { signals.readyRead.made() }
  /// The kernel has taken the number of bytes that is passed.
  public var bytesWritten: Signal<Int> { signals.bytesWritten.made() }
  /// No more bytes will arrive on this connection.
  public var readChannelFinished: Signal<Void> { signals.readChannelFinished.made() }
  /// The device is about to be closed; unread bytes can be read and last words written.
  public var aboutToClose: Signal<Void> { signals.aboutToClose.made() }
}
