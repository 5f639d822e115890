extension LocalSocket {
  /// How many bytes can be read without waiting; mirrors `QIODevice::bytesAvailable`.
  public var bytesAvailable: Int { input.count - (lookahead.position ?? 0) }
  /// Whether a whole line can be read without waiting; mirrors `QIODevice::canReadLine`.
  ///
  /// On sockets that keep boundaries the first message alone is looked at.
  public var canReadLine: Bool {
    guard let length = input.lineLength(from: lookahead.position ?? 0) else { return false }
    return kind == .stream || length <= readableCount
  }
  /// Whether nothing can be read now, which says nothing about the connection; mirrors
  /// `QIODevice::atEnd`.
  public var atEnd: Bool { !isOpen || !hasUnread }

  /// Takes bytes that have arrived; mirrors `QIODevice::read`.
  ///
  /// On sockets that keep boundaries it takes of the first message only, and what is not asked for
  /// stays as the beginning of the next.
  ///
  /// - Parameter maxLength: The most bytes that are taken.
  /// - Returns: The bytes; none when nothing is there yet; nil when nothing more can come, the device
  ///   is not open for reading or the length is negative.
  public func read(maxLength: Int) -> [UInt8]? {
    unsafe withUnreadBytes(upTo: maxLength) { unsafe [UInt8]($0) }
  }

  /// Takes all bytes that have arrived, or one message; mirrors `QIODevice::readAll`.
  ///
  /// - Returns: As ``read(maxLength:)``.
  public func readAll() -> [UInt8]? {
    read(maxLength: .max)
  }

  /// Takes all bytes that have arrived, or one message, and lends them to a closure: for large
  /// amounts cheaper than ``readAll()``, which copies them.
  ///
  /// In text mode, inside a transaction and on sockets that keep boundaries a copy is lent.
  ///
  /// - Parameter body: What uses the bytes, which have left the socket. It may call anything, also
  ///   write them or read on.
  /// - Returns: The closure's result, also for no bytes at all; nil where ``readAll()`` gives nil, and
  ///   then the closure was not called.
  @inlinable
  public func readAll<Result>(_ body: (Span<UInt8>) -> Result) -> Result? {
    var result: Result?
    lendAll { result = body($0) }
    return result
  }

  /// Takes bytes up to and with the first line feed, or all when there is none; mirrors
  /// `QIODevice::readLine`.
  ///
  /// - Parameter maxLength: The most bytes that are taken, where Qt gives one less; nil sets no limit.
  /// - Returns: As ``read(maxLength:)``.
  public func readLine(maxLength: Int? = nil) -> [UInt8]? {
    unsafe withUnreadLine(upTo: maxLength ?? .max) { unsafe [UInt8]($0) }
  }

  /// Takes a line as ``readLine(maxLength:)`` does, and lends it to a closure instead of making an
  /// array of it.
  ///
  /// - Parameters:
  ///   - maxLength: As there.
  ///   - body: What uses the line, as in ``readAll(_:)``.
  /// - Returns: As ``readAll(_:)``.
  @inlinable
  public func readLine<Result>(
    maxLength: Int? = nil,
    _ body: (Span<UInt8>) -> Result
  ) -> Result? {
    var result: Result?
    lendLine(upTo: maxLength ?? .max) { result = body($0) }
    return result
  }

  /// Takes one byte; mirrors `QIODevice::getChar`.
  ///
  /// - Returns: The byte; nil when none is there or the device is not open for reading.
  public func getChar() -> UInt8? {
    unsafe withUnreadBytes(upTo: 1) { unsafe $0.first } ?? nil
  }

  /// Gives bytes that have arrived and leaves them unread; mirrors `QIODevice::peek`.
  ///
  /// - Parameter maxLength: The most bytes that are given.
  /// - Returns: As ``read(maxLength:)``.
  public func peek(maxLength: Int) -> [UInt8]? {
    unsafe withPeekedBytes(upTo: maxLength) { unsafe [UInt8]($0) }
  }

  /// Drops bytes that have arrived; mirrors `QIODevice::skip`.
  ///
  /// - Parameter maxLength: The most bytes that are dropped.
  /// - Returns: How many bytes were dropped; nil where ``read(maxLength:)`` gives nil, and for a
  ///   length of 0 when nothing more can come.
  public func skip(maxLength: Int) -> Int? {
    hasEnded ? nil : unsafe withUnreadBytes(upTo: maxLength) { $0.count }
  }
}

