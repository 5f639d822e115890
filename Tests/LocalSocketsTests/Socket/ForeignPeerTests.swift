import Glibc
import LocalSockets
import TestSupport
import Testing

/// Whether the other side of a conversation can be written in Python.
private let hasPython = unsafe access("/usr/bin/python3", X_OK) == 0

/// Conversations with a peer that shares none of this code.
@Suite("LocalSocket with a foreign peer", .enabled(if: hasPython, "needs /usr/bin/python3"))
struct ForeignPeerTests {
  private let directory = TemporaryDirectory()
  private let loop: EventLoop
  private let name: SocketName

  init() throws {
    loop = try EventLoop()
    name = SocketName(directory.file("s"))
  }

  /// Runs a Python program that gets the socket's name as its argument; returns its process.
  private func startPython(_ program: String) throws -> pid_t {
    var process = pid_t()
    let arguments = ["python3", "-c", program, directory.file("s")]
    var pointers = unsafe arguments.map { unsafe strdup($0) } + [nil]
    defer { for index in unsafe pointers.indices { unsafe free(pointers[index]) } }
    let result = unsafe posix_spawn(&process, "/usr/bin/python3", nil, nil, &pointers, nil)
    try #require(result == 0)
    return process
  }

  private func exitStatus(of process: pid_t) -> CInt {
    var status: CInt = -1
    unsafe waitpid(process, &status, 0)
    return status
  }

  private func accept(_ server: LocalServer) throws -> LocalSocket {
    #expect(server.waitForNewConnection(timeout: .seconds(60)).isPending)
    return try #require(server.nextPendingConnection())
  }

  @Test func `boundaries hold both ways`() throws {
    let server = LocalServer(loop: loop, kind: .seqpacket)
    #expect(server.listen(name))
    let python = try startPython(
      """
      import socket, sys
      s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
      s.connect(sys.argv[1])
      for text in (b'one', b'', b'three' * 20000): s.send(text)
      sizes = [len(s.recv(200000)) for _ in range(3)]
      sys.exit(0 if sizes == [2, 0, 150000] else 1)
      """
    )
    let socket = try accept(server)
    for size in [2, 0, 150_000] { _ = socket.write([UInt8](repeating: 1, count: size)) }

    let sizes = (1...3).map { _ in socket.receiveMessage(timeout: .seconds(60))?.data.count }

    #expect(sizes == [3, 0, 100_000])
    while socket.bytesToWrite > 0, socket.waitForBytesWritten() {}
    #expect(exitStatus(of: python) == 0)
    #expect(socket.waitForDisconnected())
  }

  @Test func `descriptors go both ways over a stream`() throws {
    let server = LocalServer(loop: loop)
    #expect(server.listen(name))
    let python = try startPython(
      """
      import os, socket, sys
      s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
      s.connect(sys.argv[1])
      r, w = os.pipe()
      socket.send_fds(s, [b'take'], [w])
      os.close(w)
      data, fds, _, _ = socket.recv_fds(s, 100, 4)
      os.write(fds[0], os.read(r, 100) + data)
      """
    )
    let socket = try accept(server)
    let message = try #require(socket.receiveMessage(timeout: .seconds(60)))
    let pipeEnd = try #require(message.descriptors.first)
    #expect(message.data == Array("take".utf8))
    let (ours, theirs) = try LocalSocket.pair(loop: loop)
    #expect(unsafe write(pipeEnd.number, "hello ", 6) == 6)
    try socket.sendMessage(
      Array("you".utf8),
      descriptors: [theirs.socketDescriptor],
      timeout: .seconds(60)
    )

    #expect(ours.waitForReadyRead(timeout: .seconds(60)))

    #expect(ours.readAll() == Array("hello you".utf8))
    #expect(exitStatus(of: python) == 0)
  }

  @Test func `a datagram tells the process that sent it`() throws {
    let receiver = try LocalSocket.receiver(at: name, loop: loop)
    let python = try startPython(
      """
      import socket, sys
      s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      s.connect(sys.argv[1])
      s.send(b'READY=1')
      """
    )

    let message = try #require(receiver.receiveMessage(timeout: .seconds(60)))

    #expect(message.data == Array("READY=1".utf8))
    #expect(message.credentials?.pid == python)
    #expect(exitStatus(of: python) == 0)
  }

  @Test func `a half-closed peer answers`() throws {
    let server = LocalServer(loop: loop)
    #expect(server.listen(name))
    let python = try startPython(
      """
      import socket, sys
      s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
      s.connect(sys.argv[1])
      data = b''
      while part := s.recv(100): data += part
      s.send(data[::-1])
      """
    )
    let socket = try accept(server)
    _ = socket.write(Array("abc".utf8))
    socket.shutdown(.write)

    #expect(socket.waitForDisconnected(timeout: .seconds(60)))

    #expect(socket.readAll() == Array("cba".utf8))
    #expect(exitStatus(of: python) == 0)
  }
}
