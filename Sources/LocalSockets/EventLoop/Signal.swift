/// An event that any number of handlers can be told of.
///
/// Handlers run in the order in which they were connected, inside the call that emits. A handler may
/// connect and disconnect handlers and may cause another emission: one that is disconnected is not
/// called any more, not even by the emission that is under way, and one that is connected is first
/// called by the next emission.
public final class Signal<Arguments> {
  private var handlers: [Handler<Arguments>] = []

  package init() {}

  deinit {
    for handler in handlers { handler.signal = nil }
  }

  package var isEmpty: Bool { handlers.isEmpty }

  /// Adds a handler after those that are there.
  ///
  /// - Parameter action: Called with the arguments of each emission.
  /// - Returns: What disconnects the handler again. It need not be kept.
  @discardableResult
  public func connect(_ action: @escaping (Arguments) -> Void) -> Connection {
    let handler = Handler(action, of: self)
    handlers.append(handler)
    return handler
  }

  /// Calls the handlers.
  package func emit(_ arguments: Arguments) {
    // The constant shares the array's storage; whoever changes the list meanwhile gets a copy.
    let current = handlers
    for handler in current { handler.action?(arguments) }
  }

  fileprivate func remove(_ handler: Handler<Arguments>) {
    handlers.removeAll { $0 === handler }
  }
}

@available(*, unavailable)
extension Signal: Sendable {}

/// The bond between a signal and one handler.
public class Connection {
  fileprivate init() {}

  /// Ends the bond and lets go of the handler; a second call does nothing.
  public func disconnect() {}
}

@available(*, unavailable)
extension Connection: Sendable {}

private final class Handler<Arguments>: Connection {
  private(set) var action: ((Arguments) -> Void)?
  // Cleared when the signal goes. A weak reference would slow down every use of the signal.
  fileprivate unowned var signal: Signal<Arguments>?

  init(_ action: @escaping (Arguments) -> Void, of signal: Signal<Arguments>) {
    self.action = action
    self.signal = signal
    super.init()
  }

  override func disconnect() {
    action = nil
    signal?.remove(self)
    signal = nil
  }
}
