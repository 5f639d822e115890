import Glibc
import LocalSockets
import TestSupport
import Testing

@Suite("LocalSocket descriptor passing")
struct DescriptorPassingTests {
  private let loop: EventLoop

  init() throws {
    loop = try EventLoop()
  }

  private func pair(_ kind: SocketKind) throws -> (LocalSocket, LocalSocket) {
    try LocalSocket.pair(loop: loop, kind: kind)
  }

  /// A file without a name that holds one text.
  private func file(holding text: String) -> CInt {
    var template = Array("/tmp/parley-test-XXXXXX".utf8CString)
    let number = unsafe mkstemp(&template)
    unsafe unlink(template)
    _ = unsafe pwrite(number, text, text.utf8.count, 0)
    return number
  }

  private func text(in number: CInt) -> String {
    unsafe withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { buffer in
      let count = unsafe pread(number, buffer.baseAddress, buffer.count, 0)
      return unsafe String(decoding: buffer[..<max(0, count)], as: UTF8.self)
    }
  }

  @Test(arguments: SocketKind.allCases)
  func `a descriptor arrives usable and close-on-exec, though the sender has closed it`(
    kind: SocketKind
  ) throws {
    let (socket, peer) = try pair(kind)
    let number = file(holding: "hello")
    try peer.sendMessage([1], descriptors: [number, number])
    close(number)
    peer.flush()

    let message = try #require(socket.receiveMessage(timeout: .seconds(20)))

    #expect(message.data == [1])
    #expect(message.descriptors.count == 2)
    for descriptor in message.descriptors {
      #expect(text(in: descriptor.number) == "hello")
      #expect(fcntl(descriptor.number, F_GETFD) & FD_CLOEXEC != 0)
    }
  }

  @Test func `a descriptor that is taken is the caller's to close`() throws {
    let (socket, peer) = try pair(.stream)
    let number = file(holding: "hello")
    try peer.sendMessage([1], descriptors: [number], timeout: nil)
    close(number)
    var message = socket.receiveMessage(timeout: .seconds(20))
    let descriptor = try #require(message?.descriptors.first)

    let taken = descriptor.take()
    message = nil

    #expect(descriptor.number == -1)
    #expect(descriptor.take() == -1)
    #expect(text(in: taken) == "hello")
    #expect(close(taken) == 0)
  }

