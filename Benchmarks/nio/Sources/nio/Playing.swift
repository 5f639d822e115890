import NIOCore

extension Network {
  func askRounds() throws {
    let messages = Messages(load)
    let done = promise()
    var round = 0
    var stopwatch = Stopwatch()
    connect(
      Asking(size: load.size) { context in
        stopwatch = Stopwatch()
        context.send(messages.ofRound(0))
      } replied: { context, reply in
        messages.check(reply, round: round)
        round += 1
        if round < load.count { return context.send(messages.ofRound(round)) }
        stopwatch.printRate(of: load.count)
        context.close(promise: nil)
        done.succeed(())
      }
    )
    try done.futureResult.wait()
  }

  /// Makes connections one after another.
  ///
  /// Each sends a message and reads its echo or, with messages of no bytes, notices that the server
  /// closes; then it is closed.
  func converseAll() throws {
    let messages = Messages(load)
    let done = promise()
    let stopwatch = Stopwatch()
    var round = 0
    func begin() {
      connect(
        Asking(size: load.size) { context in
          if load.size > 0 { context.send(messages.ofRound(round)) }
        } replied: { context, reply in
          messages.check(reply, round: round)
          context.close(promise: nil)
        } inactive: {
          round += 1
          if round < load.count { return begin() }
          stopwatch.printRate(of: load.count)
          done.succeed(())
        }
      )
    }
    perform(begin)
    try done.futureResult.wait()
  }

  func sendStream() throws {
    try connect(StreamSender(load)).wait().closeFuture.wait()
  }

  func askLines() throws {
    let lines = ByteToMessageHandler(LineDecoder())
    try connect(lines, LineClient(load)).wait().closeFuture.wait()
  }

  /// Serves so many connections, and says how much in all.
  func serve(
    _ connections: Int = 1,
    _ handlers: @escaping (@escaping Ended) -> [any ChannelHandler]
  ) throws {
    let done = promise(of: Int.self)
    var left = connections
    var served = 0
    try listen {
      handlers { amount in
        served += amount
        left -= 1
        if left == 0 { done.succeed(served) }
      }
    }
    say("ready")
    say("served \(try done.futureResult.wait())")
  }

  func conversation(_ ended: @escaping Ended) -> [any ChannelHandler] {
    load.size > 0 ? [Echo(ended: ended)] : [Closing(ended: ended)]
  }

  func playStream() throws {
    let done = promise(of: Int.self)
    try listen { [StreamReceiver(load) { done.succeed($0) }] }
    try sendStream()
    _ = try done.futureResult.wait()
  }

  func playCrowd() throws {
    let crowd = Crowd(self)
    try listen {
      crowd.noteAccepted()
      return [Echo { _ in }]
    }
    pause(at: "idle")
    var stopwatch = Stopwatch()
    perform(crowd.connectSome)
    try crowd.connected.futureResult.wait()
    stopwatch.printRate(of: load.count, as: "connect")
    pause(at: "connected")
    stopwatch = Stopwatch()
    perform(crowd.askAll)
    try crowd.echoed.futureResult.wait()
    stopwatch.printRate(of: crowd.echoes, as: "echo")
  }
}

/// Many connections, with echoes on all of them at once.
final class Crowd {
  let connected: EventLoopPromise<Void>
  let echoed: EventLoopPromise<Void>
  private let network: Network
  private let load: Load
  private let messages: Messages
  private var clients: [any Channel] = []
  private var begun = 0
  private var accepted = 0
  private var replies = 0
  private var round = 0

  init(_ network: Network) {
    self.network = network
    load = network.load
    messages = Messages(load)
    connected = network.promise()
    echoed = network.promise()
  }

  var echoes: Int { round * load.count }

  func connectSome() {
    let more = min(Load.connectedAtOnce, load.count - begun)
    begun += more
    for _ in 0..<more {
      network.connect(
        Asking(size: load.size) { [unowned self] context in
          clients.append(context.channel)
          goOnWhenConnected()
        } replied: { [unowned self] _, reply in
          receive(reply)
        }
      )
    }
  }

  func noteAccepted() {
    accepted += 1
    goOnWhenConnected()
  }

  private func goOnWhenConnected() {
    guard accepted == begun, clients.count == begun else { return }
    if begun == load.count { connected.succeed(()) } else { connectSome() }
  }

  func askAll() {
    replies = 0
    for client in clients { client.writeAndFlush(messages.ofRound(round), promise: nil) }
  }

  private func receive(_ reply: ByteBuffer) {
    messages.check(reply, round: round)
    replies += 1
    guard replies == load.count else { return }
    round += 1
    if round < Load.echoes / load.count { askAll() } else { echoed.succeed(()) }
  }
}
