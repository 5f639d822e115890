import Glibc
import Testing

@Suite(
  "Examples",
  .serialized,  // each of them occupies the machine with processes of its own
  .enabled(if: CommandLineTests.parley != nil, CommandLineTests.skipReason)
)
struct ExampleTests {
  private static let scripts =
    TextFile.names(in: ShellRun.examples).filter { $0.hasSuffix(".lua") }.sorted()

  @Test(arguments: scripts)
  func `an example passes, or says which program is missing`(script: String) throws {
    let result = try run("parley run \(script)")

    let isSkipped = result.status == 77 && result.stdout.contains("skipped: ")
    #expect(result.status == 0 || isSkipped, "\(result.stdout)\(result.stderr)")
    #expect(result.leftovers == [])
  }

  @Test func `there are examples`() {
    #expect(Self.scripts.count > 10)
  }

  @Test(.enabled(if: hasCompiler, "there is no cc"))
  func `the mistake of the greeter is named, with where the memory was freed`() throws {
    let result = try run("parley run -D mistake=shown -k alone greeter.lua")

    #expect(result.status == 1)
    #expect(result.stdout.contains("AddressSanitizer:\n  heap-use-after-free"))
    #expect(result.stdout.contains(" in answer\n"))
    #expect(result.stdout.contains(/freed at greeter\.c:[0-9]+ in load/))
  }

  private static let hasCompiler = unsafe system("command -v cc >/dev/null 2>&1") == 0

  private func run(_ script: String) throws -> CommandResult {
    ShellRun(script: script, folder: ShellRun.examples)
      .result(try #require(CommandLineTests.parley))
  }
}
