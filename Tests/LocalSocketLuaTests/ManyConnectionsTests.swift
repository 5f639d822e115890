import Glibc
import Testing

/// As many connections as a process can have, through the module in stock lua5.4.
@Suite("Many connections", .enabled(if: StockLua.cpath != nil, StockLua.skipReason))
struct ManyConnectionsTests {
  @Test(.enabled(if: hardLimit >= 18_100, "the hard limit of descriptors is below 18,100"))
  func `nine thousand connections echo in one process`() throws {
    let outcome = try run("crowd.lua", "9000", descriptorLimit: 18_100)

    #expect(outcome.output == "9000 of 9000 echoed\n")
  }

  @Test func `clients outlast a lack of descriptors, and accepting goes on`() throws {
    let lines = try run("exhaustion.lua", descriptorLimit: 64).output.split(separator: "\n")

    try #require(lines.count == 3, "\(lines)")
    #expect(lines[0].hasPrefix("UnsupportedSocketOperationError\tcannot connect "))
    #expect(lines[0].hasSuffix("too many open files (errno 24)"))
    #expect(lines[1] == "SocketResourceError\ttrue")
    #expect(lines[2] == "every other client was served")
  }

  private func run(
    _ program: String,
    _ arguments: String...,
    descriptorLimit: Int
  ) throws -> Command {
    // A collection at each call would take time in proportion to the square of the connections.
    let script = "unset LSL_FULLGC; ulimit -S -n \"$1\" && shift && exec lua5.4 \"$@\""
    return try Command(
      ["sh", "-c", script, "sh", "\(descriptorLimit)", SpecFile.program(program)] + arguments,
      environment: StockLua.environment
    )
  }
}

/// How many descriptors a process may ask to have.
private let hardLimit: Int = {
  var limit = rlimit()
  unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  return Int(clamping: limit.rlim_max)
}()
