/// An event that any number of handlers can be told of.
///
/// Handlers run in the order in which they were connected, inside the call that emits. A handler may
/// connect and disconnect handlers and may cause another emission: one that is disconnected is not
/// called any more, not even by the emission that is under way, and one that is connected is first
/// called by the next emission.
public final class Signal<Arguments>: AnySignal {
  /// The handler that was connected first has the number 0 and no list: most signals have but one,
  /// and many live no longer than one short connection.
  private var first: ((Arguments) -> Void)?
  /// Nil until there was more than one handler, or the first has gone.
  private var others: OtherHandlers<Arguments>?

  override package init() {}

  package var isEmpty: Bool { first == nil && others?.isEmpty != false }

  /// Adds a handler after those that are there.
  ///
  /// - Parameter action: Called with the arguments of each emission.
  /// - Returns: What disconnects the handler again. It need not be kept.
  @discardableResult
  public func connect(_ action: @escaping (Arguments) -> Void) -> Connection {
    if first == nil, others == nil {
      first = action
      return Connection(signal: self, number: 0)
    }
    return Connection(signal: self, number: madeOthers().add(action))
  }

  /// Calls the handlers.
  package func emit(_ arguments: Arguments) {
    // Before the first handler, which may connect some.
    let others = others
    let last = others?.lastNumber ?? 0
    first?(arguments)
    others?.call(arguments, upTo: last)
  }

  /// Makes the list also where only the first handler goes, whose number no other may get.
  fileprivate override func disconnect(_ number: UInt32) {
    let others = madeOthers()
    if number == 0 { first = nil } else { others.remove(number) }
  }

  private func madeOthers() -> OtherHandlers<Arguments> {
    if let others { return others }
    let others = OtherHandlers<Arguments>()
    self.others = others
    return others
  }
}

/// The handlers of a signal behind its first, oldest first.
private final class OtherHandlers<Arguments> {
  private var handlers: [(number: UInt32, action: ((Arguments) -> Void)?)] = []
  private(set) var lastNumber: UInt32 = 0
  private var emissions = 0
  /// How many of them have no action any more.
  private var goneCount = 0

  var isEmpty: Bool { handlers.allSatisfy { $0.action == nil } }

  func add(_ action: @escaping (Arguments) -> Void) -> UInt32 {
    if handlers.count == handlers.capacity { compact() }
    lastNumber += 1
    handlers.append((lastNumber, action))
    return lastNumber
  }

  /// Keeps the place of the handler, for an emission that is under way.
  func remove(_ number: UInt32) {
    guard let index = handlers.firstIndex(where: { $0.number == number }) else { return }
    if handlers[index].action == nil { return }
    handlers[index].action = nil
    goneCount += 1
  }

  /// Gives up the places of those that are gone, unless an emission is under way.
  private func compact() {
    guard emissions == 0, goneCount > 0 else { return }
    handlers.removeAll { $0.action == nil }
    goneCount = 0
  }

  /// Calls the handlers that were there when the emission began.
  func call(_ arguments: Arguments, upTo last: UInt32) {
    emissions += 1
    var index = 0
    while index < handlers.count, handlers[index].number <= last {
      handlers[index].action?(arguments)
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
