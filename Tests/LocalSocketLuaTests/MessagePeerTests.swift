import Glibc
import TestSupport
import Testing

/// Conversations in messages with programs that are not ours, and descriptors between processes.
@Suite("Peers that send messages", .enabled(if: StockLua.cpath != nil, StockLua.skipReason))
struct MessagePeerTests {
  private let directory = TemporaryDirectory()
  private var name: String { directory.file("s") }

  @Test func `a seqpacket peer in Python keeps the boundaries both ways`() throws {
    let server = try start("echo")
    try #require(server.readLine() == "listening\n")
    let client = try Command([
      "python3", "-c",
      """
      import socket, sys
      peer = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
      peer.connect(sys.argv[1])
      for message in b"one", b"two two", b"three": peer.send(message)
      print(*(peer.recv(100).decode() for _ in range(3)), sep="\\n")
      """,
      name,
    ])

    #expect(client.output == "one\ntwo two\nthree\n")
    #expect(server.finish().output == "one\ntwo two\nthree\n")
  }

  @Test func `socat sends a seqpacket of which one message comes`() throws {
    let server = try start("echo")
    try #require(server.readLine() == "listening\n")
    let script = "printf 'from socat' | socat -t 10 - UNIX-CONNECT:\"$1\",type=5"
    let client = try Command(["sh", "-c", script, "sh", name])

    #expect(client.output == "from socat")
    #expect(server.finish().output == "from socat\n")
  }

  @Test func `a server adopts the socket with which a service manager has started it`() throws {
    let script = """
      io.stdout:setvbuf "line"
      local server = require "localsocket".Server()
      assert(server:listen(3))
      print(server:fullServerName())
      print(server:accept("20s"):receiveMessage("20s").data)
      """
    let server = try Command.Running(
      ServiceManager.words(starting: ["lua5.4", "-e", script], listeningAt: name),
      environment: StockLua.environment
    )
    try #require(server.readLine() == "\(name)\n")
    let client = try Command([
      "sh", "-c", "printf hello | socat -u - UNIX-CONNECT:\"$1\"", "sh", name,
    ])

    #expect(client.status == 0)
    #expect(server.finish().output == "hello\n")
  }

  @Test func `socat notifies a receiver of datagrams, which sees whom it is`() throws {
    let receiver = try start("notified")
    try #require(receiver.readLine() == "listening\n")
    let script = "printf 'READY=1\\nSTATUS=up' | socat -u - UNIX-SENDTO:\"$1\""
    _ = try Command(["sh", "-c", script, "sh", name])

    #expect(receiver.finish().output == "READY=1\t\(getuid())\ttrue\n")
  }

  @Test(.enabled(if: hasNotify, "there is no systemd-notify"))
  func `systemd-notify reaches a receiver of datagrams`() throws {
    let receiver = try start("notified")
    try #require(receiver.readLine() == "listening\n")
    let command = ["systemd-notify", "--no-block", "--ready"]
    _ = try Command(["env", "NOTIFY_SOCKET=\(name)"] + command)

    #expect(receiver.finish().output == "READY=1\t\(getuid())\ttrue\n")
  }

  @Test func `a descriptor that a server passes is usable in the client's process`() throws {
    let server = try start("give")
    try #require(server.readLine() == "listening\n")
    let client = try start("take").finish()

    #expect(client.output == "a file\twhat the file holds\n")
    #expect(server.finish().status == 0)
  }

  private func start(_ role: String) throws -> Command.Running {
    try Command.Running(
      ["lua5.4", SpecFile.program("messages.lua"), role, name],
      environment: StockLua.environment,
      seconds: 40
    )
  }
}

private let hasNotify = (try? Command(["systemd-notify", "--version"]).status) == 0
