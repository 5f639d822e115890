/// A descriptor that came with a message, or that waits to be sent with one.
///
/// It is closed when this object is let go, unless somebody has taken it.
public final class PassedDescriptor {
  private var owned: OwnedDescriptor?

  init(_ owned: consuming OwnedDescriptor) {
    self.owned = consume owned
  }

  /// The descriptor's number, which stays this object's; -1 once it was taken or closed.
  public var number: CInt { owned?.number ?? -1 }

  /// Hands the descriptor over to the caller, who has to close it.
  ///
  /// - Returns: The descriptor's number; -1 when it was taken or closed before.
  public func take() -> CInt {
    switch owned.take() {
    case .some(let descriptor): descriptor.release()
    case .none: -1
    }
  }

  /// Closes the descriptor; a second call does nothing.
  public func close() {
    owned = nil
  }
}

@available(*, unavailable)
extension PassedDescriptor: Sendable {}
