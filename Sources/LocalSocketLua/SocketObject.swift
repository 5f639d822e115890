internal import LocalSockets
internal import LuaBridge

/// What a `localsocket.Socket` is: the core's socket, its Lua handlers and its waits.
final class SocketObject {
  let socket: LocalSocket
  /// Nil until a script connects something.
  private var handlers: Handlers?
  let library: LocalSocketLibrary
  /// One for each condition, made when it is first needed.
  private var waits: [4 of SocketWait?] = .init(repeating: nil)
  private var isActive = false
  /// Whether it has become inactive in this turn, and Lua may not collect it yet.
  private var isUnsettled = false

  /// Nil until it is asked for in the socket's present state.
  private var knownPeerIsHere: Bool?

  /// How a sentence tells of a session that no error has ended.
  static let endedHere = "the connection was ended here"

  init(_ socket: LocalSocket, library: LocalSocketLibrary) {
    self.socket = socket
    self.library = library
    library.socketCount += 1
    stateChanged()
    socket.beginObserving(self, .stateChanged)
  }

  deinit {
    // First, so that no event finds the object half gone.
    socket.endObserving()
    handlers?.endBelonging()
    library.socketCount -= 1
    if isUnsettled { library.settleNever(self) }
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

  fileprivate func stateChanged() {
    knownPeerIsHere = nil
    let isActive = socket.state != .unconnected
    guard isActive != self.isActive else { return }
    self.isActive = isActive
    library.activeSocketCount += isActive ? 1 : -1
    lendWaits()
    guard let handlers else { return }
    if isActive || handlers.isEmpty {
      handlers.isOwnerActive = isActive
    } else if !isUnsettled {
      // Signals that follow this one still need their handlers.
      isUnsettled = true
      library.settleLater(self)
    }
  }

  /// Lets Lua collect a socket that has nothing to tell any more.
  func settle() {
    isUnsettled = false
    handlers?.isOwnerActive = isActive
  }

  // MARK: Signals

  /// Connects the function at an index of the call's stack to a signal.
  func connect(
    _ signal: SocketSignal,
    function index: Int32,
    of thread: LuaThread,
    isOnce: Bool
  ) -> HandlerConnection {
    socket.observeAlso(signal.event)
    return madeHandlers().add(
      signal.event.rawValue,
      named: signal.name,
      function: index,
      of: thread,
      isOnce: isOnce
    )
  }

  private func madeHandlers() -> Handlers {
    if let handlers { return handlers }
    let handlers = Handlers(runtime: library.runtime)
    handlers.belong(to: self)
    handlers.isOwnerActive = isActive
    self.handlers = handlers
    return handlers
  }

  /// A handler that is parked is not called again until it has returned, and then only once.
  fileprivate func emitReadyRead() {
    let socket = socket
    handlers?.emit(
      SocketEventSet.readyRead.rawValue,
      outlived: { task in
        socket.holdReadyRead()
        task.ended.append { socket.releaseReadyRead() }
      }
    )
  }

  fileprivate func emit(
    _ event: SocketEventSet,
    pushArgument: (LuaThread) -> Void
  ) {
    handlers?.emit(event.rawValue) { thread in
      pushArgument(thread)
      return 1
    }
  }

  // MARK: Waits

  /// A wait for a condition, used again when its last task has got its results.
  func wait(for condition: WaitCondition) -> SocketWait {
    let index = Int(condition.rawValue)
    if let wait = waits[index], !wait.isTaken { return wait }
    let wait = library.idleWaits.take(condition, of: self)
    waits[index] = wait
    return wait
  }

  /// Gives the waits that nobody has to other sockets, if the connection has ended: scripts leave ended
  /// sockets to the collector, which may be long in coming.
  func lendWaits() {
    guard !isActive else { return }
    for index in waits.indices {
      guard let wait = waits[index], !wait.isTaken else { continue }
      waits[index] = nil
      library.idleWaits.keep(wait)
    }
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

extension SocketObject: SocketObserver {
  func observe(_ event: SocketEvent) {
    switch event {
    case .connected: handlers?.emit(SocketEventSet.connected.rawValue)
    case .disconnected: handlers?.emit(SocketEventSet.disconnected.rawValue)
    case .stateChanged(let state):
      stateChanged()
      if let handlers, !handlers.isEmpty { emit(.stateChanged) { $0.push(state.name) } }
    case .errorOccurred(let code): emit(.errorOccurred) { $0.push(code.name) }
    case .readyRead: emitReadyRead()
    case .bytesWritten(let count): emit(.bytesWritten) { $0.push(count) }
    case .readChannelFinished: handlers?.emit(SocketEventSet.readChannelFinished.rawValue)
    case .aboutToClose: handlers?.emit(SocketEventSet.aboutToClose.rawValue)
    }
  }
}

/// A signal of a socket, by Qt's name; `error` is Qt 4's for `errorOccurred`.
struct SocketSignal {
  let name: StaticString
  /// What is to be observed for it; its bits are the number of the signal.
  let event: SocketEventSet

  static let all = [
    SocketSignal(name: "connected", event: .connected),
    SocketSignal(name: "disconnected", event: .disconnected),
    SocketSignal(name: "errorOccurred", event: .errorOccurred),
    SocketSignal(name: "error", event: .errorOccurred),
    SocketSignal(name: "stateChanged", event: .stateChanged),
    SocketSignal(name: "readyRead", event: .readyRead),
    SocketSignal(name: "bytesWritten", event: .bytesWritten),
    SocketSignal(name: "readChannelFinished", event: .readChannelFinished),
    SocketSignal(name: "aboutToClose", event: .aboutToClose),
  ]

  static func named(_ name: UnsafeRawBufferPointer) -> SocketSignal? {
    all.first { signal in
      signal.name.withUTF8Buffer { unsafe $0.count == name.count && $0.elementsEqual(name) }
    }
  }
}