// Reading without copies.
extension LocalSocket {
  /// Takes bytes without copying them: removes them and lends them to a closure.
  ///
  /// A device in text mode lends a translated copy.
  ///
  /// - Parameters:
  ///   - limit: The most bytes that are taken.
  ///   - body: What uses the bytes. Once it is done with them it may call the socket: making a value
  ///     of them can run the finalisers of other values.
  /// - Returns: The closure's result, also for no bytes at all; nil when nothing more can come, the
  ///   device is not open for reading or the limit is negative, and then the closure was not called.
  package func withUnreadBytes<Result>(
    upTo limit: Int,
    _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result? {
    guard canTake(upTo: limit) else { return nil }
    return unsafe lend(readableCount, upTo: limit, removing: true, body)
  }

  /// Takes a line, or all when there is no line feed, as ``withUnreadBytes(upTo:_:)`` does.
  package func withUnreadLine<Result>(
    upTo limit: Int,
    _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result? {
    guard canTake(upTo: limit) else { return nil }
    return unsafe lend(lineLength, upTo: limit, removing: true, body)
  }

  /// The bytes up to the next line feed, or of all when there is none.
  private var lineLength: Int {
    guard let length = input.lineLength(from: lookahead.position ?? 0) else { return readableCount }
    return kind == .stream ? length : min(length, readableCount)
  }

  /// Lends bytes as ``withUnreadBytes(upTo:_:)`` does, and leaves them unread.
  package func withPeekedBytes<Result>(
    upTo limit: Int,
    _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result? {
    guard canTake(upTo: limit) else { return nil }
    return unsafe lend(readableCount, upTo: limit, removing: false, body)
  }

  @usableFromInline
  func lendAll(_ body: (Span<UInt8>) -> Void) {
    if isTextModeEnabled || isTransactionStarted || incoming != nil {
      if let copy = readAll() { body(copy.span) }
    } else if canTake(upTo: .max) {
      let taken = takeInput()
      body(unsafe Span(_unsafeBytes: taken.bytes))
    }
  }

  @usableFromInline
  func lendLine(upTo limit: Int, _ body: (Span<UInt8>) -> Void) {
    guard canTake(upTo: limit) else { return }
    let length = lineLength
    // Lines are short: a copy, mostly on the stack, leaves the closure free to call anything.
    unsafe withUnsafeTemporaryAllocation(byteCount: min(length, limit), alignment: 1) { copy in
      let count = unsafe take(length, into: copy)
      body(unsafe Span(_unsafeBytes: UnsafeRawBufferPointer(rebasing: copy[..<count])))
    }
  }

  /// Takes what is made of the first `length` unread bytes, as much as there is room for.
  @inline(__always)
  private func take(_ length: Int, into copy: UnsafeMutableRawBufferPointer) -> Int {
    if isTextModeEnabled { return unsafe takeText(length, into: copy) }
    unsafe copy.copyMemory(from: input.bytes(from: lookahead.position ?? 0, count: copy.count))
    passOver(copy.count)
    return copy.count
  }

  private func takeText(_ length: Int, into copy: UnsafeMutableRawBufferPointer) -> Int {
    unsafe lend(length, upTo: copy.count, removing: true) { text in
      unsafe copy.copyMemory(from: text)
      return text.count
    }
  }

  /// Whether no bytes are there and none can come.
  private var hasEnded: Bool { !canArrive && !hasUnread }

  private func canTake(upTo limit: Int) -> Bool {
    isReadable && limit >= 0 && (!hasEnded || limit == 0)
  }

  /// Lends what is made of the first `length` unread bytes, and takes away or counts as looked at
  /// those that were used.
  @inline(__always)
  private func lend<Result>(
    _ length: Int,
    upTo limit: Int,
    removing: Bool,
    _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result {
    let start = lookahead.position ?? 0
    if isTextModeEnabled {
      let text = unsafe TranslatedText(input.bytes(from: start, count: length), upTo: limit)
      if removing { passOver(text.sourceCount) } else { lookAt(text.sourceCount) }
      return unsafe text.bytes.withUnsafeBytes(body)
    }
    let bytes = unsafe input.bytes(from: start, count: min(limit, length))
    loop.pool.beginLending()
    defer { loop.pool.endLending() }
    if removing { passOver(bytes.count) } else { lookAt(bytes.count) }
    return unsafe body(bytes)
  }

  /// Takes all unread bytes with the memory that they lie in.
  private func takeInput() -> ByteQueue {
    var taken = ByteQueue(pool: loop.pool)
    swap(&taken, &input)
    arrivals.isNew = false
    lookahead.count = 0
    noteRoom()
    return taken
  }

  func discardInput() {
    // First, because what is unread must never be less than what was looked at.
    lookahead = Lookahead()
    clearInput()
    arrivals.isNew = false
    arrivals.isHeldBack = false
  }
}
