/// The messages of the rounds.
enum Message {
  static let size = 64

  private static let even = [UInt8](repeating: UInt8(ascii: "a"), count: size)
  private static let odd = [UInt8](repeating: UInt8(ascii: "b"), count: size)

  /// The message of a round.
  ///
  /// Neighbouring rounds differ, so that a late reply is noticed.
  static func ofRound(_ round: Int) -> [UInt8] {
    round & 1 == 0 ? even : odd
  }
}
