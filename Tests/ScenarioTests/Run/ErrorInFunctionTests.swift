import Testing

@testable import Scenario

/// What a script hands to the scenario language is called from there; an error in it is the script's
/// all the same.
@Suite("Error in a function of the script")
struct ErrorInFunctionTests {
  private static let codec = """
    local function own(parts)
      local codec = { encode = tostring, decode = function(r) return r:bytes(1) end }
      for name, part in pairs(parts) do codec[name] = part end
      return t:pair { codec = codec }
    end

    """

  @Test(arguments: [
    "own { encode = function()\nerror 'broke' end }:send 'x'",
    "own { decode = function()\nerror 'broke' end }:expect 'x'",
    "local a, b = own { decode = function(r) r:bytes(1)\nerror 'broke' end } a:send 'x' b:receive()",
    "local a, b = own { show = function()\nerror 'broke' end } a:send 'x' b:expect 'y'",
  ])
  func `an error in a codec is shown at its line`(_ body: String) {
    let failure = ScriptRun.failure(Self.codec + body)

    #expect(failure?.kind == .scriptError)
    #expect(failure?.message == "broke")
    #expect(failure?.location?.line == 7)
  }

  @Test func `what a codec makes of a message has to be bytes`() {
    let failure = ScriptRun.failure(
      Self.codec + "local a = own { encode = function() end }\na:send { 5 }"
    )

    #expect(failure?.message == "encode of the codec gave nil for { 5 }, and not a string")
    #expect(failure?.location?.line == 7)
  }

  @Test(arguments: [
    "b:expect(function()\nerror 'broke' end)", "b:await(function()\nerror 'broke' end)",
    "b:expect(oneOf { function()\nerror 'broke' end })",
    "b:expectUnordered { function()\nerror 'broke' end }",
    "b:expectAny { { 'x', function()\nerror 'broke' end } }",
    "for _ in b:messages() do\nerror 'broke' end",
    "t:match({ 1 }, { function()\nerror 'broke' end })",
    "t.check:match(1, function()\nerror 'broke' end)",
    "t:eventually('1s', function()\nerror 'broke' end)",
    "for _ in t:each { 1 } do\nerror 'broke' end",
    "table.sort({ 2, 1 }, function()\nerror 'broke' end)",
    "coroutine.wrap(function()\nerror 'broke' end)()",
  ])
  func `an error in a predicate, a branch or a body is shown at its line`(_ body: String) {
    let failure = ScriptRun.failure(
      "local a, b = t:pair { codec = 'line' } a:send 'x'\n\(body)"
    )

    #expect(failure?.kind == .scriptError)
    #expect(failure?.message == "broke")
    #expect(failure?.location?.line == 3)
  }

  @Test(arguments: [
    "t:task('other', function()\nerror 'broke' end)",
    "b.socket:on('readyRead', function()\nerror 'broke' end) a:send 'x'",
    "localsocket.after('1ms', function()\nerror 'broke' end)",
    "t:listen('api'):serve(function()\nerror 'broke' end) t:connect 'api'",
  ])
  func `an error in a task or a callback is shown at its line, and ends the scenario`(
    _ body: String
  ) {
    let failure = ScriptRun.failure(
      "local a, b = t:pair { codec = 'line' } \(body)\nlocalsocket.sleep '1h'"
    )

    #expect(failure?.kind == .scriptError)
    #expect(failure?.message == "broke")
    #expect(failure?.location?.line == 2)
  }

  @Test(arguments: [
    ("b:expect(pattern '[x')", "\"[x\" is not a Lua pattern: malformed pattern (missing ']')"),
    ("t:match('x', '%')", "\"%\" is not a Lua pattern: malformed pattern (ends with '%')"),
    ("t:raises(error, '[')", "\"[\" is not a Lua pattern: malformed pattern (missing ']')"),
  ])
  func `a wrong pattern is shown at its line`(body: String, message: String) {
    let failure = ScriptRun.failure("local a, b = t:pair { codec = 'line' } a:send 'x'\n\(body)")

    #expect(failure?.kind == .scriptError)
    #expect(failure?.message == message)
    #expect(failure?.location?.line == 2)
  }

  @Test func `an error in a script with a long path has its line once`() {
    let run = ScriptRun()
    let name = String(repeating: "long", count: 20) + ".lua"
    run.add(name, "\nerror 'broke'")

    let failure = run.run(name).1.first?.failure

    #expect(failure?.message == "broke")
    #expect(failure?.location?.line == 2)
  }

  @Test func `an error without a value says so`() {
    let failure = ScriptRun.failure("t:task('other', function() error() end)")

    #expect(failure?.message == "an error was raised without a value")
    #expect(failure?.location?.line == 1)
  }

  @Test func `a variable whose closing fails fails the scenario`() {
    let failure = ScriptRun.failure(
      """
      t:isTrue(true)
      local guard <close> = setmetatable({}, { __close = function()
        error "broke"
      end })
      """
    )

    #expect(failure?.message == "broke")
    #expect(failure?.location?.line == 3)
  }
}
