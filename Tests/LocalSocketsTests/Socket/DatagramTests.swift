import Glibc
import LocalSockets
import TestSupport
import Testing

@Suite("LocalSocket datagrams")
struct DatagramTests {
  private let directory = TemporaryDirectory()
  private let loop: EventLoop
  private let name: SocketName
  private let receiver: LocalSocket

  init() throws {
    loop = try EventLoop()
    name = SocketName(directory.file("r"))
    receiver = try LocalSocket.receiver(at: name, loop: loop)
  }

  private func client(_ ownName: SocketName? = nil) -> LocalSocket {
    let client = LocalSocket(loop: loop, kind: .datagram)
    client.ownName = ownName
    client.connectToServer(name)
    return client
  }

  @Test func `a receiver is connected and named, and its file goes with it`() {
    #expect(receiver.state == .connected)
    #expect(receiver.isOpen)
    #expect(receiver.serverName == name)
    #expect(receiver.fullServerName == name)
    #expect(receiver.boundName == name)
    #expect(directory.contents == ["r"])

    receiver.close()

    #expect(receiver.state == .unconnected)
    #expect(directory.contents.isEmpty)
  }

  @Test func `a receiver that is let go removes its file`() throws {
    var other: LocalSocket? = try LocalSocket.receiver(
      at: SocketName(directory.file("o")),
      loop: loop
    )
    #expect(directory.contents == ["o", "r"])
    #expect(other != nil)

    other = nil

    #expect(directory.contents == ["r"])
  }

  @Test func `a receiver leaves a file that somebody else has put in place`() throws {
    try LocalServer.removeServer(name)
    let server = LocalServer(loop: loop)
    #expect(server.listen(name))

    receiver.close()

    #expect(directory.contents == ["r"])
  }

  @Test func `a path where something is already is in use and stays`() throws {
    let error = #expect(throws: ServerError.self) {
      try LocalSocket.receiver(at: name, loop: loop)
    }

