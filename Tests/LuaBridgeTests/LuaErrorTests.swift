import LuaBridge
import Testing

@Suite("Lua errors")
struct LuaErrorTests {
  /// Defines `fail(kind)`, which throws each kind of error.
  private func bridge() throws -> Bridge {
    let bridge = try Bridge()
    bridge.define("fail") { call throws(LuaError) in
      switch try call.text(1) {
      case "argument": throw .argument(2, "is wrong")
      case "message": throw .message("with its place")
      case "bare": throw .bare("as it is")
      default:
        call.thread.push(copyOf: 2)
        throw .onTop
      }
    }
    return bridge
  }

  @Test(arguments: [
    ("argument", "script:1: bad argument #2 to 'fail' (is wrong)"),
    ("message", "script:1: with its place"), ("bare", "as it is"),
  ])
  func `an error that a native function throws is raised in Lua`(
    kind: String,
    message: String
  ) throws {
    let results = try bridge().results("return pcall(function() fail('\(kind)') end)")

    #expect(results == ["false", message])
  }

  @Test func `a function that pcall calls is named by its own name`() throws {
    let results = try bridge().results("return pcall(fail, 'argument')")

    #expect(results == ["false", "bad argument #2 to 'fail' (is wrong)"])
  }

  @Test func `an error value on the top is raised as the same value`() throws {
    let results = try bridge().results(
      "local value = {} local _, raised = pcall(fail, 'top', value) return raised == value"
    )

    #expect(results == ["true"])
  }

  @Test(arguments: ["argument", "message", "bare", "top"])
  func `an error unwinds the frames between, and their objects are released`(
    kind: String
  ) throws {
    weak var trace: Object?
    let bridge = try Bridge()
    bridge.define("fail") { call throws(LuaError) in
      let object = Object()
      trace = object
      defer { withExtendedLifetime(object) {} }
      switch kind {
      case "argument": throw .argument(1, "")
      case "message": throw .message("")
      case "bare": throw .bare("")
      default:
        call.thread.push(1)
        throw .onTop
      }
    }

    for _ in 0..<10 { _ = try bridge.results("return pcall(fail)") }

    #expect(trace == nil)
  }

  @Test(arguments: ["argument", "message", "bare", "top", "none"])
  func `calls leave the main stack as it was`(kind: String) throws {
    let bridge = try bridge()
    let before = bridge.main.top

    for _ in 0..<50 { _ = try bridge.call(kind == "none" ? "return 1" : "fail('\(kind)', {})") }

    #expect(bridge.main.top == before)
  }

  @Test func `a call's error has a traceback`() throws {
    let message = try #require(
      try bridge().call(
        """
        local function inner() fail('message') end
        inner()
        """
      )
    )

    #expect(message.hasPrefix("script:1: with its place\nstack traceback:\n"))
    #expect(message.contains("script:2: in main chunk"))
  }

  @Test func `an error that is no text has none`() throws {
    let message = try bridge().call(
      "error(setmetatable({}, { __tostring = function() return 'shown' end }))"
    )

    #expect(message == "shown")
  }

  @Test func `an error value whose tostring fails is shown by its type`() throws {
    let message = try bridge().call(
      "error(setmetatable({}, { __tostring = function() error('worse') end }))"
    )

    #expect(message == "table")
  }

  @Test(arguments: [
    ("return = 1", "script:1: unexpected symbol near '='"),
    ("x", "script:1: syntax error near <eof>"),
    ("\u{1B}Lua", "attempt to load a binary chunk (mode is 't')"),
  ])
  func `a chunk that does not load says why`(source: String, message: String) throws {
    let bridge = try Bridge()
    let before = bridge.main.top

    let error = #expect(throws: LuaLoadError.self) {
      try bridge.runtime.load(Array(source.utf8), chunk: "=script")
    }

    #expect(error?.message == message)
    #expect(bridge.main.top == before)
  }

  private final class Object {}
}
