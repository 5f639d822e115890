/// A descriptor that came with a message, or that waits to be sent with one.
///
/// It is closed when this object is let go, unless somebody has taken it.
public final class PassedDescriptor {
  private var owned: OwnedDescriptor?
  private let ledger: PassedNumbers

  init(_ owned: consuming OwnedDescriptor, notedIn ledger: PassedNumbers) {
    self.ledger = ledger
    ledger.numbers.insert(owned.number)
    self.owned = consume owned
  }

  deinit {
    close()
  }

  /// The descriptor's number, which stays this object's; -1 once it was taken or closed.
  public var number: CInt { owned?.number ?? -1 }

  /// Hands the descriptor over to the caller, who has to close it.
  ///
  /// - Returns: The descriptor's number; -1 when it was taken or closed before.
  public func take() -> CInt {
    ledger.numbers.remove(number)
    return switch owned.take() {
    case .some(let descriptor): descriptor.release()
    case .none: -1
    }
  }

  /// Closes the descriptor; a second call does nothing.
  public func close() {
    ledger.numbers.remove(number)
    owned = nil
  }
}

@available(*, unavailable)
extension PassedDescriptor: Sendable {}

/// The numbers that are passed descriptors' own, so that nobody adopts one and closes it a second
/// time.
final class PassedNumbers {
  fileprivate(set) var numbers: Set<CInt> = []
}
