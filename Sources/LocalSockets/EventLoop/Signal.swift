/// An event that any number of handlers can be told of.
///
/// Handlers run in the order in which they were connected, inside the call that emits. A handler may
/// connect and disconnect handlers and may cause another emission: one that is disconnected is not
/// called any more, not even by the emission that is under way, and one that is connected is first
/// called by the next emission.
public final class Signal<Arguments> {
  /// The oldest handler has no array: most signals have but one, and many live no longer than one
  /// short connection.
  private var first: Connection?
  private var others: [Connection] = []

  package init() {}

  package var isEmpty: Bool {
    first?.isConnected != true && !others.contains { $0.isConnected }
  }

  /// Adds a handler after those that are there.
  ///
  /// - Parameter action: Called with the arguments of each emission.
  /// - Returns: What disconnects the handler again. It need not be kept.
  @inlinable
  @discardableResult
  public func connect(_ action: @escaping (Arguments) -> Void) -> Connection {
    // SAFETY: only `emit` calls it, and passes arguments of this type.
    let connection = unsafe Connection { arguments in
      unsafe action(arguments.assumingMemoryBound(to: Arguments.self).pointee)
    }
    add(connection)
    return connection
  }

  @usableFromInline
  func add(_ connection: Connection) {
    if others.isEmpty, first?.isConnected != true {
      first = connection
    } else {
      if others.count == others.capacity { dropDisconnected() }
      others.append(connection)
    }
  }

  /// Calls the handlers.
  package func emit(_ arguments: Arguments) {
    // The constant shares the array's storage; whoever changes the list meanwhile gets a copy.
    let others = others
    unsafe withUnsafePointer(to: arguments) { arguments in
      unsafe first?.call(arguments)
      for connection in others { unsafe connection.call(arguments) }
    }
  }

  private func dropDisconnected() {
    others.removeAll { !$0.isConnected }
  }
}

@available(*, unavailable)
extension Signal: Sendable {}

/// The bond between a signal and one handler.
///
/// It knows neither the signal nor the type of the arguments: the signal forgets it some time after it
/// has ended, and a class without parameters is not looked up in the runtime's tables when one is
/// made.
@safe
public final class Connection {
  private var action: ((UnsafeRawPointer) -> Void)?

  @usableFromInline
  init(_ action: @escaping (UnsafeRawPointer) -> Void) {
    unsafe self.action = action
  }

  fileprivate var isConnected: Bool { unsafe action != nil }

  @inline(__always)
  fileprivate func call(_ arguments: UnsafeRawPointer) {
    unsafe action?(arguments)
  }

  /// Ends the bond and lets go of the handler; a second call does nothing.
  public func disconnect() {
    unsafe action = nil
  }
}

@available(*, unavailable)
extension Connection: Sendable {}
