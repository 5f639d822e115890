/// A descriptor that a service manager has passed to this process; see `sd_listen_fds(3)`.
///
/// Pass the number of a listening socket to ``LocalServer/listen(descriptor:)``.
public struct InheritedDescriptor: Hashable, Sendable {
  /// The descriptor's number; the first is 3.
  public let number: CInt
  /// What the service manager calls it; nil when it gives no name.
  public let name: String?

  private static let firstNumber: CInt = 3
  /// More than the kernel lets a process have open, unless its administrator says otherwise.
  private static let countLimit: CInt = 1 << 20

  /// What was passed to this process, in the order of the numbers.
  ///
  /// The environment variables `LISTEN_PID`, `LISTEN_FDS` and `LISTEN_FDNAMES` tell. They are looked
  /// up at each call and stay set, and the descriptors are neither looked at nor changed: until one
  /// is adopted, child processes inherit it.
  ///
  /// - Returns: One entry a descriptor; none when the variables are unset, malformed or meant for
  ///   another process.
  public static func all() -> [InheritedDescriptor] {
    parse(
      process: SystemCalls.environmentVariable("LISTEN_PID"),
      count: SystemCalls.environmentVariable("LISTEN_FDS"),
      names: SystemCalls.environmentVariable("LISTEN_FDNAMES"),
      ownProcess: SystemCalls.processIdentifier()
    )
  }

  package static func parse(
    process: [UInt8]?,
    count: [UInt8]?,
    names: [UInt8]?,
    ownProcess: CInt
  ) -> [InheritedDescriptor] {
    guard number(process) == ownProcess, let count = number(count),
      count > 0, count <= countLimit
    else { return [] }
    let names = names?.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false) ?? []
    return (0..<count).map { index in
      let name = Int(index) < names.count ? names[Int(index)] : []
      return InheritedDescriptor(
        number: firstNumber + index,
        name: name.isEmpty ? nil : String(decoding: name, as: UTF8.self)
      )
    }
  }

  private static func number(_ text: [UInt8]?) -> CInt? {
    text.flatMap { CInt(String(decoding: $0, as: UTF8.self)) }
  }
}
