// What goes beside bytes: boundaries, senders, descriptors and credentials.
extension LocalSocket {
  /// The most descriptors that one message carries (SCM_MAX_FD in `unix(7)`).
  public static let descriptorLimit = 253

  /// Whether ``receiveMessage()`` has one to give, which may be an empty one; mirrors
  /// `QUdpSocket::hasPendingDatagrams`.
  public var hasPendingMessages: Bool {
    guard let incoming else { return !input.isEmpty }
    return !incoming.isEmpty
  }

  /// Takes the oldest message that has arrived, with what came beside its bytes; mirrors
  /// `QUdpSocket::receiveDatagram`.
  ///
  /// The functions that read bytes take from the same queue, on sockets that keep boundaries at most
  /// one message a call. Of a message that is longer than they were asked for, the rest stays. What
  /// came beside the bytes is closed and forgotten by them.
  ///
  /// - Returns: The message; nil when none is there, the device is not open for reading or a
  ///   transaction is under way.
  ///
  /// The corresponding system call, made by the loop before, is `recvmsg(2)`.
  public func receiveMessage() -> Message? {
    unsafe withMessage { bytes, part in
      unsafe Message(
        data: [UInt8](bytes),
        from: part.sender,
        descriptors: part.descriptors,
        credentials: part.credentials
      )
    }
  }

  /// Takes the oldest message as ``receiveMessage()`` does, and lends its bytes instead of copying
  /// them.
  ///
  /// - Parameter body: What uses the bytes and what came beside them. Once it is done with the bytes
  ///   it may call the socket.
  /// - Returns: The closure's result; nil where there is no message, and then it was not called.
  package func withMessage<Result>(
    _ body: (UnsafeRawBufferPointer, IncomingMessages.Part) -> Result
  ) -> Result? {
    guard isReadable, !isTransactionStarted, hasPendingMessages else { return nil }
    let part = incoming?.removeFirst() ?? IncomingMessages.Part(length: input.count)
    let bytes = unsafe UnsafeRawBufferPointer(rebasing: input.bytes[..<part.length])
    loop.pool.beginLending()
    defer { loop.pool.endLending() }
    removeInput(part.length)
    arrivals.isNew = false
    endBoundaries()
    return unsafe body(bytes, part)
  }

  /// Waits for a message and takes it, as ``receiveMessage()``.
  ///
  /// Only this socket is served meanwhile.
  ///
  /// - Parameter timeout: How long to wait at most; nil is for ever. When the time is up, the error
  ///   is ``SocketError/Code/socketTimeout``.
  /// - Returns: The message; nil when none came.
  public func receiveMessage(timeout: Duration?) -> Message? {
    let deadline = Deadline(timeout: timeout)
    repeat {
      if let message = receiveMessage() { return message }
    } while waitForReadyRead(until: deadline)
    return nil
  }

  /// Queues a message and returns without blocking.
  ///
  /// It leaves after what was written before, and what is written later leaves after it. On streams
  /// the descriptors go with the first byte. Descriptors are duplicated here, so the caller may close
  /// its own at once. A datagram that cannot be sent is dropped and reported, and the socket stays;
  /// so is a message that is too long for a seqpacket socket.
  ///
  /// - Parameters:
  ///   - bytes: What to send; on streams, at least one byte where descriptors go with it.
  ///   - name: To whom; nil for the peer. Only datagram sockets can address others.
  ///   - descriptors: The numbers of open descriptors that the receiver gets duplicates of, at most
  ///     ``descriptorLimit``.
  /// - Returns: How many bytes were queued, always all.
  /// - Throws: ``SocketError`` when the message can never be sent: the code is
  ///   ``SocketError/Code/operation`` without a connection or a device that is open for writing, or
  ///   for a descriptor that is not open; ``SocketError/Code/peerClosed`` where the peer has ended the
  ///   connection; ``SocketError/Code/datagramTooLarge`` for too many descriptors;
  ///   ``SocketError/Code/unsupportedSocketOperation`` for what this kind of socket has not.
  ///
  /// The corresponding system call, made later by the loop, is `sendmsg(2)` with MSG_NOSIGNAL.
  @discardableResult
  public func sendMessage(
    _ bytes: [UInt8],
    to name: SocketName? = nil,
    descriptors: [CInt] = []
  ) throws(SocketError) -> Int {
    _ = unsafe try bytes.span.withUnsafeBytes { bytes throws(SocketError) in
      unsafe try queueMessage(bytes, to: name, descriptors: descriptors)
    }
    return bytes.count
  }

  /// Sends a message and waits until the kernel has taken it.
  ///
  /// Only this socket is served meanwhile. A message whose time is up is not sent later, unless the
  /// kernel had room for a part of it, on a stream.
  ///
  /// - Parameters:
  ///   - bytes: What to send; on streams, at least one byte where descriptors go with it.
  ///   - name: To whom; nil for the peer. Only datagram sockets can address others.
  ///   - descriptors: The numbers of open descriptors that the receiver gets duplicates of, at most
  ///     ``descriptorLimit``.
  ///   - timeout: How long to wait at most for room; nil is for ever.
  /// - Returns: How many bytes were sent, always all.
  /// - Throws: ``SocketError`` as the function without a time, when the message could not be sent, and
  ///   with the code ``SocketError/Code/socketTimeout`` when the time was up.
  ///
  /// The corresponding system call is `sendmsg(2)` with MSG_NOSIGNAL.
  @discardableResult
  public func sendMessage(
    _ bytes: [UInt8],
    to name: SocketName? = nil,
    descriptors: [CInt] = [],
    timeout: Duration?
  ) throws(SocketError) -> Int {
    let deadline = Deadline(timeout: timeout)
    let delivery = unsafe try bytes.span.withUnsafeBytes { bytes throws(SocketError) in
      unsafe try queueMessage(bytes, to: name, descriptors: descriptors)
    }
    flush()
    _ = serve(until: deadline) { delivery.outcome == nil ? nil : true }
    if case .failed(let error) = delivery.outcome { throw error }
    guard delivery.outcome == nil else { return bytes.count }
    withdraw(delivery)
    if !deadline.isPast, let lastError { throw lastError }
    throw SocketError(.socketTimeout, during: .write, name: name ?? names.requested)
  }

  /// Whether each message tells who sent it; false at first.
  ///
  /// The kernel then knows the sender also of bytes that were sent before. A socket that is bound to
  /// no name is bound by the kernel to an abstract one when it next sends a message (unix(7)). Where
  /// the kernel refuses to tell, this stays false.
  ///
  /// The corresponding system call is `setsockopt(2)` with SO_PASSCRED.
  public var receivesCredentials: Bool {
    get { wantsCredentials }
    set {
      wantsCredentials = newValue
      applyCredentials()
    }
  }

  func applyCredentials() {
    guard let number = descriptor?.number else { return }
    do throws(SystemError) {
      try SystemCalls.setReceivesCredentials(number, wantsCredentials)
    } catch {
      wantsCredentials.toggle()
    }
  }
}
