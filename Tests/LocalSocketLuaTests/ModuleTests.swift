import Testing

/// What the module does as a shared library in a foreign interpreter.
@Suite("localsocket.so", .enabled(if: StockLua.cpath != nil, StockLua.skipReason))
struct ModuleTests {
  @Test func `the module needs neither Foundation nor a second Lua`() throws {
    let library = try #require(try libraryPath())

    let needed = try Command(["readelf", "--dynamic", library]).output

    #expect(needed.contains("libc.so"))
    #expect(!needed.contains("Foundation"))
    #expect(!needed.contains("liblua"))
  }

  /// The interpreter closes its state at its end; closing a state unloads the C modules of that
  /// state, which the Swift runtime does not survive unless the module is pinned.
  @Test func `the module can be loaded in one state after the other`() throws {
    let outcome = try StateSequence().run(
      """
      local localsocket = require "localsocket"
      local a, b = localsocket.pair()
      b:write("x")
      assert(a:waitForReadyRead("10s"))
      a:on("readyRead", function() return a end)
      localsocket.every("1h", print, b)
      localsocket.spawn(function() a:waitForDisconnected() end)
      localsocket.step()
      """
    )

    #expect(outcome.output == "closed 1\nclosed 2\nclosed 3\n")
    #expect(outcome.status == 0)
  }

  @Test func `requiring the module again gives the same table`() throws {
    let outcome = try runScript(
      """
      local first = require "localsocket"
      assert(require "localsocket" == first)
      local path = assert(package.searchpath("localsocket", package.cpath))
      local open = assert(package.loadlib(path, "luaopen_localsocket"))
      for _ = 1, 3 do
        assert(open() == first)
        assert(coroutine.wrap(open)() == first)
        collectgarbage()
      end
      local a, b = first.pair()
      b:write("x")
      assert(a:waitForReadyRead("10s"))
      print(a:readAll())
      """
    )

    #expect(outcome.output == "x\n")
    #expect(outcome.status == 0)
  }

  @Test func `the module opens in a coroutine`() throws {
    let outcome = try runScript(
      """
      local localsocket = coroutine.wrap(function() return require "localsocket" end)()
      collectgarbage()
      collectgarbage()
      local a, b = localsocket.pair()
      b:write("x")
      assert(a:waitForReadyRead("10s"))
      print(a:readAll())
      """
    )

    #expect(outcome.output == "x\n")
    #expect(outcome.status == 0)
  }

  @Test(arguments: ["", "os.exit(0, true)", "os.exit(0)", "error('out')"])
  func `the interpreter ends cleanly while all kinds of things are alive`(ending: String) throws {
    let outcome = try runScript(
      """
      localsocket = require "localsocket"
      local path = os.tmpname()
      os.remove(path)
      server = assert(localsocket.listen(path, { onConnection = function() end }))
      client = assert(localsocket.connect(path))
      a, b = localsocket.pair()
      a:on("readyRead", function() a:waitForReadyRead(-1) end)
      a:write(("x"):rep(1 << 22))
      timer = localsocket.every(1, function() end)
      localsocket.after("1h", print, client)
      task = localsocket.spawn(function()
        local _ <close> = setmetatable({}, { __close = function() print "closed" end })
        localsocket.sleep("1h")
      end)
      localsocket.spawn(function() client:waitForReadyRead(-1) end)
      localsocket.spawn(function() server:accept(-1) end)
      localsocket.spawn(function() task:join(-1) end)
      localsocket.spawn(function() localsocket.run() end)
      coroutine.wrap(function() coroutine.yield(localsocket.pair()) end)()
      b:write("x")
      for _ = 1, 5 do localsocket.step(10) end
      localsocket.spawn(function() print "never" end)
      setmetatable({}, { __gc = function() a:close() server:close() task:cancel() end })
      os.remove(path)
      \(ending)
      """
    )

    #expect(outcome.status == (ending.hasPrefix("error") ? 1 : 0), "\(outcome.output)")
    #expect(outcome.output.contains("closed\n") == (ending != "os.exit(0)"))
    #expect(!outcome.output.contains("never"))
  }

  @Test func `a wait in a finaliser at the state's end does not hang or crash`() throws {
    let outcome = try runScript(
      """
      local localsocket = require "localsocket"
      warn "@on"
      kept = setmetatable({}, { __gc = function()
        print(pcall(localsocket.sleep, 1))
        print(pcall(localsocket.spawn, print))
        print(pcall(localsocket.pair))
      end })
      """
    )

    #expect(outcome.status == 0, "\(outcome.output)")
  }

  @Test func `with LSL_FULLGC every native call collects all garbage`() throws {
    let outcome = try StockLua.run(
      "-e",
      """
      local localsocket = require "localsocket"
      local count = 0
      local function countNext()
        setmetatable({}, { __gc = function()
          count = count + 1
          countNext()
        end })
      end
      countNext()
      localsocket.now()
      count = 0
      for _ = 1, 10 do localsocket.now() end
      print(count)
      """,
      variables: ["LSL_FULLGC": "1"]
    )

    #expect(outcome.output == "10\n")
  }

  private func runScript(_ text: String) throws -> Command {
    try StockLua.run("-e", text)
  }

  private func libraryPath() throws -> String? {
    let outcome = try StockLua.run(
      "-e",
      "io.write(package.searchpath('localsocket', package.cpath))"
    )
    return outcome.status == 0 ? outcome.output : nil
  }
}
