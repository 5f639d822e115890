import Glibc
import Testing

@Suite("Command line")
struct CommandLineTests {
  /// The binary that was built together with the tests, as scripts/test says.
  static let parley = unsafe getenv("PARLEY_BIN").map { unsafe String(cString: $0) }
  static let skipReason: Comment = "PARLEY_BIN names no binary; run scripts/test"
  private static let updates = unsafe getenv("UPDATE_CASES") != nil

  @Test(
    .enabled(if: parley != nil, skipReason),
    arguments: CommandCase.all
  )
  func `a command writes and returns what its case says, and leaves nothing`(
    of command: CommandCase
  ) throws {
    let result = command.run(try #require(Self.parley))
    if Self.updates { command.expect(result) }

    let expected = command.expected
    #expect(result.stdout == expected.stdout)
    #expect(result.stderr == expected.stderr)
    #expect(result.status == expected.status)
    #expect(result.leftovers == [])
  }

  @Test func `there are cases`() {
    #expect(CommandCase.all.count > 30)
  }
}
