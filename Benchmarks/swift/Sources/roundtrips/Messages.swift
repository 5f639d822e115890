/// The messages of the rounds, all of one size.
struct Messages {
  let size: Int
  private let even: [UInt8]
  private let odd: [UInt8]

  init(size: Int) {
    self.size = size
    even = [UInt8](repeating: UInt8(ascii: "a"), count: size)
    odd = [UInt8](repeating: UInt8(ascii: "b"), count: size)
  }

  /// The message of a round.
  ///
  /// Neighbouring rounds differ, so that a late reply is noticed.
  func ofRound(_ round: Int) -> [UInt8] {
    round & 1 == 0 ? even : odd
  }
}
