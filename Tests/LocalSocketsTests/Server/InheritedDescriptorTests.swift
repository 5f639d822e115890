import Glibc
import LocalSockets
import TestSupport
import Testing

@Suite("InheritedDescriptor")
struct InheritedDescriptorTests {
  private let directory = TemporaryDirectory()

  private func parse(
    process: String? = "7",
    count: String?,
    names: String? = nil
  ) -> [InheritedDescriptor] {
    InheritedDescriptor.parse(
      process: process.map { Array($0.utf8) },
      count: count.map { Array($0.utf8) },
      names: names.map { Array($0.utf8) },
      ownProcess: 7
    )
  }

  @Test func `the numbers begin with 3 and have the names in their order`() {
    let descriptors = parse(count: "3", names: "http::log")

    #expect(descriptors.map(\.number) == [3, 4, 5])
    #expect(descriptors.map(\.name) == ["http", nil, "log"])
  }

  @Test func `descriptors without names have none`() {
    #expect(parse(count: "2").map(\.name) == [nil, nil])
    #expect(parse(count: "2", names: "http").map(\.name) == ["http", nil])
  }

  @Test(arguments: [nil, "", "8", "x", "7 ", "-7"])
  func `what is meant for another process is not taken`(process: String?) {
    #expect(parse(process: process, count: "1").isEmpty)
  }

  @Test(arguments: [nil, "", "0", "-1", "x", "1.5", "2147483647", "99999999999999999999"])
  func `a count that makes no sense gives nothing`(count: String?) {
    #expect(parse(count: count).isEmpty)
  }

  @Test func `a program that was started with a listening socket serves its clients`() async throws
  {
    await #expect(processExitsWith: .success) { [path = directory.file("s") as String] in
      let name = SocketName(path)
      let passed = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
      try SystemCalls.bind(passed, to: try SocketAddress(name))
      try SystemCalls.listen(passed, backlog: 5)
      // As a service manager leaves it; what this runtime had there is not needed any more.
      precondition(dup2(passed, 3) == 3)
      unsafe setenv("LISTEN_PID", "\(getpid())", 1)
      unsafe setenv("LISTEN_FDS", "1", 1)
      unsafe setenv("LISTEN_FDNAMES", "greeter", 1)

      let inherited = InheritedDescriptor.all()
      precondition(inherited.map(\.name) == ["greeter"])
      let loop = try EventLoop()
      let server = LocalServer(loop: loop)
      precondition(server.listen(descriptor: inherited[0].number))
      let client = LocalSocket(loop: loop)
      client.connectToServer(name)
      precondition(server.waitForNewConnection().isPending)
      precondition(server.serverName == "s" && client.state == .connected)
      exit(EXIT_SUCCESS)
    }
  }
}
