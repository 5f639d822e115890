/// What a message had too much of.
public struct MessageExcess: Hashable, Sendable {
  /// What was counted.
  public enum Subject: Hashable, Sendable {
    /// The message's bytes.
    case bytes
    /// The descriptors that go with it.
    case descriptors
  }

  /// What was counted.
  public let subject: Subject
  /// How many the message has.
  public let count: Int
  /// How many it may have; nil when the kernel does not tell.
  public let limit: Int?
}

extension MessageExcess: CustomStringConvertible {
  /// The reason as a fragment of a sentence.
  public var description: String {
    let message = "the message has \(count) \(subject)"
    return limit.map { "\(message), and at most \($0) are possible" } ?? message
  }
}

extension SocketError {
  static func tooLarge(
    _ subject: MessageExcess.Subject,
    count: Int,
    limit: Int?,
    during operation: Operation,
    systemError: SystemError? = nil,
    name: SocketName = .none
  ) -> SocketError {
    let excess = MessageExcess(subject: subject, count: count, limit: limit)
    return SocketError(
      .datagramTooLarge,
      during: operation,
      systemError: systemError,
      excess: excess,
      name: name
    )
  }
}
