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
      guard let number = thread.number(at: index), number.isFinite, abs(number) < 1e12 else {
        throw .argument(index, "a time must be a finite number of milliseconds")
      }
      if number >= 0 { return Int64((number * 1_000_000).rounded()) }
      if number == -1 && allowsForever { return nil }
      throw .argument(index, "a time cannot be negative" + (allowsForever ? ", but for -1" : ""))
    case .string:
      let text = try text(index)
      do throws(DurationText.Malformed) {
        return try DurationText.parse(text).nanoseconds
      } catch {
        throw .argument(index, error.description)
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

  /// A socket's name, any bytes.
  func socketName(_ index: Int32) throws(LuaError) -> SocketName {
    SocketName(bytes: try byteArray(index))
  }

  private func byteArray(_ index: Int32) throws(LuaError) -> [UInt8] {
    unsafe [UInt8](try bytes(index))
  }

  /// An open mode by Qt's name; `ReadWrite` when there is none.
  func openMode(_ index: Int32) throws(LuaError) -> OpenMode {
    guard hasArgument(index) else { return .readWrite }
    switch thread.text(at: index) {
    case "ReadOnly": return .readOnly
    case "WriteOnly": return .writeOnly
    case "ReadWrite": return .readWrite
    default:
      throw .argument(index, "an open mode is \"ReadOnly\", \"WriteOnly\" or \"ReadWrite\"")
    }
  }

  /// The kind of a socket.
  func requireStreamKind(_ index: Int32) throws(LuaError) {
    guard hasArgument(index) else { return }
    guard thread.text(at: index) == "stream" else {
      throw .argument(index, "the kind of a socket is \"stream\"")
    }
  }

  /// Pushes a field of an options table, and gives its index.
  func option(_ name: String, of options: Int32) -> Int32 {
    thread.rawGet(name, from: options)
    return thread.top
  }
}
