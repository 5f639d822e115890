// Taking in what the kernel has, and telling of it.
extension LocalSocket {
  /// The least room that a read is given; less is made larger before the call.
  private static let leastSpace = 16384
  /// The room that a read is given where the last one brought a block or more: about what the kernel
  /// keeps of one socket.
  private static let largeSpace = 4 * BufferPool.blockSize

  /// How one pass over the descriptor ended.
  enum PassEnd {
    case drained
    /// The space was full, so the kernel may have more.
    case filled
    case closed
    case failed(SystemError)

    /// Why the connection is at its end, if it is.
    var error: SocketError? {
      switch self {
      case .drained, .filled: nil
      case .closed: SocketError(.peerClosed, during: .read)
      case .failed(let error): SocketError(.ofRead(error), during: .read, systemError: error)
      }
    }
  }

  /// Takes in what the kernel has and tells of it; says whether anything happened.
  ///
  /// An end that follows bytes is left for the next pass, so that the bytes are told of first.
  func receive() -> Bool {
    guard let number = descriptor?.number else { return false }
    if kind != .stream { return receiveMessages(from: number) }
    let before = input.count
    let end = takeIn(from: number)
    noteRoom()
    if input.count > before {
      if incoming != nil, !reportLoss() { return true }
      announceArrival()
      return true
    }
    guard let error = end.error, !retryReceiving(after: error) else { return false }
    finishReceiving(because: error)
    return true
  }

  /// How many bytes may be taken in; a device that throws them away has no limit.
  ///
  /// An empty message counts as a byte, and nobody can make this process hold descriptors without
  /// end.
  var room: Int {
    if incoming?.isFull == true { return 0 }
    if readBufferSize == 0 || !isReadable { return .max }
    let unread = input.count - lookahead.count + (incoming?.emptyCount ?? 0)
    return readBufferSize > unread ? readBufferSize - unread : 0
  }

  /// Lets the loop watch for what may be taken in now, after something left or came in.
  @inline(__always)
  func noteRoom() {
    if readBufferSize != 0 || incoming != nil { updateInterest() }
  }

  /// Whether bytes that come are taken in.
  var isReceiving: Bool { takesInput && room > 0 && !isPausing }

  /// Takes in the bytes that the kernel has now.
  ///
  /// One call is enough where it leaves space. Else a second one takes what the kernel says is left;
  /// what a fast peer adds meanwhile keeps the descriptor ready for the next turn, so that it cannot
  /// hold up the others. A stream that fills its block gets larger memory at once the next time, for
  /// the bytes of the first call would be copied there in the second.
  private func takeIn(from number: CInt) -> PassEnd {
    let room = room
    let before = input.count
    let space = arrivals.areLarge && input.isEmpty ? Self.largeSpace : Self.leastSpace
    let end = fillInput(from: number, atLeast: space, room: room)
    if input.count > before { arrivals.areLarge = input.count - before >= BufferPool.blockSize }
    guard case .filled = end else { return end }
    let left = SystemCalls.unreadCount(of: number)
    return fillInput(from: number, atLeast: left, room: min(left, room - input.count + before))
  }

  /// Takes in bytes up to a limit, with one call; at the end of a connection also where too many
  /// descriptors came.
  private func fillInput(
    from number: CInt,
    atLeast leastSpace: Int = leastSpace,
    room: Int,
    isLast: Bool = false
  ) -> PassEnd {
    guard room > 0, isLast || incoming?.isFull != true else { return .drained }
    do throws(SystemError) {
      let space = unsafe input.space(atLeast: leastSpace, atMost: room)
      let completion = unsafe try SystemCalls.receive(number, into: space, loop.envelope)
      if tries.receiving != nil { endPausing() }
      guard case .done(let count) = completion else {
        input.commit(0)
        return .drained
      }
      input.commit(count)
      if incoming != nil || !loop.envelope.isEmpty { noteStreamArrival(count) }
      if count == 0 { return .closed }
      return count == space.count ? .filled : .drained
    } catch {
      input.commit(0)
      return .failed(error)
    }
  }

