extension LocalSocket {
  /// How many bytes are queued; what the kernel has taken does not count.
  public var bytesToWrite: Int { output.count }

  /// How many bytes were still queued when an error or the peer ended their connection, ever.
  package var lostByteCount: Int { sending.lostBytes }

  /// Queues bytes for the peer and returns without touching the kernel; mirrors `QIODevice::write`.
  ///
  /// On sockets that keep boundaries each write is one message, also an empty one.
  ///
  /// The bytes leave in the order of the calls: in the loop's next turn, in ``flush()``, or when a
  /// wait begins. The queue has no limit of its own; bound it with ``bytesToWrite``.
  ///
  /// - Parameter bytes: What to send; on streams, empty is allowed and queues nothing.
  /// - Returns: How many bytes were queued, always all; nil when there is no connection, its writing
  ///   end is shut down, it has no peer, or the device is not open for writing.
  public func write(_ bytes: [UInt8]) -> Int? {
    isWritable ? queue(bytes) : nil
  }

  /// Queues bytes for the peer, as the function that takes an array.
  ///
  /// - Parameter bytes: What to send; empty is allowed and queues nothing.
  /// - Returns: How many bytes were queued, always all; nil when there is no connection or the device
  ///   is not open for writing.
  public func write(_ bytes: Span<UInt8>) -> Int? {
    unsafe bytes.withUnsafeBytes { unsafe write($0) }
  }

  /// Queues bytes for the peer, as the function that takes an array.
  package func write(_ bytes: UnsafeRawBufferPointer) -> Int? {
    isWritable ? unsafe queue(bytes) : nil
  }

  /// Queues bytes for the peer, as the function that takes an array; large ones stay where they are.
  ///
  /// - Parameters:
  ///   - bytes: What to send.
  ///   - lend: Makes what keeps the bytes until they have left or are dropped; where it cannot, they
  ///     are copied. Small ones are copied without asking it.
  /// - Returns: How many bytes were queued, always all; nil as of the function that takes an array.
  package func write(_ bytes: UnsafeRawBufferPointer, lend: () -> (any LentBytes)?) -> Int? {
    guard isWritable else { return nil }
    if keeps(bytes.count), canQueue, let lent = lend() {
      output.keep(lent)
      queueSending()
      return bytes.count
    }
    return unsafe queue(bytes)
  }

  /// Queues one byte, as ``write(_:)-([UInt8])`` does; mirrors `QIODevice::putChar`.
  ///
  /// - Parameter byte: What to send.
  /// - Returns: Whether it was queued.
  @discardableResult
  public func putChar(_ byte: UInt8) -> Bool {
    unsafe withUnsafeBytes(of: byte) { unsafe write($0) } != nil
  }

  /// Queues bytes whatever the device was opened for.
  @inline(__always)
  func queue(_ bytes: [UInt8]) -> Int? {
    if keeps(bytes.count) { return keep(bytes) }
    return unsafe bytes.withUnsafeBytes { unsafe copy($0) }
  }

  /// Queues bytes as the function that takes an array.
  @inline(__always)
  func queue(_ bytes: UnsafeRawBufferPointer) -> Int? {
    if keeps(bytes.count) { return unsafe keep([UInt8](bytes)) }
    return unsafe copy(bytes)
  }

  @inline(__always)
  private func keeps(_ count: Int) -> Bool {
    output.keeps(count) && outgoing == nil
  }

  /// Whether there is a connection that takes bytes.
  private var canQueue: Bool { descriptor != nil && !ends.contains(.write) }

  private func keep(_ bytes: [UInt8]) -> Int? {
    guard canQueue else { return nil }
    output.keep(bytes)
    queueSending()
    return bytes.count
  }

  @inline(__always)
  private func copy(_ bytes: UnsafeRawBufferPointer) -> Int? {
    guard canQueue else { return nil }
    if outgoing != nil, !queueBoundary(bytes.count) { return nil }
    unsafe output.append(bytes)
    queueSending()
    return bytes.count
  }