  /// A socket that came with a message, and its other end.
  private func passedSocket() throws -> (PassedDescriptor, LocalSocket) {
    let (socket, peer) = try pair(.stream)
    let (sent, other) = try pair(.stream)
    try peer.sendMessage([1], descriptors: [sent.socketDescriptor], timeout: nil)
    let message = socket.receiveMessage(timeout: .seconds(20))
    return (try #require(message?.descriptors.first), other)
  }

  @Test func `the number of a descriptor that came is refused while its object has it`() throws {
    let (descriptor, _) = try passedSocket()
    let socket = LocalSocket(loop: loop)

    #expect(!socket.setSocketDescriptor(descriptor.number))
    #expect(socket.lastError?.descriptorError == .stillPassed)
    #expect(!LocalServer(loop: loop).listen(descriptor: descriptor.number))

    #expect(socket.setSocketDescriptor(descriptor.take()))
  }

  @Test func `a descriptor that came is adopted from its object`() throws {
    let (descriptor, other) = try passedSocket()
    let number = descriptor.number
    let socket = LocalSocket(loop: loop)

    #expect(socket.setSocketDescriptor(descriptor))

    #expect(descriptor.number == -1)
    #expect(socket.socketDescriptor == number)
    _ = other.write([7])
    other.flush()
    #expect(socket.waitForReadyRead())
    #expect(socket.readAll() == [7])
  }

  @Test func `a descriptor that is refused stays its object's`() throws {
    let (descriptor, _) = try passedSocket()
    let number = descriptor.number

    #expect(!LocalServer(loop: loop).listen(descriptor: descriptor))

    #expect(descriptor.number == number)
  }

  @Test(arguments: SocketKind.allCases)
  func `descriptors that nobody reads wait in the kernel`(kind: SocketKind) throws {
    let (socket, peer) = try pair(kind)
    // Few enough for the kernel's queues and for this process.
    let batches = 4
    for batch in 0..<batches {
      try peer.sendMessage([UInt8(batch)], descriptors: [CInt](repeating: 0, count: 253))
    }
    peer.flush()

    try loop.runReady()

    #expect(socket.bytesAvailable == 3)
    for batch in 0..<batches {
      let message = try #require(socket.receiveMessage())
      #expect(message.data == [UInt8(batch)] && message.descriptors.count == 253)
      try loop.runReady()
    }
  }

  @Test(arguments: [SocketKind.stream, .seqpacket])
  func `a peer that ends cannot leave more descriptors than a socket holds`(
    kind: SocketKind
  ) throws {
    let (socket, peer) = try pair(kind)
    var errors: [SocketError.Code] = []
    socket.errorOccurred.connect { errors.append($0) }
    for _ in 0..<4 { try peer.sendMessage([1], descriptors: [CInt](repeating: 0, count: 253)) }
    peer.flush()
    peer.disconnectFromServer()

    #expect(socket.waitForDisconnected())

    #expect(errors == [.socketResource, .peerClosed])
    var counts: [Int] = []
    while let message = socket.receiveMessage() { counts.append(message.descriptors.count) }
    #expect(counts.reduce(0, +) == 3 * 253)
  }

  @Test(arguments: PollerKind.allCases)
  func `on a stream a message ends with the bytes that came with its descriptors`(
    poller: PollerKind
  ) throws {
    let loop = try EventLoop(poller: poller)
    let (socket, peer) = try LocalSocket.pair(loop: loop)
    let number = file(holding: "")
    defer { close(number) }
    _ = peer.write(Array("ab".utf8))
    try peer.sendMessage(Array("cd".utf8), descriptors: [number])
    _ = peer.write(Array("ef".utf8))
    _ = peer.write(Array("gh".utf8))
    try peer.sendMessage(Array("i".utf8), descriptors: [number])
    _ = peer.write(Array("j".utf8))

    try loop.runReady()

    let messages = [socket.receiveMessage(), socket.receiveMessage(), socket.receiveMessage()]
    #expect(messages.map { $0?.data } == ["abcd", "efghi", "j"].map { Array($0.utf8) })
    #expect(messages.map { $0?.descriptors.count } == [1, 1, 0])
    #expect(socket.receiveMessage() == nil)
  }

  @Test func `bytes that came in before belong to the message that descriptors end`() throws {
    let (socket, peer) = try pair(.stream)
    let number = file(holding: "")
    defer { close(number) }
    _ = peer.write([1])
    peer.flush()
    #expect(socket.waitForReadyRead())
    try peer.sendMessage([2], descriptors: [number], timeout: nil)
    #expect(socket.waitForReadyRead())

    let message = try #require(socket.receiveMessage())

    #expect(message.data == [1, 2])
    #expect(message.descriptors.count == 1)
  }

  @Test func `a message that a handler of sent bytes queues keeps its descriptors`() throws {
    let (socket, peer) = try pair(.stream)
    var isFirst = true
    peer.bytesWritten.connect { [unowned peer] _ in
      guard isFirst else { return }
      isFirst = false
      _ = peer.write([2])
      #expect(throws: Never.self) { try peer.sendMessage([3], descriptors: [0]) }
    }
    _ = peer.write([1])

    peer.flush()

    let message = try #require(socket.receiveMessage(timeout: .seconds(20)))
    #expect(peer.bytesToWrite == 0)
    #expect(message.data == [1, 2, 3])
    #expect(message.descriptors.count == 1)
  }

  @Test func `reading a stream ignores the boundaries that descriptors make`() throws {
    let (socket, peer) = try pair(.stream)
    let number = file(holding: "")
    defer { close(number) }
    try peer.sendMessage([1], descriptors: [number])
    try peer.sendMessage([2], descriptors: [number])
    _ = peer.write([3])

    try loop.runReady()

    #expect(socket.readAll() == [1, 2, 3])
    #expect(!socket.hasPendingMessages)
  }

  @Test func `descriptors go with the first byte of a long message`() throws {
    let (socket, peer) = try pair(.stream)
    let number = file(holding: "hello")
    defer { close(number) }
    let long = [UInt8](repeating: 7, count: 2_000_000)
    try peer.sendMessage(long, descriptors: [number])
    #expect(peer.flush())
    #expect(peer.bytesToWrite > 0)

    let first = try #require(socket.receiveMessage(timeout: .seconds(20)))

    #expect(first.descriptors.count == 1)
    var count = first.data.count
    let hasAll = try loop.run(until: {
      count += socket.readAll()?.count ?? 0
      return count == long.count
    })
    #expect(hasAll)
  }

  @Test(arguments: SocketKind.allCases)
  func `as many descriptors as the kernel carries arrive, and one more is refused`(
    kind: SocketKind
  ) throws {
    let (socket, peer) = try pair(kind)
    let numbers = [CInt](repeating: 0, count: LocalSocket.descriptorLimit)

    try peer.sendMessage([1], descriptors: numbers, timeout: nil)
    let error = #expect(throws: SocketError.self) {
      try peer.sendMessage([1], descriptors: numbers + [0])
    }

    #expect(socket.receiveMessage(timeout: .seconds(20))?.descriptors.count == numbers.count)
    #expect(error?.code == .datagramTooLarge)
    #expect(error?.excess?.count == 254)
    #expect(error?.excess?.limit == 253)
  }

