/// A connect that goes on: the server's queue was full, or its signals are being sent.
///
/// A local connect has no readiness to wait for (the unconnected socket counts as writable), so it
/// is made again after pauses.
final class ConnectAttempt {
  var descriptor: OwnedDescriptor?
  let address: SocketAddress
  var mode: OpenMode
  /// The tries while the server's queue is full.
  var retries: Retries?

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
}