  /// Takes in all that the kernel still has of a connection that is at its end, also beyond the read
  /// buffer's limit, lest it be lost.
  ///
  /// - Parameter limit: About how many bytes are enough.
  /// - Returns: How the peer ended the connection, if the kernel tells.
  func receiveRemainder(upTo limit: Int = .max) -> SocketError? {
    guard takesInput, let number = descriptor?.number else { return nil }
    if kind != .stream { return receiveRemainingMessages(from: number, upTo: limit) }
    let before = input.count
    var previous = -1
    var end = PassEnd.drained
    while input.count != previous, input.count - before < limit {
      previous = input.count
      end = fillInput(from: number, room: .max, isLast: true)
    }
    guard reportLoss() else { return nil }
    if input.count > before { announceArrival() }
    return end.error
  }

  /// About how many bytes ``receiveAvailable()`` takes in; a peer may write as fast as it reads.
  private static let availableLimit = 1 << 20

  /// Takes in what the kernel has now, also beyond the read buffer's limit, without waiting; that the
  /// peer has ended shows at the next turn.
  package func receiveAvailable() {
    if state == .connected { _ = receiveRemainder(upTo: Self.availableLimit) }
  }

  /// Ends a connection whose peer is gone although the read buffer is full.
  private func finishUnreceived() {
    let session = self.session
    let error = receiveRemainder() ?? SocketError(.peerClosed, during: .read)
    guard session == self.session, !retryReceiving(after: error) else { return }
    finish(because: error)
  }

  /// Ends a parked wait and sends the signal, in this order, so that whatever a handler does to the
  /// socket, the wait has seen the bytes.
  func announceArrival() {
    arrivals.passes &+= 1
    arrivals.isNew = waiters[.readyRead] == nil && arrivals.blockingWaits == 0
    settle(.readyRead, .satisfied)
    guard isReadable else { return clearInput() }
    if arrivals.holds > 0 {
      arrivals.isHeldBack = true
    } else if signals.tellsOfArrivals {
      loop.registrations.unpark(token)
      holdReadyRead()
      emit(.readyRead)
      releaseReadyRead()
    }
  }

  /// Keeps the signal of arrivals back until ``releaseReadyRead()``, for a handler that outlives
  /// the emission which called it.
  ///
  /// Calls nest.
  package func holdReadyRead() {
    arrivals.holds += 1
  }

  /// Lets the signal of arrivals go again, sending it if unread bytes came while it was held back.
  package func releaseReadyRead() {
    precondition(arrivals.holds > 0, "nothing holds the signal back")
    arrivals.holds -= 1
    while arrivals.holds == 0, arrivals.isHeldBack {
      arrivals.isHeldBack = false
      if !hasUnread { return }
      arrivals.holds += 1
      emit(.readyRead)
      arrivals.holds -= 1
    }
  }
}

extension LocalSocket: ReadinessHandler {
  func becameReady(_ readiness: Readiness) {
    let isEnding = readiness.contains(.hangUp)
    // First, because a pause may end while the others look at the clock.
    let isPausing = isPausing
    if isReceiving {
      if readiness.contains(.readable) || isEnding { _ = receive() }
    } else if isEnding, state == .connected, !isPausing {
      finishUnreceived()
    }
    if descriptor != nil, readiness.contains(.writable) || (isEnding && state == .closing) {
      _ = send(untilFull: false)
    }
  }

  func attemptAwaited() -> Bool {
    if isReceiving, receive() { return true }
    if waiters[.readyRead] == nil { missAnswer() }
    return false
  }

  /// Lets the loop try next before it asks what is ready: who has handlers for arrivals and has sent
  /// something expects an answer.
  @inline(__always)
  func expectAnswer() {
    guard signals.tellsOfArrivals else { return }
    arrivals.isOverdue = false
    loop.registrations.park(token)
  }

  /// Gives up an answer that did not come at once.
  ///
  /// The first time is too early to tell: the other end may have had no turn yet.
  private func missAnswer() {
    if arrivals.isOverdue { loop.registrations.unpark(token) }
    arrivals.isOverdue = true
  }

  func sendQueued(untilFull: Bool) {
    sending.isQueued = false
    _ = send(untilFull: untilFull)
  }
}
