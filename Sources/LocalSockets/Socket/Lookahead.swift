/// The bytes at the front of a socket's input that were looked at before they are taken: peeked at,
/// put back, or read inside a transaction.
///
/// They are what Qt holds in a buffer of the device above that of the connection, so they do not
/// count against the read buffer's limit.
struct Lookahead {
  /// How many bytes.
  var count = 0
  /// How many of them a transaction has read; nil outside of one.
  var position: Int? {
    get { storedPosition < 0 ? nil : storedPosition }
    set { storedPosition = newValue ?? -1 }
  }
  /// Negative for nil, for which there would be another word in each socket.
  private var storedPosition = -1
}

// Transactions.
extension LocalSocket {
  /// Whether what is read can still be put back; mirrors `QIODevice::isTransactionStarted`.
  public var isTransactionStarted: Bool { lookahead.position != nil }

  /// Keeps all that is read from now on, so that it can be put back; mirrors
  /// `QIODevice::startTransaction`.
  ///
  /// What is read counts as gone meanwhile, and bytes that arrive can be read too. A disconnect
  /// changes nothing about it; a close and a new connection end it. Inside a transaction it does
  /// nothing, and neither on a socket that keeps boundaries.
  ///
  /// - Returns: Whether a transaction is under way now; false on a socket that keeps boundaries.
  @discardableResult
  public func startTransaction() -> Bool {
    if kind == .stream, !isTransactionStarted { lookahead.position = 0 }
    return isTransactionStarted
  }

  /// Drops what was read since the transaction began, and ends it; mirrors
  /// `QIODevice::commitTransaction`.
  ///
  /// Outside of a transaction it does nothing.
  public func commitTransaction() {
    guard let position = lookahead.position.take() else { return }
    input.consume(position)
    lookahead.count -= position
    if incoming != nil { consumeBoundaries(position) }
    noteRoom()
  }

  /// Makes what was read since the transaction began unread again, and ends it; mirrors
  /// `QIODevice::rollbackTransaction`.
  ///
  /// Outside of a transaction it does nothing.
  public func rollbackTransaction() {
    lookahead.position = nil
  }
}

// Putting back.
extension LocalSocket {
  /// Puts a byte in front of all unread ones; mirrors `QIODevice::ungetChar`.
  ///
  /// The byte need not be one that was read. No signal is sent.
  ///
  /// - Parameter byte: What is read next.
  /// - Returns: Whether it was put back; false when the device is not open for reading, inside a
  ///   transaction, and on a socket that keeps boundaries.
  @discardableResult
  public func ungetChar(_ byte: UInt8) -> Bool {
    guard isReadable, kind == .stream, !isTransactionStarted else { return false }
    input.prepend(byte)
    incoming?.prependByte()
    lookahead.count += 1
    return true
  }
}

extension LocalSocket {
  /// Takes bytes away from the front of what is unread; a transaction keeps them.
  @inline(__always)
  func passOver(_ count: Int) {
    guard count > 0 || incoming != nil else { return }
    arrivals.isNew = false
    if let position = lookahead.position {
      lookahead.position = position + count
      lookAt(0)
    } else {
      if incoming != nil { consumeBoundaries(count) }
      removeInput(count)
    }
  }

  /// Removes bytes at the front, with no regard to boundaries.
  func removeInput(_ count: Int) {
    input.consume(count)
    lookahead.count = max(0, lookahead.count - count)
    noteRoom()
  }

  /// Counts the first of the unread bytes as looked at.
  func lookAt(_ count: Int) {
    lookahead.count = max(lookahead.count, (lookahead.position ?? 0) + count)
    if readBufferSize != 0 { updateInterest() }
  }
}
