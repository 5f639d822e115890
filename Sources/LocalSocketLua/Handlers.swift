internal import LuaBridge

/// The Lua functions that a script has connected to one object's signals.
///
/// The functions lie in the object's user value, so that the collector sees a handler that
/// mentions its own object and can take both.
@safe final class Handlers {
  /// The object whose signals they are, until it goes.
  private var owner: AnyObject? { unsafe unretainedOwner?.nonatomicallyRetained() }
  /// Whether the owner may still emit; for so long an owner with handlers lives, whether a script
  /// has it or not.
  var isOwnerActive = false {
    didSet { updateHold() }
  }
  private let runtime: LuaRuntime
  // SAFETY: the owner ends its belonging before it goes.
  private var unretainedOwner: Unmanaged<AnyObject>?
  /// With the number of its signal beside each, so that an emission passes over others at a look.
  private var handlers: [(signal: UInt8, connection: HandlerConnection)] = []
  private var lastKey: UInt32 = 0
  private var isOwnerHeld = false

  init(runtime: LuaRuntime) {
    self.runtime = runtime
  }

  var isEmpty: Bool { handlers.isEmpty }

  /// Lets an object have these handlers.
  func belong(to owner: AnyObject) {
    unsafe unretainedOwner = .passUnretained(owner)
  }

  /// Lets go of all handlers, which hold this list, because the owner goes.
  func endBelonging() {
    unsafe unretainedOwner = nil
    handlers = []
  }

  /// Connects the function at an index.
  ///
  /// - Parameters:
  ///   - signal: The signal's number among those of the object.
  ///   - name: What the script calls the signal.
  ///   - index: Where the function is on the stack.
  ///   - thread: The thread of that stack.
  ///   - isOnce: Whether the first call of the function ends the connection.
  /// - Returns: The connection, with which the function can be disconnected.
  func add(
    _ signal: UInt8,
    named name: StaticString,
    function index: Int32,
    of thread: LuaThread,
    isOnce: Bool
  ) -> HandlerConnection {
    lastKey &+= 1
    let handler = HandlerConnection(of: self, name: name, key: lastKey, isOnce: isOnce)
    if let owner, runtime.pushValues(of: owner, on: thread) {
      thread.push(copyOf: index)
      thread.rawSet(Int(lastKey), in: -2)
      thread.pop()
      // Two or three are usual, and need no growing.
      if handlers.isEmpty { handlers.reserveCapacity(4) }
      handlers.append((signal, handler))
      updateHold()
    }
    return handler
  }

  fileprivate func remove(_ handler: HandlerConnection) {
    guard handler.isConnected else { return }
    handler.isConnected = false
    handlers.removeAll { $0.connection === handler }
    guard let owner, runtime.pushValues(of: owner, on: runtime.main) else { return }
    runtime.main.pushNil()
    runtime.main.rawSet(Int(handler.key), in: -2)
    runtime.main.pop()
    updateHold()
  }

  private func updateHold() {
    let mustHold = isOwnerActive && !handlers.isEmpty
    guard let owner, mustHold != isOwnerHeld else { return }
    isOwnerHeld = mustHold
    if mustHold {
      runtime.hold(owner)
    } else {
      runtime.letGo(of: owner)
    }
  }

  /// Calls the functions of a signal in the order of their connection, each as a task.
  ///
  /// - Parameters:
  ///   - signal: The signal's number.
  ///   - passesOwner: Whether the object is the first argument.
  ///   - pushArgument: Pushes what follows the object; answers how many values.
  ///   - outlived: Called with the task of a function that is parked, so that it outlives the
  ///     emission.
  func emit(
    _ signal: UInt8,
    passesOwner: Bool = true,
    pushArgument: (LuaThread) -> Int32 = { _ in 0 },
    outlived: (LuaTask) -> Void = { _ in }
  ) {
    // Those that are connected meanwhile are not called.
    let handlers = handlers
    for index in handlers.indices where handlers[index].signal == signal {
      let handler = handlers[index].connection
      guard handler.isConnected else { continue }
      let task = runtime.scheduler.runNow(handler.name) { thread in
        guard push(handler, on: thread) else { return nil }
        if !passesOwner { thread.pop() }
        if handler.isOnce { remove(handler) }
        return (passesOwner ? 1 : 0) + pushArgument(thread)
      }
      if let task { outlived(task) }
    }
  }

  /// Pushes a function and the object above it.
  private func push(_ handler: HandlerConnection, on thread: LuaThread) -> Bool {
    guard let owner else { return false }
    return runtime.pushValue(Int(handler.key), withUserdataOf: owner, on: thread)
  }
}

/// A connected function, and what `on` gives back: a way to disconnect it.
///
/// Its small parts stand where the name leaves room, because there is one for each handler.
final class HandlerConnection {
  fileprivate let name: StaticString
  fileprivate let isOnce: Bool
  fileprivate var isConnected = true
  fileprivate let key: UInt32
  private let handlers: Handlers

  fileprivate init(of handlers: Handlers, name: StaticString, key: UInt32, isOnce: Bool) {
    self.handlers = handlers
    self.name = name
    self.key = key
    self.isOnce = isOnce
  }

  func disconnect() { handlers.remove(self) }

  static var luaClass: LuaClass<HandlerConnection> {
    LuaClass(
      "localsocket.Connection",
      methods: [
        LuaClass<HandlerConnection>.method("disconnect") { (connection, _) throws(LuaError) in
          connection.disconnect()
          return .nothing
        }
      ],
      close: { connection, _ in connection.disconnect() },
      describe: { "localsocket.Connection (\($0.name))" }
    )
  }
}
