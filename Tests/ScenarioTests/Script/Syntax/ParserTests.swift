import LuaBridge
import Testing

@testable import Scenario

@Suite("Parser")
struct ParserTests {
  @Test func `every script of this repository is read as Lua reads it`() throws {
    let root = "/" + #filePath.split(separator: "/").dropLast(5).joined(separator: "/")
    let folders = ["Benchmarks", "Sources", "Tests", "docs", "examples"]
    let scripts = try ScriptSelection(arguments: folders.map { "\(root)/\($0)" }).scripts

    #expect(scripts.count > 100)
    for script in scripts {
      let source = try Script.text(of: script.path)
      #expect(isRead(source) == Lua.compiles(source), "\(script.path)")
    }
  }

  @Test(arguments: [
    "", ";;;", "return", "return;", "return 1, 2;", "#!/usr/bin/lua\nreturn", "local x",
    "local a <const>, b <close> = 1, nil", "local function f(...) return ... end",
    "function a.b.c:d(x, y, ...) end", "a, b.c, d[1] = 1, 2", "f{} 'x' [[y]]", "f'x':g{}.h[1]()",
    "(f or g)(x)", "(f)()", "goto done ::done::", "do local x end ::a:: goto a",
    "while true do break end", "repeat local x until x", "for i = 1, 2, 3 do end",
    "for k, v in next, {} do end", "if a then elseif b then else end",
    "x = not -#~a ^ -b .. c // d >> e << f | g ~ h & i ~= j == k <= l >= m and n or o % p",
    "x = {1; 2, a = 3, ['b'] = 4, [5] = 6, f(), ...}", "x = {function() end}", "x = {a = b}",
    "x = {a == b}", "x = 0x.8p-3 + 0xA.p2 + 3.e-2 + .5 + 1e+5 + 0xffffffffffffffffff",
    "x = 9223372036854775808", "x = a.b.c['d'].e", "x = 1 --[==[ ]] ]=] ]==] + 2",
    "--[[ unfinished in the eyes of none ]] x = 1", "-- a comment without an end",
    "x = 'a\\z   \n  b\\\nc\\x41\\065\\u{48}\\u{7fffffff}\\'\\\"'", "x = [==[\n]]]=]==]",
    "x = a[ [[b]] ]", "x\r\n=\n\r1\r", "local \u{feff} = 1", "x = 'caf\u{e9}'",
    "f(function() end)()",
    "return function(a, b, ...) return a end", "local goto_ = 1", "a.b:c(1):d(2).e = 3",
    "x = - - 1",
    "local t <const> = {}", "break",
    "x = 1 y = 2", "x = 3..2", "x = 0x", "x = 1 2", "x == 1", "f", "f.x", "(f)", "a:b", "x = {",
    "x = }", "if x end", "for i do end", "local function", "function f(a, ..., b) end", "x = 'a",
    "x = 'a\nb'", "x = '\\q'", "x = '\\300'", "x = '\\xG0'", "x = '\\u{80000000}'", "x = '\\u41'",
    "x = [==[ ]=]", "--[[", "x = a ! b", "x = @", "return 1 x = 2", "do", "end", "until x", "::a",
    "goto 1", "local 1", "a.1 = 2", "f() = 1", "(a) = 1", "a, f() = 1", "a + 1", "x = function",
    "local a <const", "x =",
    "for a, 1 in b do end", "else", "x = {a b}", "x = 'a' 'b'", "x = ...1",
  ])
  func `a piece of a script is read or refused as Lua does`(_ source: String) {
    let bytes = Array(source.utf8)

    #expect(isRead(bytes) == Lua.compiles(bytes) || Self.isOnlyCompiled.contains(source))
  }

  /// What the grammar allows, and Lua's compiler alone refuses.
  private static let isOnlyCompiled: Set = ["break", "x = 3..2", "x = 0x", "x = ...1"]

  @Test(arguments: ["(", "{", "a[", "f(", "not ", "- ", "a..", "x^"])
  func `what nests too deeply is refused, and not a crash`(_ opening: String) {
    let bytes = Array(("return " + String(repeating: opening, count: 20_000)).utf8)

    #expect(throws: SyntaxError.self) { try Parser.parse(bytes) }
  }

  @Test(arguments: ["do ", "while x do ", "if x then ", "repeat ", "function f() "])
  func `blocks that nest too deeply are refused, and no crash`(_ opening: String) {
    let bytes = Array(String(repeating: opening, count: 20_000).utf8)

    #expect(throws: SyntaxError.self) { try Parser.parse(bytes) }
  }

  @Test(arguments: [
    "x = 1" + String(repeating: " + 1", count: 20_000),
    "f" + String(repeating: "()", count: 20_000),
    "x = a" + String(repeating: ".b", count: 20_000),
    "if a then " + String(repeating: "elseif a then ", count: 20_000) + "end",
  ])
  func `what is only long is read`(_ source: String) {
    #expect(isRead(Array(source.utf8)))
  }

  @Test func `an error is where the token stands that does not fit`() {
    let text = "local x = 1\nlocal y = = 2\n"

    let error = #expect(throws: SyntaxError.self) { try Parser.parse(Array(text.utf8)) }

    let place = error.map { SourceText(Array(text.utf8)).place(of: $0.offset) }
    #expect(place == SourceText.Place(line: 2, column: 11))
  }

  private func isRead(_ source: [UInt8]) -> Bool {
    (try? Parser.parse(source)) != nil
  }
}

/// The Lua that parley runs scripts with.
private enum Lua {
  /// Whether Lua can compile a script, whose first line may be for the shell.
  static func compiles(_ source: [UInt8]) -> Bool {
    let text = source.first == UInt8(ascii: "#") ? Array("--".utf8) + source : source
    guard let runtime = LuaRuntime(memoryLimit: 1 << 28) else { return false }
    defer { runtime.close() }
    return (try? runtime.load(text, chunk: "=script")) != nil
  }
}
