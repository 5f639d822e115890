// Taking in messages whole, and keeping the boundaries of unread bytes.
extension LocalSocket {
  /// How many messages one pass takes in at most, so that a fast peer cannot hold up the others.
  private static let messagesPerPass = 64

  /// How many of the unread bytes one read may take.
  var readableCount: Int {
    guard kind != .stream, let incoming else { return bytesAvailable }
    return incoming.firstLength
  }

  /// Whether there is something to read, which may be an empty message.
  var hasUnread: Bool { kind == .stream ? bytesAvailable > 0 : hasPendingMessages }

  /// Prepares a connection of a socket that keeps boundaries.
  func prepareBoundaries(hasPeer: Bool) {
    guard kind != .stream else { return }
    incoming = IncomingMessages()
    outgoing = OutgoingMessages(hasPeer: hasPeer)
  }

  /// Takes note that bytes were read without asking what came with them.
  func consumeBoundaries(_ count: Int) {
    incoming?.consume(count)
    endBoundaries()
  }

  /// Lets a stream whose unread bytes have no boundaries left go back to knowing none.
  func endBoundaries() {
    guard kind == .stream, incoming?.isEmpty == true else { return }
    incoming = nil
    updateInterest()
  }

  /// Removes all unread bytes with what came beside them.
  func clearInput() {
    input.clear()
    guard incoming != nil else { return }
    incoming?.removeAll()
    endBoundaries()
    updateInterest()
  }

  /// Enters bytes of a stream of which not all came alone.
  func noteStreamArrival(_ count: Int) {
    let incoming = incoming ?? IncomingMessages()
    if self.incoming == nil, input.count > count {
      incoming.appendToStream(IncomingMessages.Part(length: input.count - count, isOpen: true))
    }
    self.incoming = incoming
    guard count > 0 else { return }
    noteLoss()
    let descriptors = takeDescriptors()
    incoming.appendToStream(
      IncomingMessages.Part(
        length: count,
        descriptors: descriptors,
        credentials: loop.envelope.credentials,
        isOpen: descriptors.isEmpty
      )
    )
  }

  /// Takes in the messages that the kernel has and tells of them; says whether anything happened.
  func receiveMessages(from number: CInt) -> Bool {
    guard let incoming else { return false }
    let before = incoming.arrivalCount
    // For a parked wait one message is enough, which saves the call that would find no more; the
    // descriptor stays readable while there is more.
    let isAwaited = waiters[.readyRead] != nil
    let end = fillMessages(from: number) {
      room > 0 && !(isAwaited && incoming.arrivalCount != before)
    }
    noteRoom()
    let hasArrived = incoming.arrivalCount != before
    let hasFailed = incoming.failure != nil
    guard reportLoss() else { return true }
    if hasArrived { announceArrival() }
    guard !hasArrived, let error = end.error else { return hasArrived || hasFailed }
    if retryReceiving(after: error) { return hasFailed }
    guard kind == .datagram else {
      finishReceiving(because: error)
      return true
    }
    // A datagram socket has no connection that an error could end.
    pauseReceiving(within: nil)
    report(error)
    return true
  }

  /// Takes in the messages that the kernel still has of a connection that is at its end.
  ///
  /// - Returns: How the peer ended the connection, if the kernel tells.
  func receiveRemainingMessages(from number: CInt, upTo limit: Int) -> SocketError? {
    guard let incoming else { return nil }
    let before = incoming.arrivalCount
    let bytesBefore = input.count
    var previous = -1
    var end = PassEnd.drained
    while incoming.arrivalCount != previous, input.count - bytesBefore < limit {
      previous = incoming.arrivalCount
      end = fillMessages(from: number)
    }
    guard reportLoss() else { return nil }
    if incoming.arrivalCount != before { announceArrival() }
    return end.error
  }

  /// Takes in messages for as long as there is room; each is taken in whole, however small the room.
  private func fillMessages(from number: CInt, while hasRoom: () -> Bool = { true }) -> PassEnd {
    for _ in 0..<Self.messagesPerPass where hasRoom() {
      do throws(SystemError) {
        try prepareEnd(of: number)
        let hasMessage = try fillMessage(from: number)
        if tries.receiving != nil { endPausing() }
        guard let hasMessage else { return .drained }
        if !hasMessage { return .closed }
      } catch {
        input.commit(0)
        return .failed(error)
      }
    }
    return .drained
  }

  /// Takes in one message, asking for its length first, so that none is ever cut.
  ///
  /// Returns false where the peer has finished, and nil where nothing is there yet.
  private func fillMessage(from number: CInt) throws(SystemError) -> Bool? {
    guard case .done(let length) = try SystemCalls.nextMessageLength(number) else { return nil }
    let space = unsafe input.space(atLeast: max(length, 1))
    let completion = unsafe try SystemCalls.receiveMessage(number, into: space, loop.envelope)
    guard case .done(let count) = completion, count > 0 || !isAtEnd else {
      input.commit(0)
      return completion == .wouldBlock ? nil : false
    }
    enterMessage(count, limit: space.count)
    return true
  }

  /// Asks for the time of each message, before the first is taken in.
  ///
  /// An empty message and the end both are a receive of no bytes, but only the message has a time.
  private func prepareEnd(of number: CInt) throws(SystemError) {
    guard kind == .seqpacket, let incoming, !incoming.hasTimes else { return }
    try SystemCalls.setReceivesTimes(number)
    incoming.hasTimes = true
  }

  /// Whether a receive of no bytes was the end, which only a connection has.
  private var isAtEnd: Bool { kind == .seqpacket && loop.envelope.isEmpty }

  /// A message that was cut, because another process took the one whose length was asked for, is
  /// dropped and reported.
  private func enterMessage(_ length: Int, limit: Int) {
    let message = IncomingMessages.Part(
      length: length,
      sender: loop.envelope.sender,
      descriptors: takeDescriptors(),
      credentials: loop.envelope.credentials
    )
    noteLoss()
    if loop.envelope.isCut {
      input.commit(0)
      incoming?.note(.tooLarge(.bytes, count: length, limit: limit, during: .read))
    } else {
      input.commit(length)
      incoming?.append(message)
    }
  }

  /// Takes over the descriptors that came, if the socket may have them.
  ///
  /// It may not where it holds too many already, and its connection is at an end so that they cannot
  /// wait in the kernel.
  private func takeDescriptors() -> [PassedDescriptor] {
    let descriptors = loop.envelope.takeDescriptors(notedIn: loop.passedNumbers)
    guard incoming?.isFull == true, !descriptors.isEmpty else { return descriptors }
    incoming?.note(SocketError(.socketResource, during: .read, systemError: .lostDescriptors))
    return []
  }

  /// Takes note of descriptors that the kernel had to close: this process cannot have so many.
  private func noteLoss() {
    guard loop.envelope.hasLostDescriptors else { return }
    incoming?.note(SocketError(.socketResource, during: .read, systemError: .lostDescriptors))
  }

  /// Tells of what went wrong beside the bytes that came; says whether the connection still stands.
  func reportLoss() -> Bool {
    guard let error = incoming?.takeFailure() else { return true }
    let session = self.session
    report(error)
    return session == self.session
  }
}
