internal import LocalSockets
internal import LuaBridge

// Arguments that several functions of the module take.

extension LuaCall {
  /// A time-out: milliseconds as a number, `-1` for ever, or a duration such as `"250ms"`.
  ///
  /// - Returns: When the wait is over.
  func deadline(_ index: Int32, default milliseconds: Int = 30_000) throws(LuaError) -> Deadline {
    if !hasArgument(index) { return .after(nanoseconds: Int64(milliseconds) * 1_000_000) }
    guard let nanoseconds = try nanoseconds(index, allowsForever: true) else { return .never }
    return .after(nanoseconds: nanoseconds)
  }

  /// A length of time, or `nil` for `-1`.
  func duration(_ index: Int32) throws(LuaError) -> Duration? {
    try nanoseconds(index, allowsForever: false).map { .nanoseconds($0) }
  }

  private func nanoseconds(_ index: Int32, allowsForever: Bool) throws(LuaError) -> Int64? {
    switch thread.type(at: index) {
    case .number:
      guard let number = thread.number(at: index), number.isFinite else {
        throw .argument(index, "a time must be a finite number of milliseconds")
      }
      // About 32 years, which a Deadline holds.
      if number > 1e12 { throw .argument(index, "a time is at most 1e12 ms") }
      if number >= 0 { return Int64((number * 1_000_000).rounded()) }
      if number == -1 && allowsForever { return nil }
      throw .argument(index, "a time cannot be negative" + (allowsForever ? ", but for -1" : ""))
    case .string:
      let text = try text(index)
      do throws(DurationText.Malformed) {
        return try DurationText.parse(text).nanoseconds
      } catch {
        let isForever = allowsForever && text.hasPrefix("-")
        throw .argument(index, "\(error)" + (isForever ? "; for ever is the number -1" : ""))
      }
    default:
      throw .argument(index, expected("number or duration", at: index))
    }
  }

  /// A number of bytes.
  func count(_ index: Int32) throws(LuaError) -> Int {
    let count = try integer(index)
    guard count >= 0 else { throw .argument(index, "a count cannot be negative") }
    return count
  }

  /// The most bytes of a line; 0 and nothing set no limit.
  func limit(_ index: Int32) throws(LuaError) -> Int {
    let limit = hasArgument(index) ? try count(index) : 0
    return limit == 0 ? .max : limit
  }

  /// How many connections the kernel may hold for a server.
  func backlog(_ index: Int32) throws(LuaError) -> Int {
    let size = try integer(index)
    guard size >= 0, size <= Int32.max else {
      throw .argument(index, "a backlog is from 0 to \(Int32.max)")
    }
    return size
  }

  /// A byte: an integer from 0 to 255, or a string of one byte.
  func byte(_ index: Int32) throws(LuaError) -> UInt8 {
    if let bytes = unsafe thread.bytes(at: index), bytes.count == 1 { return unsafe bytes[0] }
    if let byte = thread.integer(at: index).flatMap(UInt8.init(exactly:)) { return byte }
    throw .argument(index, "a byte is an integer from 0 to 255 or a string of one byte")
  }

  /// Bytes to send, which live as long as the call.
  ///
  /// A number is refused, though Lua's own functions make text of it: elsewhere in the module a number
  /// is a byte, a descriptor or a time.
  @unsafe func payload(_ index: Int32) throws(LuaError) -> UnsafeRawBufferPointer {
    if let bytes = unsafe thread.bytes(at: index) { return unsafe bytes }
    let isNumber = thread.type(at: index) == .number
    let advice = isNumber ? "; tostring makes text of it, string.pack bytes" : ""
    throw .argument(index, expected("string", at: index) + advice)
  }

  /// A socket's name, any bytes.
  func socketName(_ index: Int32) throws(LuaError) -> SocketName {
    SocketName(bytes: unsafe [UInt8](try bytes(index)))
  }

  func optionalName(_ index: Int32) throws(LuaError) -> SocketName? {
    hasArgument(index) ? try socketName(index) : nil
  }

  /// An open mode by Qt's name; `ReadWrite` when there is none.
  func openMode(_ index: Int32) throws(LuaError) -> OpenMode {
    try choice(index, of: OpenMode.connectable, \.name, default: .readWrite, "an open mode")
  }

  /// A state by Qt's name; `ConnectedState` when there is none.
  func socketState(_ index: Int32) throws(LuaError) -> LocalSocket.State {
    try choice(index, of: LocalSocket.State.all, \.name, default: .connected, "a state")
  }

  /// The kind of a socket; streams when there is none.
  func kind(_ index: Int32, of kinds: [SocketKind]) throws(LuaError) -> SocketKind {
    try choice(index, of: kinds, \.name, default: .stream, "a kind")
  }

  func shutdownDirection(_ index: Int32) throws(LuaError) -> ShutdownDirection {
    try choice(index, of: ShutdownDirection.all, \.name, default: nil, "a direction")
  }

  private func choice<Value>(
    _ index: Int32,
    of values: [Value],
    _ name: (Value) -> String,
    default standard: Value?,
    _ subject: String
  ) throws(LuaError) -> Value {
    if !hasArgument(index), let standard { return standard }
    let text = try text(index)
    if let value = values.first(where: { name($0) == text }) { return value }
    let names = values.map { "\"\(name($0))\"" }.joined(separator: ", ")
    throw .argument(index, "\(QuotedText(text)) is not \(subject); there are \(names)")
  }

  /// Reads a list: a table that holds nothing besides its elements.
  func forEachElement(
    _ index: Int32,
    of what: String,
    _ read: (_ position: Int) throws(LuaError) -> Void
  ) throws(LuaError) {
    guard thread.type(at: index) == .table else {
      throw .argument(index, expected("list of \(what)", at: index))
    }
    var fieldCount = 0
    thread.forEachPair(of: index) { fieldCount += 1 }
    let count = thread.rawLength(at: index)
    guard fieldCount == count else {
      throw .argument(index, "a table of \(what) is a list, without holes and other fields")
    }
    for position in 0..<count {
      thread.rawGet(position + 1, from: index)
      try read(position + 1)
      thread.pop()
    }
  }

  /// Checks an options table: a table or nothing, with no other than these fields.
  ///
  /// - Returns: Whether there is a table.
  func hasOptions(_ index: Int32, known: [String]) throws(LuaError) -> Bool {
    guard hasArgument(index) else { return false }
    guard thread.type(at: index) == .table else {
      throw .argument(index, expected("table", at: index))
    }
    try thread.forEachPair(of: index) { () throws(LuaError) in
      guard let name = thread.text(at: -2), known.contains(name) else {
        let options = known.joined(separator: ", ")
        let given = QuotedText(thread.display(at: -2), in: "'")
        throw .argument(index, "unknown option \(given); the options are \(options)")
      }
    }
    return true
  }

  /// Reads a field of an options table that is true or false; nothing is false.
  func flag(_ name: String, of options: Int32) throws(LuaError) -> Bool {
    try option(name, of: options) { (index) throws(LuaError) in
      hasArgument(index) ? try boolean(index) : false
    }
  }

  /// Reads a field of an options table; what is wrong with it is told by its name.
  func option<Value>(
    _ name: String,
    of options: Int32,
    _ read: (Int32) throws(LuaError) -> Value
  ) throws(LuaError) -> Value {
    thread.rawGet(name, from: options)
    defer { thread.pop() }
    do throws(LuaError) {
      return try read(thread.top)
    } catch {
      guard case .argument(_, let message) = error else { throw error }
      throw .argument(options, "\(name): \(message)")
    }
  }
}
