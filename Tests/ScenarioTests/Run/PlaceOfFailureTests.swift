import Testing

@testable import Scenario

@Suite("Place of a failure")
struct PlaceOfFailureTests {
  @Test func `a talk block fails at the line of the block`() throws {
    let script = ScriptRun(
      """
      local client, server = t:pair { codec = "line" }
      server:send("220 ready", "500 no")
      client:talk [[
        < 220 {{any}}
        > HELO me
        < 250 hello
      ]]
      """
    )

    let failure = try #require(script.run().1.first?.failure)

    #expect(failure.kind == .mismatch)
    #expect(failure.location?.line == 6)
    #expect(failure.remarks == ["line 3 of the talk block: < 250 hello"])
    #expect(script.output.contains("✗   "))
    #expect(script.output.contains("script.lua:5"))
  }

  @Test func `a wait in a talk block times out at the line of the block`() {
    let failure = ScriptRun.failure(
      """
      --# wait: 5ms
      local client = t:pair { codec = "line" }
      t:task("other", function() localsocket.sleep "1m" end)
      client:talk [[
        > HELO me
        < 250 hello
      ]]
      """
    )

    #expect(failure?.kind == .timeout)
    #expect(failure?.location?.line == 6)
  }

  @Test func `a line that no talk block has is an error at that line`() {
    let failure = ScriptRun.failure(
      """
      local client = t:pair { codec = "line" }
      client:talk [[
        > HELO me
        = 250
      ]]
      """
    )

    #expect(failure?.kind == .scriptError)
    #expect(failure?.location?.line == 4)
  }

  @Test func `what follows a talk block stands at its own line again`() {
    let failure = ScriptRun.failure(
      """
      local client, server = t:pair { codec = "line" }
      server:send("a", "b")
      client:talk "< a"
      client:expect "c"
      """
    )

    #expect(failure?.location?.line == 4)
    #expect(failure?.remarks == [])
  }

  @Test(arguments: ["t:equal(row, 1)", "error \"oops\"", "local x = row == 2 and nil + 1"])
  func `the row in which a scenario failed is named`(body: String) {
    let failure = ScriptRun.failure("for _, row in t:each { first = 1, second = 2 } do \(body) end")

    #expect(failure?.remarks == [body.contains("oops") ? "row first" : "row second"])
  }

  @Test func `a row in which nobody can go on is named`() {
    let failure = ScriptRun.failure(
      """
      local client = t:pair()
      for _, isLast in t:each { first = false, last = true } do
        if isLast then client:receive() end
      end
      """
    )

    #expect(failure?.kind == .deadlock)
    #expect(failure?.remarks == ["row last"])
  }

  @Test func `what waits behind a loop is in no row`() {
    let failure = ScriptRun.failure(
      """
      local client = t:pair()
      for _ in t:each { 1, 2 } do end
      client:receive()
      """
    )

    #expect(failure?.kind == .deadlock)
    #expect(failure?.remarks == [])
  }

  @Test func `a mistake in what is tried again and again is shown where it is`() throws {
    let failure = try #require(
      ScriptRun.failure(
        """
        t:eventually("1h", function()
          local nothing
          nothing.field = 1
        end)
        """
      )
    )

    #expect(failure.kind == .scriptError)
    #expect(failure.location?.line == 3)
    #expect(failure.message == "attempt to index a nil value (local 'nothing')")
    #expect(failure.traceback == [])
  }

  @Test func `an error that blames the caller is shown there`() {
    let failure = ScriptRun.failure(
      """
      local function helper() error("wrong use", 2) end
      local function test()
        helper()
      end
      test()
      """
    )

    #expect(failure?.location?.line == 3)
    #expect(failure?.message == "wrong use")
  }

  @Test func `a predicate that raises is shown at its line`() {
    let failure = ScriptRun.failure(
      """
      local client, server = t:pair { codec = "line" }
      server:send "x"
      client:expectUnordered {
        function(message)
          return message.field.field
        end,
      }
      """
    )

    #expect(failure?.kind == .scriptError)
    #expect(failure?.location?.line == 5)
  }

  private static let framed = """
    local function size(r) return r:u8() end
    local framed = { encode = string.char, decode = function(r) return r:bytes(size(r)) end }
    local client, server = t:pair { codec = framed }

    """

  @Test(arguments: [
    "server:close() client:expect 'x'", "server:send(5):close() client:expect 'x'",
    "server:send(5) client:expect('x', { timeout = 1 })",
  ])
  func `what a script's codec cannot read fails where the message is wanted`(body: String) {
    let failure = ScriptRun.failure(Self.framed + body)

    #expect(failure?.location?.line == 4)
  }

  @Test func `who waits in a script's codec is shown where the message is wanted`() {
    let failure = ScriptRun.failure(Self.framed + "client:receive()")

    #expect(failure?.kind == .deadlock)
    #expect(failure?.waiters.map(\.location?.line) == [4])
  }

  @Test func `a mistake in a script's codec is shown at its line`() {
    let failure = ScriptRun.failure(
      """
      local codec = { encode = tostring, decode = function(r)
        local bytes = r:bytes(-1)
        return bytes
      end }
      t:pair { codec = codec }:receive()
      """
    )

    #expect(failure?.kind == .scriptError)
    #expect(failure?.location?.line == 2)
  }
}