  /// Sends what is queued, until the kernel has no more room; mirrors `QLocalSocket::flush`.
  ///
  /// - Returns: Whether something was sent; false also when a message was given up, whatever else was
  ///   sent, and then ``lastError`` tells why.
  ///
  /// The corresponding system calls are `send(2)` and `sendmsg(2)` with MSG_NOSIGNAL.
  @discardableResult
  public func flush() -> Bool {
    guard descriptor != nil, !isDrained else { return false }
    let lostMessages = sending.lostMessages
    return send() && sending.lostMessages == lostMessages
  }

  /// Whether nothing is queued, not even an empty message.
  package var isDrained: Bool { output.isEmpty && (outgoing == nil || outgoing?.isEmpty == true) }

  func queueSending() {
    guard !sending.isQueued, !sending.isBlocked, !isDrained else { return }
    sending.isQueued = true
    loop.queueSender(token)
  }

  /// How many bytes the loop sends of one socket in a turn, about; the kernel then tells when there is
  /// room for more.
  ///
  /// That is less than the kernel's buffer holds, so that no call is made only to learn that it is
  /// full, and several large writes, so that a peer on another processor works while this one does.
  private static let passSize = 262_144

  /// Sends until the queue is empty or the kernel is full, or by the loop so much that the others have
  /// to have their turn; says whether a byte was sent.
  func send(untilFull: Bool = true) -> Bool {
    if outgoing != nil { return sendMessages() }
    var hasSent = false
    var left = untilFull ? Int.max : Self.passSize
    while let number = descriptor?.number, !output.isEmpty {
      do throws(SystemError) {
        var size = 0
        let completion = unsafe try output.withLeavingBytes {
          (bytes, behind) throws(SystemError) in
          size = unsafe bytes.count + (behind?.count ?? 0)
          if let behind = unsafe behind {
            return unsafe try SystemCalls.send(number, bytes, behind)
          }
          return unsafe try SystemCalls.send(number, bytes)
        }
        guard case .done(let count) = completion else {
          tries.sending = nil
          break
        }
        hasSent = true
        left -= count
        output.consume(count)
        announceSent(count)
        // A handler has queued a message with descriptors.
        if outgoing != nil {
          _ = sendMessages()
          return true
        }
        if count < size || left <= 0 { break }
      } catch {
        if retrySending(after: error) { break }
        finish(because: SocketError(.ofWrite(error), during: .write, systemError: error))
        return hasSent
      }
    }
    finishSending()
    return hasSent
  }

  /// Takes note that the kernel took bytes.
  @inline(__always)
  func announceSent(_ count: Int) {
    sending.passes &+= 1
    if tries.sending != nil { tries.sending = nil }
    expectAnswer()
    settle(.bytesWritten, .satisfied)
    reportWritten(count)
  }

  /// Does what is due when the queue is empty or the kernel is full.
  func finishSending() {
    guard descriptor != nil else { return }
    updateWriteInterest()
    if !ends.isEmpty { finishWritingIfDrained() }
    finishClosingIfDrained()
  }

  /// Tells of bytes that the kernel took.
  ///
  /// While a handler runs it is not called again; what it sends is told of when it is done.
  private func reportWritten(_ count: Int) {
    guard signals.tellsOfSending else { return }
    loop.noteProgress()
    sending.unreported += count
    guard !sending.isReporting else { return }
    sending.isReporting = true
    while sending.unreported > 0 {
      let unreported = sending.unreported
      sending.unreported = 0
      emit(.bytesWritten(unreported))
    }
    sending.isReporting = false
  }

  /// Room is watched for only while the kernel has none, so that a write costs no change of
  /// interest; bytes are watched for only while they would be taken in.
  @inline(__always)
  private func updateWriteInterest() {
    let isBlocked = !isDrained
    if !isBlocked, sending.isQueued {
      sending.isQueued = false
      loop.unqueueSender(token)
    }
    guard isBlocked || sending.isBlocked else { return }
    sending.isBlocked = isBlocked
    updateInterest()
  }

  /// What the loop has to watch for.
  var interest: Readiness {
    var interest: Readiness = isReceiving ? .readable : []
    if sending.isBlocked, tries.sending == nil { interest.insert(.writable) }
    let mustSeeEnd = waiters[.disconnected] != nil || ends.contains(.read)
    return interest.isEmpty && state == .connected && mustSeeEnd && !isPausing ? .hangUp : interest
  }

  func updateInterest() {
    if token != .none { loop.setInterest(interest, of: token) }
  }
}
