import LocalSockets
import TestSupport
import Testing

/// Descriptors that the loop serves by trying are taken out of the kernel's set meanwhile.
@Suite("Descriptors set aside")
struct SetAsideTests {
  private let loop: EventLoop

  init() throws {
    loop = try EventLoop(poller: .epoll)
  }

  #if DEBUG
  @Test func `two ends that go on answering each other are watched no more`() throws {
    let talk = try Talk(loop)
    try talk.goOn(by: 200)
    let plan = FaultPlan()

    try plan.whileActive { () throws(SystemError) in try talk.goOn(by: 200) }

    #expect(plan.count(of: .epollWait) > 0)
    #expect(plan.count(of: .epollControl) == 0)
  }
  #endif

  @Test func `an end that was set aside wakes the loop from its sleep`() throws {
    let talk = try Talk(loop)
    try talk.goOn(by: 200)
    talk.isSilent = true
    // Until no answer is looked for any more.
    for _ in 0..<4 { try loop.turn(until: .after(.milliseconds(1))) }
    let before = talk.arrivals

    talk.send()

    #expect(try loop.run(until: { talk.arrivals > before }))
  }

  @Test func `an end that was set aside is heard while others go on`() throws {
    let talk = try Talk(loop)
    let others = try Talk(loop)
    try talk.goOn(by: 400)
    talk.isSilent = true
    try others.goOn(by: 10)
    let before = talk.arrivals

    talk.send()
    try others.goOn(by: 200)

    #expect(talk.arrivals == before + 1)
  }

  /// Two sockets that answer each other until they are told to be silent.
  private final class Talk {
    private let loop: EventLoop
    private let first: LocalSocket
    private let second: LocalSocket
    /// How many messages have come at either end.
    private(set) var arrivals = 0
    var isSilent = false

    init(_ loop: EventLoop) throws {
      self.loop = loop
      (first, second) = try LocalSocket.pair(loop: loop)
      answer(at: first)
      answer(at: second)
      send()
    }

    func send() {
      #expect(first.write([1]) == 1)
    }

    func goOn(by count: Int) throws(SystemError) {
      let end = arrivals + count
      #expect(try loop.run(until: { arrivals >= end }))
    }

    private func answer(at socket: LocalSocket) {
      socket.readyRead.connect { [unowned self, unowned socket] in
        arrivals += 1
        guard let bytes = socket.readAll(), !isSilent else { return }
        _ = socket.write(bytes)
      }
    }
  }
}
