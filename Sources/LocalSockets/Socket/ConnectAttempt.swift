/// A connect that is made again after pauses, because the server's queue is full.
///
/// A local connect has no readiness to wait for: the unconnected socket counts as writable.
final class ConnectAttempt {
  private var descriptor: OwnedDescriptor?
  let address: SocketAddress
  let mode: OpenMode
  let retries = Retries()

  init(
    _ descriptor: consuming OwnedDescriptor,
    to address: SocketAddress,
    mode: OpenMode
  ) {
    self.descriptor = consume descriptor
    self.address = address
    self.mode = mode
  }

  /// Makes the call once.
  func connect() throws(SystemError) -> Completion {
    guard let number = descriptor?.number else { preconditionFailure("the attempt is over") }
    return try SystemCalls.connect(number, to: address)
  }

  /// Hands over the descriptor and makes no further try.
  func end() -> OwnedDescriptor {
    guard let descriptor = descriptor.take() else { preconditionFailure("the attempt is over") }
    return descriptor
  }
}
