/// An event that any number of handlers can be told of.
///
/// Handlers run in the order in which they were connected, inside the call that emits. A handler may
/// connect and disconnect handlers and may cause another emission: one that is disconnected is not
/// called any more, not even by the emission that is under way, and one that is connected is first
/// called by the next emission.
public final class Signal<Arguments>: AnySignal {
  private var handlers = SignalHandlers<Arguments>.none

  override package init() {}

  package var isEmpty: Bool {
    switch handlers {
    case .none: true
    case .plain, .passed: false
    case .listed(let list): list.isEmpty
    }
  }

  /// Adds a handler after those that are there.
  ///
  /// - Parameter action: Called with the arguments of each emission.
  /// - Returns: What disconnects the handler again. It need not be kept.
  @discardableResult
  public func connect(_ action: @escaping (Arguments) -> Void) -> Connection {
    add(.passed(action))
  }

  /// Calls the handlers.
  package func emit(_ arguments: Arguments) {
    switch handlers {
    case .none: break
    case .plain(let action): action()
    case .passed(let action): action(arguments)
    case .listed(let list): list.call(arguments)
    }
  }

  fileprivate func add(_ handler: SignalHandlers<Arguments>) -> Connection {
    if handlers.isNone {
      handlers = handler
      return Connection(signal: self, number: 0)
    }
    return Connection(signal: self, number: madeList().add(handler))
  }

  /// Makes the list also where the only handler goes, whose number no other may get.
  fileprivate override func disconnect(_ number: UInt32) {
    madeList().remove(number)
  }

  private func madeList() -> HandlerList<Arguments> {
    if case .listed(let list) = handlers { return list }
    let list = HandlerList(first: handlers)
    handlers = .listed(list)
    return list
  }
}

extension Signal<Void> {
  /// Adds a handler after those that are there.
  ///
  /// - Parameter action: Called in each emission.
  /// - Returns: What disconnects the handler again. It need not be kept.
  @discardableResult
  public func connect(_ action: @escaping () -> Void) -> Connection {
    add(.plain(action))
  }
}

/// Whom a signal calls: one alone without a list, for most signals have but one handler, and many live
/// no longer than one short connection.
private enum SignalHandlers<Arguments> {
  case none
  /// Is told nothing; `passed` would need a closure around it.
  case plain(() -> Void)
  case passed((Arguments) -> Void)
  case listed(HandlerList<Arguments>)

  var isNone: Bool {
    if case .none = self { true } else { false }
  }
}

/// The handlers of a signal that has or had several, oldest first.
private final class HandlerList<Arguments> {
  private var handlers: [(number: UInt32, handler: SignalHandlers<Arguments>)]
  private var lastNumber: UInt32 = 0
  private var emissions = 0
  /// How many of them are none any more.
  private var goneCount = 0

  /// - Parameter first: The handler with the number 0.
  init(first: SignalHandlers<Arguments>) {
    handlers = [(0, first)]
  }

  var isEmpty: Bool { goneCount == handlers.count }

  func add(_ handler: SignalHandlers<Arguments>) -> UInt32 {
    if handlers.count == handlers.capacity { compact() }
    lastNumber += 1
    handlers.append((lastNumber, handler))
    return lastNumber
  }

  /// Keeps the place of the handler, for an emission that is under way.
  func remove(_ number: UInt32) {
    guard let index = handlers.firstIndex(where: { $0.number == number }) else { return }
    if handlers[index].handler.isNone { return }
    handlers[index].handler = .none
    goneCount += 1
  }

  /// Gives up the places of those that are gone, unless an emission is under way.
  private func compact() {
    guard emissions == 0, goneCount > 0 else { return }
    handlers.removeAll { $0.handler.isNone }
    goneCount = 0
  }

  /// Calls the handlers that were there when the emission began.
  func call(_ arguments: Arguments) {
    let last = lastNumber
    emissions += 1
    var index = 0
    while index < handlers.count, handlers[index].number <= last {
      switch handlers[index].handler {
      case .plain(let action): action()
      case .passed(let action): action(arguments)
      case .none, .listed: break
      }
      index += 1
    }
    emissions -= 1
    // Handlers may come and go in emissions alone.
    if goneCount > handlers.count / 2 { compact() }
  }
}

/// What signals have in common, whatever they pass: that a handler can be disconnected.
public class AnySignal {
  package init() {}

  fileprivate func disconnect(_ number: UInt32) {}
}

@available(*, unavailable)
extension AnySignal: Sendable {}

/// The bond between a signal and one handler, which keeps both for as long as it is kept.
public struct Connection {
  fileprivate let signal: AnySignal
  fileprivate let number: UInt32

  /// Ends the bond and lets go of the handler; a second call does nothing.
  public func disconnect() {
    signal.disconnect(number)
  }
}

@available(*, unavailable)
extension Connection: Sendable {}