    #expect(error?.code == .addressInUse)
    #expect(directory.contents == ["r"])
  }

  @Test(arguments: [SocketName(""), SocketName("/absent/directory/s")])
  func `a name that cannot be bound is a name error`(name: SocketName) {
    let error = #expect(throws: ServerError.self) {
      try LocalSocket.receiver(at: name, loop: loop)
    }

    #expect(error?.code == .hostNotFound)
  }

  @Test func `each message tells who sent it`() throws {
    let sender = client()
    _ = sender.write([1])
    sender.flush()

    let message = try #require(receiver.receiveMessage(timeout: .seconds(20)))

    #expect(message.data == [1])
    #expect(
      message.credentials
        == PeerCredentials(pid: getpid(), uid: getuid(), gid: getgid())
    )
  }

  @Test func `a sender with a name is answered`() throws {
    let ownName = SocketName(directory.file("c"))
    let sender = client(ownName)
    #expect(directory.contents == ["c", "r"])
    _ = sender.write([1])
    sender.flush()
    let question = try #require(receiver.receiveMessage(timeout: .seconds(20)))
    #expect(question.from == ownName)

    try receiver.sendMessage([2], to: question.from)
    receiver.flush()

    let answer = sender.receiveMessage(timeout: .seconds(20))
    #expect(answer?.data == [2])
    #expect(answer?.from == name)
    sender.close()
    #expect(directory.contents == ["r"])
  }

  @Test func `a sender that lets the kernel choose its name is answered`() throws {
    let sender = client("")
    #expect(sender.boundName?.bytes.first == UInt8(ascii: "@"))
    _ = sender.write([1])
    sender.flush()
    let question = try #require(receiver.receiveMessage(timeout: .seconds(20)))
    #expect(question.from == sender.boundName)

    try receiver.sendMessage([2], to: question.from)
    receiver.flush()

    #expect(sender.receiveMessage(timeout: .seconds(20))?.data == [2])
  }

  @Test func `a sender whose path is longer than an address is refused with the limit`() {
    let path = directory.file(String(repeating: "c", count: 200))
    let sender = LocalSocket(loop: loop, kind: .datagram)
    sender.ownName = SocketName(path)

    sender.connectToServer(name)

    #expect(sender.state == .unconnected)
    #expect(sender.error == .serverNotFound)
    #expect(sender.lastError?.operation == .bind)
    #expect(sender.lastError?.nameError == .tooLong(length: path.utf8.count, limit: 107))
    #expect(directory.contents == ["r"])
  }

  @Test(arguments: [1, 200])
  func `a receiver that the kernel knows by another path sends without a name`(
    length: Int
  ) throws {
    let senderName = SocketName(directory.file(String(repeating: "a", count: length)))
    let sender = try LocalSocket.receiver(at: senderName, options: .userAccess, loop: loop)
    #expect(sender.boundName == senderName)
    try sender.sendMessage([1], to: name)
    sender.flush()

    let message = try #require(receiver.receiveMessage(timeout: .seconds(20)))

    #expect(message.data == [1])
    #expect(message.from == nil)
  }

  @Test func `a sender without a name has none`() throws {
    let sender = client()
    #expect(sender.boundName == nil)
    try sender.sendMessage([1], timeout: nil)

    let message = try #require(receiver.receiveMessage(timeout: .seconds(20)))

    #expect(message.from == nil)
  }

  @Test func `an own name that is in use fails the connect`() throws {
    let sender = client(name)

    #expect(sender.state == .unconnected)
    #expect(sender.lastError?.operation == .bind)
    #expect(sender.lastError?.systemError?.errno == EADDRINUSE)
    #expect(directory.contents == ["r"])
  }

  @Test func `a connect that fails takes the file of its own name away`() throws {
    let sender = LocalSocket(loop: loop, kind: .datagram)
    sender.ownName = SocketName(directory.file("c"))

    sender.connectToServer(SocketName(directory.file("absent")))

    #expect(sender.error == .serverNotFound)
    #expect(directory.contents == ["r"])
  }

  @Test func `a receiver cannot write without an address`() throws {
    #expect(receiver.write([1]) == nil)
    let error = #expect(throws: SocketError.self) { try receiver.sendMessage([1]) }

    #expect(error?.code == .operation)
  }

  @Test func `a receiver that is gone refuses and the socket stays`() throws {
    let sender = client()
    receiver.close()
    let recorder = SignalRecorder(sender)
    _ = sender.write([1])

    #expect(!sender.flush())

    #expect(recorder.entries == ["errorOccurred(ConnectionRefusedError) connected open 0"])
    #expect(sender.bytesToWrite == 0)
    #expect(sender.isValid)
  }

  @Test func `an address where nobody is fails one message`() throws {
    let absent = SocketName(directory.file("absent"))

    let error = #expect(throws: SocketError.self) {
      try receiver.sendMessage([1], to: absent, timeout: .seconds(20))
    }

    #expect(error?.code == .serverNotFound)
    #expect(error?.name == absent)
    #expect(receiver.state == .connected)
  }

  @Test func `an address that cannot be one is not queued`() {
    let error = #expect(throws: SocketError.self) { try receiver.sendMessage([1], to: "") }

    #expect(error?.nameError == .empty)
    #expect(receiver.bytesToWrite == 0)
  }

  @Test(arguments: PollerKind.allCases)
  func `a full receiver is waited for without a connection to it`(poller: PollerKind) throws {
    let loop = try EventLoop(poller: poller)
    let other = SocketName(directory.file("o"))
    let slow = try LocalSocket.receiver(at: other, loop: loop)
    let sender = try LocalSocket.receiver(at: SocketName(directory.file("s")), loop: loop)
    var received: [UInt8] = []
    slow.readyRead.connect { [unowned slow] in
      while let message = slow.receiveMessage() { received += message.data }
    }
    let count = 100
    for number in 0..<count { try sender.sendMessage([UInt8(number)], to: other) }
    sender.flush()
    #expect(sender.bytesToWrite > 0)
    #expect(loop.hasPendingTimers)

    #expect(try loop.run(until: { received.count == count }))

    #expect(received == (0..<UInt8(count)).map { $0 })
    #expect(!loop.hasPendingTimers)
  }

  @Test(arguments: [false, true])
  func `a send to a full receiver gives up when its time is up`(isConnected: Bool) throws {
    let sender =
      isConnected
      ? client()
      : try LocalSocket.receiver(
        at: SocketName(directory.file("s")),
        loop: loop
      )
    let address = isConnected ? nil : name
    var sent = 0
    let error = #expect(throws: SocketError.self) {
      for _ in 0..<10_000 {
        try sender.sendMessage([1], to: address, timeout: .milliseconds(5))
        sent += 1
      }
    }
    #expect(error?.code == .socketTimeout)

    var received = 0
    while received < sent, receiver.receiveMessage(timeout: .seconds(20)) != nil { received += 1 }
    #expect(try sender.sendMessage([2], to: address, timeout: .seconds(20)) == 1)
    #expect(receiver.receiveMessage(timeout: .seconds(20))?.data == [2])
  }

  @Test func `a send waits while the receiver makes room`() throws {
    let sender = client()
    var sent = 0
    while sender.bytesToWrite == 0 {
      _ = sender.write([1])
      sender.flush()
      sent += 1
    }
    let received = try loop.run(until: {
      while receiver.receiveMessage() != nil { sent -= 1 }
      return sent == 0
    })

    #expect(received)
    #expect(sender.bytesToWrite == 0)
  }

  #if DEBUG
  @Test func `a parked wait is told of a message that could not be sent`() throws {
    let waiter = RecordingWaiter()
    let sender = client()
    let plan = FaultPlan()
    plan.fail(.sendmsg, with: EAGAIN)
    _ = sender.write([1])
    plan.whileActive { #expect(sender.beginWait(.bytesWritten, waiter) == nil) }
    receiver.close()

    #expect(try loop.run(until: { !waiter.outcomes.isEmpty }))

    #expect(waiter.outcomes == [.failed])
  }
  #endif

  @Test func `the kernel does not know the peer of connected datagrams`() throws {
    let (socket, _) = try LocalSocket.pair(loop: loop, kind: .datagram)

    #expect(client().peerCredentials == nil)
    #expect(receiver.peerCredentials == nil)
    #expect(socket.peerCredentials?.pid == getpid())
  }

  @Test func `a message without an address needs a peer`() {
    let error = #expect(throws: SocketError.self) { try receiver.sendMessage([1]) }

    #expect(error?.messageError == .withoutAddress)
  }

  @Test(arguments: [
    ("@parley-n", "@parley-n"), ("@@parley-p", "@@parley-p"), ("@@@parley-p", "@@@parley-p"),
  ])
  func `a sender with an abstract name can be answered`(own: String, from: String) throws {
    let sender = client(SocketName(own + directory.path))
    _ = sender.write([1])
    sender.flush()
    let message = try #require(receiver.receiveMessage(timeout: .seconds(20)))

    #expect(message.from == SocketName(from + directory.path))
    try receiver.sendMessage([2], to: message.from, timeout: .seconds(20))
    #expect(sender.receiveMessage(timeout: .seconds(20))?.data == [2])
  }
}
