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
  func `an example passes, or what it needs is missing`(script: String) throws {
    let result = try run("parley run \(script)")
    let reasons = result.stdout.matches(of: /skipped: (.*)/).map { String($0.output.1) }

    #expect(result.leftovers == [])
    for reason in reasons {
      #expect(Self.isTrue(reason), "\(script) was skipped though what it needs is here: \(reason)")
    }
    if result.status == 77, let reason = reasons.first {
      try Test.cancel("\(script) was skipped: \(reason)")
    }
    #expect(result.status == 0, "\(result.stdout)\(result.stderr)")
  }

  /// Whether what a reason to skip says is missing is not here.
  private static func isTrue(_ reason: String) -> Bool {
    if let match = reason.wholeMatch(of: /needs the command (.+)/) {
      return !succeeds("command -v '\(match.output.1)'")
    }
    if let match = reason.wholeMatch(of: /(.+) of PostgreSQL is not here/) {
      return !succeeds(
        "ls /usr/lib/postgresql/*/bin/\(match.output.1) || command -v \(match.output.1)"
      )
    }
    return reason.hasPrefix("todo: ") || reason == "cc has no address sanitizer" && !hasSanitizer
  }

  /// Whether cc makes programs with the address sanitizer, which has a library of its own.
  private static let hasSanitizer = succeeds(
    "d=$(mktemp -d) && echo 'int main(void) { return 0; }' >$d/a.c"
      + " && cc -fsanitize=address -o $d/a $d/a.c; s=$?; rm -r $d; exit $s"
  )

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

  @Test(.enabled(if: succeeds("command -v redis-server"), "there is no redis-server"))
  func `the example of Redis talks to the server that REDIS_SOCKET names`() throws {
    let result = try run(
      """
      socket=$(mktemp -d)/redis.sock
      redis-server --port 0 --unixsocket $socket --save '' --daemonize no >/dev/null &
      server=$!
      until redis-cli -s $socket ping >/dev/null 2>&1; do sleep 0.05; done
      REDIS_SOCKET=$socket parley run redis.lua
      status=$?
      redis-cli -s $socket info stats | grep total_connections_received
      kill $server
      wait $server
      rm -r ${socket%/*}
      exit $status
      """
    )

    #expect(result.status == 0, "\(result.stdout)\(result.stderr)")
    #expect(result.stdout.contains("4 scenarios passed"))
    let connections = result.stdout.firstMatch(of: /total_connections_received:([0-9]+)/)
    // The scenarios make six, and who asks makes two at least.
    #expect(connections.flatMap { Int($0.output.1) } ?? 0 >= 8)
  }

  private static let hasCompiler = succeeds("command -v cc")

  private static func succeeds(_ command: String) -> Bool {
    unsafe system("(\(command)) >/dev/null 2>&1") == 0
  }

  private func run(_ script: String) throws -> CommandResult {
    ShellRun(script: script, folder: ShellRun.examples)
      .result(try #require(CommandLineTests.parley))
  }
}
