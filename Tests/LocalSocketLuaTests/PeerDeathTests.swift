import TestSupport
import Testing

/// Two processes send each other 50 MiB, and one of them is killed in the middle.
@Suite("A peer that is killed", .enabled(if: StockLua.cpath != nil, StockLua.skipReason))
struct PeerDeathTests {
  private static let total = 50 << 20
  private let directory = TemporaryDirectory()

  // Moments as counts of bytes that the victim has got, so that a slow machine changes nothing. The
  // last one is another in each run, which a failure names.
  @Test(arguments: [1, 77_777, 3_141_592, 16_777_216, 31_415_926, 52_000_000, anyMoment()])
  func `a killed client is a prefix and one end to the server`(moment: Int) throws {
    let server = try start("listen")
    try #require(server.readLine() == "listening\n")
    let client = try start("connect", "\(moment)")

    #expect(server.finish().output == Self.survivorOutput)
    #expect(client.finish().status == 128 + 9)
  }

  @Test(arguments: [2, 271_828, 27_182_818, anyMoment()])
  func `a killed server is a prefix and one end to the client`(moment: Int) throws {
    let server = try start("listen", "\(moment)")
    try #require(server.readLine() == "listening\n")
    let client = try start("connect")

    #expect(client.finish().output == Self.survivorOutput)
    #expect(server.finish().status == 128 + 9)
  }

  private static func anyMoment() -> Int { .random(in: 1..<total) }

  private static let survivorOutput = """
    a prefix came
    errorOccurred PeerClosedError, disconnected

    """

  private func start(_ role: String, _ death: String...) throws -> Command.Running {
    let words = ["lua5.4", SpecFile.program("flood.lua"), role, directory.file("s")]
    return try Command.Running(
      words + ["\(Self.total)"] + death,
      environment: StockLua.environment
    )
  }
}
