internal import LocalSockets
internal import LuaBridge

/// What a `localsocket.Socket` is: the core's socket, its Lua handlers and its waits.
final class SocketObject {
  let socket: LocalSocket
  let handlers: Handlers
  let library: LocalSocketLibrary
  /// One for each condition, made when it is first needed.
  private var waits: [4 of SocketWait?] = .init(repeating: nil)
  private var forwarded: Set<SocketSignal> = []
  // Disconnected before the object goes, so that no signal finds it half gone. Weak references
  // would do too, but slow down every use of the object.
  private var connections: [Connection] = []
  private var isActive = false

  /// Nil until it is asked for in the socket's present state.
  private var knownPeerIsHere: Bool?

  /// How a sentence tells of a session that no error has ended.
  static let endedHere = "the connection was ended here"

  init(_ socket: LocalSocket, library: LocalSocketLibrary) {
    self.socket = socket
    self.library = library
    handlers = Handlers(runtime: library.runtime)
    handlers.owner = self
    stateChanged()
    keep(socket.stateChanged.connect { [unowned self] _ in stateChanged() })
  }

  deinit {
    for connection in connections { connection.disconnect() }
    handlers.owner = nil
    if isActive { library.activeSocketCount -= 1 }
    // Lua has lost the socket: what it wrote still goes out, and the loop sees to that.
    socket.close()
  }

  /// Whether the other end belongs to this process, as far as the kernel knows.
  var peerIsHere: Bool {
    if let knownPeerIsHere { return knownPeerIsHere }
    let isHere = socket.isPeerInThisProcess
    knownPeerIsHere = isHere
    return isHere
  }

  private func stateChanged() {
    knownPeerIsHere = nil
    let isActive = socket.state != .unconnected
    guard isActive != self.isActive else { return }
    self.isActive = isActive
    library.activeSocketCount += isActive ? 1 : -1
    if handlers.isEmpty {
      handlers.isOwnerActive = isActive
    } else {
      // Signals that follow this one still need their handlers.
      library.loop.post { self.handlers.isOwnerActive = self.isActive }
    }
  }

  // MARK: Signals

  /// Connects the function at an index of the call's stack to a signal.
  func connect(
    _ signal: SocketSignal,
    function index: Int32,
    of thread: LuaThread,
    isOnce: Bool
  ) -> HandlerConnection {
    if forwarded.insert(signal).inserted { forward(signal) }
    let handler = handlers.add(signal.rawValue, function: index, of: thread, isOnce: isOnce)
    return HandlerConnection(handler, of: handlers)
  }

  private func keep(_ connection: Connection) { connections.append(connection) }

  private func forward(_ signal: SocketSignal) {
    switch signal {
    case .connected: forward(socket.connected, signal)
    case .disconnected: forward(socket.disconnected, signal)
    case .readChannelFinished: forward(socket.readChannelFinished, signal)
    case .aboutToClose: forward(socket.aboutToClose, signal)
    case .readyRead:
      // SAFETY: as `unowned`, without a locked instruction for each message.
      let object = unsafe Unmanaged.passUnretained(self)
      keep(socket.readyRead.connect { unsafe object.nonatomicallyRetained().emitReadyRead() })
    case .stateChanged:
      keep(
        socket.stateChanged.connect { [unowned self] state in emit(signal) { $0.push(state.name) } }
      )
    case .errorOccurred, .error:
      keep(
        socket.errorOccurred.connect { [unowned self] code in emit(signal) { $0.push(code.name) } }
      )
    case .bytesWritten:
      keep(socket.bytesWritten.connect { [unowned self] count in emit(signal) { $0.push(count) } })
    }
  }

  private func forward(_ source: Signal<Void>, _ signal: SocketSignal) {
    keep(source.connect { [unowned self] in handlers.emit(signal.rawValue) })
  }

  /// A handler that is parked is not called again until it has returned, and then only once.
  private func emitReadyRead() {
    let socket = socket
    handlers.emit(
      SocketSignal.readyRead.rawValue,
      outlived: { task in
        socket.holdReadyRead()
        task.ended.append { socket.releaseReadyRead() }
      }
    )
  }

  private func emit(_ signal: SocketSignal, pushArgument: (LuaThread) -> Void) {
    handlers.emit(signal.rawValue) { thread in
      pushArgument(thread)
      return 1
    }
  }

  // MARK: Waits

  /// A wait for a condition, used again when its last task has got its results.
  func wait(for condition: WaitCondition) -> SocketWait {
    let index = Int(condition.rawValue)
    if let wait = waits[index], !wait.isTaken, !wait.progress.isAwaited { return wait }
    let wait = SocketWait(condition, of: self)
    waits[index] = wait
    return wait
  }

  /// The server's name as it is known; empty where the connection has none, or has ended.
  var name: SocketName {
    socket.serverName.isEmpty ? socket.fullServerName : socket.serverName
  }

  /// How reports and messages call it.
  var displayName: String {
    let name = self.name
    return name.isEmpty ? "an unnamed socket" : "\(name.quoted)"
  }
}

/// The signals of a socket, by Qt's names; `error` is Qt 4's for `errorOccurred`.
enum SocketSignal: String, CaseIterable {
  case connected
  case disconnected
  case errorOccurred
  case error
  case stateChanged
  case readyRead
  case bytesWritten
  case readChannelFinished
  case aboutToClose
}
