import Testing

@testable import Scenario

@Suite("Outline of blocks")
struct BlockOutlineTests {
  /// A script with many blocks of two lines between some other statements.
  private static let script =
    "local f = print\n"
    + (0..<60).map { "scenario(\"b\($0)\", function(t)\n  t:equal(\($0), 1) end)\n" }.joined()
    + ";(f or error)()\nreturn 1"

  private func outlined(_ source: String, for name: String) -> String? {
    BlockOutline(Array(source.utf8)).map { String(decoding: $0.text(for: name), as: UTF8.self) }
  }

  @Test func `the others are left out, and every line keeps its number`() throws {
    let text = try #require(outlined(Self.script, for: "b7"))

    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[15].hasSuffix("scenario(\"b7\", function(t)"))
    #expect(lines[16] == "  t:equal(7, 1) end)")
    #expect(lines[121].hasSuffix("(f or error)()"))
    #expect(lines.count == 123)
    #expect(text.components(of: "scenario") == 1)
  }

  @Test func `what was apart stays apart`() throws {
    // Without a semicolon the statement behind the blocks would call the value before them.
    let text = try #require(outlined(Self.script, for: "none"))

    #expect(text.hasPrefix("local f = print\n;"))
    #expect(text.components(of: "scenario") == 0)
  }

  @Test(arguments: [
    "scenario(name, function() end)", "scenario(\"x\", body)",
    "scenario(\"x\", f(), function() end)",
    "scenario(\"x\", { skip = f() }, function() end)", "do scenario(\"x\", function() end) end",
    "other(\"x\", function() end)", "scenario(\"x\", function() end).y()",
    "local x = scenario(\"x\", function() end)",
  ])
  func `what may do something else is kept`(statement: String) throws {
    let text = try #require(outlined("\(statement)\n\(Self.script)", for: "b7"))

    #expect(text.hasPrefix(statement))
  }

  @Test func `options that are written out go with their block`() throws {
    let block = "scenario(\"x\", { tags = { \"a\" }, wait = 5, [\"skip\"] = nil }, function() end)"

    #expect(try #require(outlined("\(block)\n\(Self.script)", for: "b7")).hasPrefix(";\n"))
  }

  @Test(arguments: [
    "local scenario = f", "function scenario() end", "_ENV.scenario = f", "_G.scenario = f",
    "scenario = f",
  ])
  func `a scenario of the script's own is not parley's`(change: String) {
    let text = outlined("\(change)\n\(Self.script)", for: "b7")

    #expect(text.map { $0.components(of: "scenario(\"b8\"") == 1 } ?? true)
  }

  @Test func `few blocks are not worth it, nor is what does not parse`() {
    #expect(BlockOutline(Array("scenario(\"a\", function() end)".utf8)) == nil)
    #expect(BlockOutline(Array("scenario(".utf8)) == nil)
  }

  @Test func `each of many blocks runs as it stands, with its own lines`() {
    let blocks = (0..<60).map { "scenario(\"b\($0)\", function(t)\n  t:equal(\($0), 7) end)\n" }
    let run = ScriptRun("local shared = \"here\"\n" + blocks.joined())

    let (code, results) = run.run()

    #expect(code == .failure)
    #expect(results.filter { $0.failure == nil }.map(\.name) == ["b7"])
    #expect(results.count == 60)
    #expect(results.last?.failure?.location?.line == 121)
  }
}

extension String {
  /// How often a text stands in it.
  fileprivate func components(of text: String) -> Int {
    split(separator: text, omittingEmptySubsequences: false).count - 1
  }
}
