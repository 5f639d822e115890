// What Qt's `QIODevice` says of every device, as far as it means something for a connection.
extension LocalSocket {
  /// Whether the device is open, whatever the state; mirrors `QIODevice::isOpen`.
  public var isOpen: Bool { openMode != .notOpen }
  /// Whether the device is open for reading; mirrors `QIODevice::isReadable`.
  public var isReadable: Bool { openMode.contains(.readOnly) }
  /// Whether the device is open for writing; mirrors `QIODevice::isWritable`.
  public var isWritable: Bool { openMode.contains(.writeOnly) }
  /// Whether bytes can only be read in their order, as they always can; mirrors
  /// `QIODevice::isSequential`.
  public var isSequential: Bool { true }

  /// Whether reading leaves out each carriage return; mirrors `QIODevice::isTextModeEnabled`.
  public var isTextModeEnabled: Bool { openMode.contains(.text) }

  /// Sets whether reading leaves out each carriage return; mirrors `QIODevice::setTextModeEnabled`.
  ///
  /// What is written stays as it is, and so does what ``bytesAvailable`` counts.
  ///
  /// - Parameter isEnabled: Whether it does. On a closed device it is ignored.
  public func setTextModeEnabled(_ isEnabled: Bool) {
    guard isOpen else { return }
    if isEnabled { openMode.insert(.text) } else { openMode.remove(.text) }
  }

  /// Always 0, because a connection has no positions; mirrors `QIODevice::pos`.
  public var pos: Int { 0 }
  /// The same as ``bytesAvailable``; mirrors `QIODevice::size`.
  public var size: Int { bytesAvailable }

  /// Refuses, because a connection has no positions; mirrors `QIODevice::seek`.
  ///
  /// - Parameter position: Is not looked at.
  /// - Returns: Always false.
  public func seek(_ position: Int) -> Bool { false }

  /// Refuses, because a connection has no beginning to return to; mirrors `QIODevice::reset`.
  ///
  /// - Returns: Always false.
  public func reset() -> Bool { seek(0) }

  /// How many channels can be read, at most one; mirrors `QIODevice::readChannelCount`.
  public var readChannelCount: Int { isReadable ? 1 : 0 }
  /// How many channels can be written, at most one; mirrors `QIODevice::writeChannelCount`.
  public var writeChannelCount: Int { isWritable ? 1 : 0 }
  /// The number of the only channel; mirrors `QIODevice::currentReadChannel`.
  public var currentReadChannel: Int { 0 }
  /// The number of the only channel; mirrors `QIODevice::currentWriteChannel`.
  public var currentWriteChannel: Int { 0 }

  /// Sets what ``errorString`` says; mirrors `QIODevice::setErrorString`.
  ///
  /// - Parameter text: The text; an empty one stands for "Unknown error".
  public func setErrorString(_ text: String) {
    failure.text = text.isEmpty ? nil : text
  }
}

// The connection below the device, for devices that are built upon this one.
extension LocalSocket {
  /// Takes bytes as they came, past what was looked at, a transaction and text mode; mirrors
  /// `QLocalSocket::readData`.
  ///
  /// - Parameter maxLength: The most bytes that are taken.
  /// - Returns: As ``read(maxLength:)``.
  public func readData(maxLength: Int) -> [UInt8]? {
    unsafe withData(upTo: maxLength) { unsafe [UInt8]($0) }
  }

  /// Takes bytes as ``readData(maxLength:)`` does, and lends them as ``withUnreadBytes(upTo:_:)``.
  package func withData<Result>(
    upTo limit: Int,
    _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result? {
    unsafe takeData(.max, upTo: limit, body)
  }

  /// Takes a line, or all when there is no line feed, as ``readData(maxLength:)`` does; mirrors
  /// `QLocalSocket::readLineData`.
  ///
  /// - Parameter maxLength: The most bytes that are taken.
  /// - Returns: As ``read(maxLength:)``.
  public func readLineData(maxLength: Int) -> [UInt8]? {
    let line = input.lineLength(from: dataStart) ?? .max
    return unsafe takeData(line, upTo: maxLength) { unsafe [UInt8]($0) }
  }

  /// Drops bytes as ``readData(maxLength:)`` takes them; mirrors `QLocalSocket::skipData`.
  ///
  /// - Parameter maxLength: The most bytes that are dropped.
  /// - Returns: How many bytes were dropped; nil where ``readData(maxLength:)`` gives nil.
  public func skipData(maxLength: Int) -> Int? {
    unsafe takeData(.max, upTo: maxLength) { $0.count }
  }

  /// Queues bytes for the peer, however the device was opened; mirrors `QLocalSocket::writeData`.
  ///
  /// - Parameter bytes: What to send.
  /// - Returns: How many bytes were queued, always all; nil when there is no connection or the device
  ///   is closed.
  public func writeData(_ bytes: [UInt8]) -> Int? {
    isOpen ? queue(bytes) : nil
  }

  /// Queues bytes as the function that takes an array.
  package func writeData(_ bytes: UnsafeRawBufferPointer) -> Int? {
    isOpen ? unsafe queue(bytes) : nil
  }

  /// Where the bytes begin that nobody has looked at; with boundaries these cannot be passed over.
  private var dataStart: Int { incoming == nil ? lookahead.count : 0 }

  private func takeData<Result>(
    _ length: Int,
    upTo limit: Int,
    _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result? {
    let start = dataStart
    let available = incoming == nil ? input.count - start : readableCount
    guard isReadable, limit >= 0, canArrive || available > 0 else { return nil }
    let count = min(length, available, limit)
    let bytes = unsafe UnsafeRawBufferPointer(rebasing: input.bytes[start..<start + count])
    // Bytes that stand before others are moved to where these were.
    let copy = start > 0 ? unsafe [UInt8](bytes) : nil
    loop.pool.beginLending()
    defer { loop.pool.endLending() }
    removeData(count, at: start)
    return unsafe copy?.withUnsafeBytes(body) ?? body(bytes)
  }

  private func removeData(_ count: Int, at start: Int) {
    if incoming != nil { return passOver(count) }
    guard count > 0 else { return }
    input.remove(count, at: start)
    arrivals.isNew = false
    if readBufferSize != 0 { updateInterest() }
  }
}