  @Test func `a number that is no descriptor is refused and nothing is queued`() throws {
    let (_, peer) = try pair(.stream)

    let error = #expect(throws: SocketError.self) {
      try peer.sendMessage([1], descriptors: [0, 9999])
    }

    #expect(error?.code == .operation)
    #expect(error?.systemError?.errno == EBADF)
    #expect(error?.description.hasPrefix("cannot write with descriptor ") == true)
    #expect(error?.description.hasSuffix(": it is not open") == true)
    #expect(peer.bytesToWrite == 0)
  }

  @Test func `a stream carries no descriptor without a byte`() throws {
    let (_, peer) = try pair(.stream)

    let error = #expect(throws: SocketError.self) { try peer.sendMessage([], descriptors: [0]) }

    #expect(error?.code == .unsupportedSocketOperation)
    #expect(error?.messageError == .withoutBytes)
  }

  @Test(arguments: [SocketKind.stream, .seqpacket])
  func `only datagrams have an address`(kind: SocketKind) throws {
    let (_, peer) = try pair(kind)

    let error = #expect(throws: SocketError.self) { try peer.sendMessage([1], to: "x") }

    #expect(error?.code == .unsupportedSocketOperation)
    #expect(error?.messageError == .addressed)
  }

  @Test func `a socket without a connection sends no message`() {
    let socket = LocalSocket(loop: loop)

    let error = #expect(throws: SocketError.self) { try socket.sendMessage([1]) }

    #expect(error?.code == .operation)
  }

  @Test(arguments: SocketKind.allCases)
  func `credentials come once they are asked for`(kind: SocketKind) throws {
    let (socket, peer) = try pair(kind)
    try peer.sendMessage([1], timeout: nil)
    #expect(socket.receiveMessage(timeout: .seconds(20))?.credentials == nil)

    socket.receivesCredentials = true
    try peer.sendMessage([2], timeout: nil)

    let message = try #require(socket.receiveMessage(timeout: .seconds(20)))
    #expect(message.data == [2])
    #expect(message.credentials?.pid == getpid())
  }

  @Test(arguments: SocketKind.allCases)
  func `descriptors that nobody takes are closed`(kind: SocketKind) async {
    let index = SocketKind.allCases.firstIndex(of: kind) ?? 0
    await #expect(processExitsWith: .success) { [index = index as Int] in
      let kind = SocketKind.allCases[index]
      let before = DescriptorCount.sockets
      let loop = try EventLoop()
      do {
        let (socket, peer) = try LocalSocket.pair(loop: loop, kind: kind)
        let passed = peer.socketDescriptor
        func send() throws {
          try peer.sendMessage([1, 2], descriptors: [passed, passed], timeout: nil)
          precondition(socket.waitForReadyRead())
        }
        try send()
        precondition(DescriptorCount.sockets == before + 4, "the count sees descriptors")
        _ = socket.read(maxLength: 1)
        precondition(DescriptorCount.sockets == before + 2, "a read closes them")
        _ = socket.readAll()
        try send()
        precondition(socket.receiveMessage() != nil)
        precondition(DescriptorCount.sockets == before + 2, "a message closes them")
        try send()
        try peer.sendMessage([3], descriptors: [passed])
      }
      precondition(DescriptorCount.sockets == before, "both sockets close what they hold")
    }
  }

  @Test(arguments: SocketKind.allCases)
  func `descriptors that this process cannot have are reported, and the bytes arrive`(
    kind: SocketKind
  ) async {
    let index = SocketKind.allCases.firstIndex(of: kind) ?? 0
    await #expect(processExitsWith: .success) { [index = index as Int] in
      let kind = SocketKind.allCases[index]
      let loop = try EventLoop()
      let (socket, peer) = try LocalSocket.pair(loop: loop, kind: kind)
      try peer.sendMessage([1], descriptors: [0, 0, 0], timeout: nil)
      let highest = dup(0)
      let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
      var limit = rlimit()
      unsafe getrlimit(resource, &limit)
      limit.rlim_cur = rlim_t(highest + 1)
      unsafe setrlimit(resource, &limit)
      var errors: [SocketError.Code] = []
      socket.errorOccurred.connect { errors.append($0) }

      precondition(socket.waitForReadyRead())

      precondition(errors == [.socketResource])
      let message = socket.receiveMessage()
      precondition(message?.data == [1])
      precondition((message?.descriptors.count ?? 3) < 3)
      precondition(socket.state == .connected)
    }
  }

  @Test func `a message whose time is up is not sent later`() throws {
    let (socket, peer) = try pair(.stream)
    let long = [UInt8](repeating: 7, count: 2_000_000)
    _ = peer.write(long)
    let error = #expect(throws: SocketError.self) {
      try peer.sendMessage([8], descriptors: [0], timeout: .zero)
    }
    _ = peer.write([9])

    #expect(try loop.run(until: { socket.bytesAvailable == long.count + 1 }))

    #expect(error?.code == .socketTimeout)
    #expect(socket.receiveMessage()?.data == long + [9])
  }

  @Test func `a message that is queued when the connection ends has failed`() throws {
    let (socket, peer) = try pair(.stream)
    _ = peer.write([UInt8](repeating: 7, count: 2_000_000))
    peer.flush()
    socket.abort()

    let error = #expect(throws: SocketError.self) {
      try peer.sendMessage([8], descriptors: [0], timeout: .seconds(20))
    }

    #expect(error?.code == .peerClosed)
    #expect(peer.state == .unconnected)
  }

  #if DEBUG
  @Test func `short sends and interruptions tear no message of a stream`() throws {
    let (socket, peer) = try pair(.stream)
    let number = file(holding: "hello")
    defer { close(number) }
    let plan = FaultPlan()
    plan.shorten(.sendmsg, to: 1)
    plan.shorten(.recvmsg, to: 2)
    plan.fail(.sendmsg, with: EINTR, at: 2)
    plan.fail(.sendmsg, with: EAGAIN, at: 4)
    _ = peer.write(Array("ab".utf8))
    try peer.sendMessage(Array("cdef".utf8), descriptors: [number])
    _ = peer.write(Array("gh".utf8))

    var data: [UInt8] = []
    var count = 0
    try plan.whileActive {
      let hasAll = try loop.run(until: {
        while let message = socket.receiveMessage() {
          data += message.data
          count += message.descriptors.count
        }
        return data.count == 8
      })
      #expect(hasAll)
    }

    #expect(data == Array("abcdefgh".utf8))
    #expect(count == 1)
  }

  @Test func `too many descriptors in flight fail one message and not the stream`() throws {
    let (socket, peer) = try pair(.stream)
    let plan = FaultPlan()
    plan.fail(.sendmsg, with: ETOOMANYREFS)
    plan.whileActive {
      let error = #expect(throws: SocketError.self) {
        try peer.sendMessage([1], descriptors: [0], timeout: .seconds(20))
      }
      #expect(error?.code == .socketResource)
    }

    try peer.sendMessage([2], descriptors: [0], timeout: .seconds(20))

    #expect(socket.receiveMessage(timeout: .seconds(20))?.data == [2])
  }

  @Test func `a process without descriptors cannot queue any`() throws {
    let (_, peer) = try pair(.stream)
    let plan = FaultPlan()
    plan.fail(.fcntl, with: EMFILE, at: 2)

    let error = plan.whileActive {
      #expect(throws: SocketError.self) { try peer.sendMessage([1], descriptors: [0]) }
    }

    #expect(error?.code == .socketResource)
    #expect(peer.bytesToWrite == 0)
  }
  #endif
}
