// Sending with boundaries, or with something beside the bytes.
extension LocalSocket {
  /// Queues a message whose fate somebody wants to know.
  ///
  /// Whoever waits for it without blocking waits for ``WaitCondition/bytesWritten`` until it has an
  /// outcome; a message that was given up may be withdrawn.
  package func queueMessage(
    _ bytes: UnsafeRawBufferPointer,
    to name: SocketName?,
    descriptors: [CInt]
  ) throws(SocketError) -> Delivery {
    guard isWritable, descriptor != nil, !ends.contains(.write) else {
      let code: SocketError.Code = wasEndedByPeer ? .peerClosed : .operation
      throw SocketError(code, during: .write, name: names.requested)
    }
    try checkKind(allows: bytes.count, to: name, descriptors.count)
    let delivery = Delivery()
    if kind == .stream, bytes.count == 0 {
      delivery.end(.sent)
      return delivery
    }
    let part = OutgoingMessages.Part(
      length: bytes.count,
      address: try name.map { name throws(SocketError) in try resolve(name, for: .write) },
      descriptors: try duplicates(of: descriptors),
      delivery: delivery
    )
    outgoingForMessages().append(part)
    unsafe output.append(bytes)
    queueSending()
    return delivery
  }

  private func checkKind(
    allows length: Int,
    to name: SocketName?,
    _ descriptorCount: Int
  ) throws(SocketError) {
    if descriptorCount > Self.descriptorLimit {
      throw .tooLarge(
        .descriptors,
        count: descriptorCount,
        limit: Self.descriptorLimit,
        during: .write
      )
    }
    if name != nil, kind != .datagram {
      throw SocketError(
        .unsupportedSocketOperation,
        during: .write,
        messageError: .addressed,
        name: name ?? .none
      )
    }
    if kind == .stream, length == 0, descriptorCount > 0 {
      throw SocketError(.unsupportedSocketOperation, during: .write, messageError: .withoutBytes)
    }
    if name == nil, outgoing?.hasPeer == false {
      throw SocketError(.operation, during: .write, messageError: .withoutAddress)
    }
  }

  func resolve(
    _ name: SocketName,
    for operation: SocketError.Operation
  ) throws(SocketError) -> SocketAddress {
    do throws(SocketNameError) {
      return try SocketAddress(name)
    } catch {
      throw SocketError(.serverNotFound, during: operation, nameError: error, name: name)
    }
  }

  private func duplicates(of numbers: [CInt]) throws(SocketError) -> [PassedDescriptor] {
    try numbers.map { number throws(SocketError) in
      do throws(SystemError) {
        return PassedDescriptor(try SystemCalls.duplicate(number), notedIn: loop.passedNumbers)
      } catch {
        let isClosed = error.isOfClosedDescriptor
        throw SocketError(
          isClosed ? .operation : .socketResource,
          during: .write,
          systemError: error,
          descriptorError: isClosed ? .notOpen : nil,
          descriptor: number
        )
      }
    }
  }

  /// How many messages were given up, ever; tells a wait whether that was why it ended.
  package var lostMessageCount: UInt32 { sending.lostMessages }

  /// What keeps the boundaries of queued bytes, those of a stream that are there already included.
  private func outgoingForMessages() -> OutgoingMessages {
    if let outgoing { return outgoing }
    let outgoing = OutgoingMessages(hasPeer: true)
    output.gather()
    outgoing.appendToStream(output.count)
    self.outgoing = outgoing
    return outgoing
  }

  /// Enters bytes that are about to be written; says whether there is a peer to write to.
  func queueBoundary(_ count: Int) -> Bool {
    guard let outgoing, outgoing.hasPeer else { return false }
    if kind == .stream {
      outgoing.appendToStream(count)
    } else {
      outgoing.append(OutgoingMessages.Part(length: count))
    }
    return true
  }

  /// Does the work of ``send()`` part by part; says whether one was sent.
  func sendMessages() -> Bool {
    var hasSent = false
    while let number = descriptor?.number, let part = outgoing?.first {
      do throws(SystemError) {
        guard case .done(let count) = try send(part, on: number) else {
          awaitRoom(for: part)
          break
        }
        hasSent = true
        noteSent(count)
      } catch {
        if retrySending(after: error) { break }
        if isEnd(error) {
          finish(because: SocketError(.ofWrite(error), during: .write, systemError: error))
          return hasSent
        }
        giveUp(part, because: error, on: number)
      }
    }
    if isDrained { settle(.bytesWritten, .failed) }
    if kind == .stream, outgoing?.isEmpty == true { outgoing = nil }
    finishSending()
    return hasSent
  }

  private func send(
    _ part: OutgoingMessages.Part,
    on number: CInt
  ) throws(SystemError) -> Completion {
    unsafe try output.withFirstBytes { (bytes) throws(SystemError) in
      unsafe try SystemCalls.sendMessage(
        number,
        UnsafeRawBufferPointer(rebasing: bytes[..<part.length]),
        to: part.address,
        with: part.descriptors.map(\.number)
      )
    }
  }

  private func noteSent(_ count: Int) {
    output.consume(count)
    outgoing?.consume(count)
    announceSent(count)
  }

  /// A socket can only be watched for the room at its own peer.
  private func awaitRoom(for part: OutgoingMessages.Part) {
    if part.address == nil {
      tries.sending = nil
    } else {
      retrySending(within: nil)
    }
  }

  /// Whether an error of sending ends the connection, and not the one message.
  private func isEnd(_ error: SystemError) -> Bool {
    kind != .datagram && !error.concernsOneMessage
  }

  private func giveUp(_ part: OutgoingMessages.Part, because error: SystemError, on number: CInt) {
    let name = part.address?.socketName ?? names.requested
    let failure =
      error.isOfLongMessage
      ? SocketError.tooLarge(
        .bytes,
        count: part.length,
        limit: SystemCalls.messageLimit(of: number),
        during: .write,
        systemError: error,
        name: name
      )
      : SocketError(
        .ofMessage(error),
        during: .write,
        systemError: error,
        mismatchedKind: error.isOfOtherKind ? kind : nil,
        name: name
      )
    tries.sending = nil
    output.consume(outgoing?.dropFirst(because: failure) ?? 0)
    sending.lostMessages &+= 1
    // Before the wait ends, which looks for its reason, and that before the signal.
    record(failure)
    settle(.bytesWritten, .failed)
    emit(.errorOccurred(failure.code))
  }

  /// Gives up a message that was queued: it is not sent if no byte of it was yet.
  ///
  /// What follows from its going, as the end of a connection that waits for it, is left to the loop's
  /// next turn.
  package func withdraw(_ delivery: Delivery) {
    guard let place = outgoing?.remove(delivery) else { return }
    output.remove(place.count, at: place.lowerBound)
    if place.lowerBound == 0 { tries.sending = nil }
    guard !sending.isQueued, token != .none else { return }
    sending.isQueued = true
    loop.queueSender(token)
  }

  /// Drops all that is queued; without an error it was dropped on the user's demand.
  func discardOutput(because error: @autoclosure () -> SocketError? = nil) {
    output.clear()
    guard let outgoing else { return }
    if kind == .stream { self.outgoing = nil }
    outgoing.fail(because: error() ?? SocketError(.operation, during: .write))
  }
}
