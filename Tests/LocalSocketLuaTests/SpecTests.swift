import LocalSockets
import LuaBridge
import Testing

@Suite("localsocket from Lua")
struct SpecTests {
  @Test(arguments: SpecFile.all)
  func `the spec passes embedded, as the root task`(spec: SpecFile) throws {
    let outcome = try EmbeddedSpec().run(spec, within: .seconds(300))

    #expect(outcome.passed > 0)
    #expect(outcome.reports == "")
  }

  @Test func `a closed state lets go of its event loop`() throws {
    try expectEnd(after: "")
  }

  @Test(arguments: [
    "a:on('disconnected', ignore) a:abort()",
    "a:on('readyRead', ignore)",
    "a:write(('x'):rep(1 << 22)) a:close()",
    "spawn(a.waitForReadyRead, a, -1) step()",
    "spawn(b.waitForDisconnected, b, -1) step() b:abort()",
    "spawn(localsocket.run) step() localsocket.stop()",
    "spawn(localsocket.run) step()",
    "spawn(localsocket.step, -1) step()",
    "spawn(spawn(localsocket.sleep, '1h').join, spawn(ignore)) step()",
    "localsocket.every('1h', ignore, a)",
    "wait = coroutine.wrap(function() a:waitForReadyRead(-1) end) spawn(wait) step()",
  ])
  func `a closed state lets go of the loop that has something left to do`(left: String) throws {
    try expectEnd(
      after: """
        local spawn, step = localsocket.spawn, localsocket.step
        local function ignore() end
        a, b = localsocket.pair()
        \(left)
        """
    )
  }

  @Test(arguments: [
    "", "client:on('errorOccurred', ignore)", "client:on('stateChanged', ignore) client:abort()",
    "localsocket.spawn(client.waitForConnected, client) localsocket.step()",
    "client:on('errorOccurred', client.connectToServer) server:close() client:waitForConnected()",
  ])
  func `a closed state lets go of the loop that waits for a full server`(left: String) throws {
    try expectEnd(
      after: """
        local function ignore() end
        server = localsocket.Server()
        server:setMaxPendingConnections(0)
        server:setListenBacklogSize(0)
        assert(server:listen("@" .. os.tmpname()))
        kept = {}
        repeat
          client = localsocket.Socket()
          client:connectToServer(server:serverName())
          kept[#kept + 1] = client
        until client:state() == "ConnectingState"
        \(left)
        """
    )
  }

  /// Checks that nothing of what a script leaves behind keeps the loop when its state is closed.
  private func expectEnd(after script: String) throws {
    weak var loop: EventLoop?
    do {
      let spec = try EmbeddedSpec()
      loop = spec.loop
      try spec.run(script)
      #expect(loop != nil)
    }

    #expect(loop == nil)
  }

  @Test(
    .enabled(if: StockLua.cpath != nil, StockLua.skipReason),
    arguments: SpecFile.all
  )
  func `the spec passes in stock lua5.4`(spec: SpecFile) throws {
    let outcome = try StockLua.run(spec)

    #expect(outcome.status == 0, "\(outcome.output)")
    #expect(outcome.output.hasSuffix(" passed\n"))
  }
}
