import Glibc

/// What is sent, its checks, and what is said to the driver; made from the command line.
struct Load {
  /// Where the server is, as each library names it.
  let name: ServerName
  /// Of a message, in bytes.
  let size: Int
  /// How many operations there are.
  let count: Int
  /// What a stream repeats.
  let streamMessage: [UInt8]
  private let even: [UInt8]
  private let odd: [UInt8]

  /// How many echoes a crowd has, about.
  static let echoes = 9900
  /// How many connections of a crowd are made at once.
  static let connectedAtOnce = 50
  /// After how many bytes a slow reader rests.
  static let restInterval = 1 << 20
  /// Of a stream; a prime, so that no power of two shifts the stream onto itself.
  private static let period = 251

  init?(_ arguments: some Collection<String>) {
    let numbers = arguments.dropFirst().compactMap(Int.init)
    guard let path = arguments.first, numbers.count == 2 else { return nil }
    name = ServerName(path)
    size = numbers[0]
    count = numbers[1]
    streamMessage = (0..<size).map { UInt8($0 % Self.period) }
    even = [UInt8](repeating: UInt8(ascii: "a"), count: size)
    odd = [UInt8](repeating: UInt8(ascii: "b"), count: size)
  }

  /// The message of a round.
  ///
  /// Neighbouring rounds differ, so that a late reply is noticed.
  func message(_ round: Int) -> [UInt8] {
    round & 1 == 0 ? even : odd
  }

  func check(_ reply: [UInt8]?, round: Int) {
    guard let reply, areEqual(reply, message(round)) else {
      fail("round \(round): the reply is not what was sent")
    }
  }

  /// What `==` says, without looking at one byte after the other.
  private func areEqual(_ first: [UInt8], _ second: [UInt8]) -> Bool {
    first.count == second.count && memcmp(first, second, first.count) == 0
  }

  /// Checks the first and the last byte of a piece that came after so many bytes.
  ///
  /// That costs little, and notices what is lost, double or moved.
  func check(_ piece: Span<UInt8>, position: Int) {
    guard piece[0] == streamByte(position),
      piece[piece.count - 1] == streamByte(position + piece.count - 1)
    else { fail("byte \(position): a piece of the stream is not what was sent") }
  }

  private func streamByte(_ position: Int) -> UInt8 {
    UInt8(position % size % Self.period)
  }
}

/// Prints a line for the driver at once.
func say(_ line: String) {
  print(line)
  fflush(nil)
}

/// Prints a word and waits until the driver has looked at this process's memory.
func pause(at word: String) {
  say(word)
  guard readLine() != nil else { fail("the driver has gone") }
}

func fail(_ reason: String) -> Never {
  say(reason)
  exit(1)
}

/// Measures how many operations a second are done from its making.
struct Stopwatch {
  private let started = ContinuousClock.now

  func printRate(of operations: Int, as word: String = "rate") {
    say("\(word) \(Double(operations) / (started.duration(to: .now) / .seconds(1)))")
  }
}
