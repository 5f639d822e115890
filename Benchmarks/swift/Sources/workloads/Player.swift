import LocalSockets

typealias ServerName = SocketName

/// Plays the roles of the workloads.
struct Player {
  let load: Load
  let loop: EventLoop

  private func server(
    for workload: String,
    rests: Duration? = nil,
    ended: @escaping (Int) -> Void = { _ in }
  ) -> Server {
    let count = workload == "conversations" || workload == "crowd" ? load.count : 1
    return Server(
      loop: loop,
      name: load.name,
      count: count,
      serve: serving(workload, rests),
      ended: ended
    )
  }

  private func serving(_ workload: String, _ rests: Duration?) -> (LocalSocket, Server) -> Void {
    switch workload {
    case "roundtrips": return Server.echo
    case "conversations" where load.size > 0: return Server.echo
    case "conversations": return Server.close
    case "lines": return Server.answerLines
    case "stream": return { receiveStream($0, $1, rests) }
    default: fail("no workload \(workload)")
    }
  }

  private func receiveStream(_ socket: LocalSocket, _ server: Server, _ rests: Duration?) {
    StreamReceiver(load, from: socket, loop: loop, restsFor: rests) { [unowned server] in
      server.finish(socket, amount: $0)
    }
  }

  private func client(for workload: String, ended: @escaping () -> Void) -> AnyObject {
    switch workload {
    case "roundtrips": RoundTrips(load, loop: loop)
    case "conversations": Conversations(load, loop: loop)
    case "lines": LineClient(load, loop: loop)
    case "stream": StreamSender(load, loop: loop, ended: ended)
    default: fail("no workload \(workload)")
    }
  }

  private func run(_ parts: AnyObject...) throws {
    try withExtendedLifetime(parts) { try loop.run() }
  }

  func playClient(_ workload: String) throws {
    try run(client(for: workload) { loop.stop() })
  }

  func playServer(_ workload: String) throws {
    let server = server(for: workload) { amount in
      say("served \(amount)")
      loop.stop()
    }
    say("ready")
    try run(server)
  }

  /// Both ends in this thread; of a stream the receiver's end is the end.
  func playBoth(_ workload: String, rests: Duration? = nil) throws {
    let server = server(for: workload, rests: rests) { _ in
      if workload == "stream" { loop.stop() }
    }
    try run(server, client(for: workload) {})
  }

  func playCrowd() throws {
    let crowd = Crowd(load, loop: loop)
    let server = Server(loop: loop, name: load.name, count: load.count) { socket, server in
      Server.echo(socket, server)
      crowd.noteAccepted()
    } ended: { _ in
    }
    pause(at: "idle")
    var stopwatch = Stopwatch()
    crowd.connectSome()
    try run(server, crowd)
    stopwatch.printRate(of: load.count, as: "connect")
    pause(at: "connected")
    stopwatch = Stopwatch()
    crowd.askAll()
    try run(server, crowd)
    stopwatch.printRate(of: crowd.echoes, as: "echo")
  }
}
