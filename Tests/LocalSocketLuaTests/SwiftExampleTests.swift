import Glibc
import TestSupport
import Testing

/// The examples of the library alone, which are built beside the command.
@Suite("Examples in Swift", .enabled(if: binaries != nil, "PARLEY_BIN does not name the command"))
struct SwiftExampleTests {
  private let directory = TemporaryDirectory()

  @Test func `the client's lines come back in capitals`() throws {
    let directory = try #require(binaries)
    let name = self.directory.file("lines")
    // Ended by its time; the client needs none of it.
    let server = try Command.Running(
      ["stdbuf", "-oL", "\(directory)/line-server", name],
      seconds: 5
    )
    try #require(server.readLine() == "listening at \(name)\n")

    let client = try Command(["\(directory)/line-client", name, "hello", "two words"])

    #expect(client.output == "HELLO\nTWO WORDS\n")
    #expect(client.status == 0)
    _ = server.finish()
  }

  @Test func `a server that was started with a listening socket serves its clients`() throws {
    let directory = try #require(binaries)
    let name = self.directory.file("passed")
    let program = ["stdbuf", "-oL", "\(directory)/line-server"]
    let server = try Command.Running(
      ServiceManager.words(starting: program, listeningAt: name),
      seconds: 5
    )
    try #require(server.readLine() == "listening at \(name)\n")

    let client = try Command(["\(directory)/line-client", name, "hello"])

    #expect(client.output == "HELLO\n")
    #expect(client.status == 0)
    _ = server.finish()
  }

  @Test func `a client without a server says so`() throws {
    let name = directory.file("nobody")

    let client = try Command(["\(try #require(binaries))/line-client", name, "hello"])

    #expect(client.output.hasPrefix("line-client: cannot connect \"\(name)\""))
    #expect(client.status == 1)
  }
}

/// Where the build put the programs.
private let binaries: String? = {
  guard let command = unsafe getenv("PARLEY_BIN") else { return nil }
  let path = unsafe String(cString: command)
  return path.lastIndex(of: "/").map { String(path[..<$0]) }
}()
