import Testing

@testable import Scenario

@Suite("Filter expression")
struct FilterExpressionTests {
  @Test(arguments: [
    ("cont", true), ("qmp/", true), ("reload", false), ("name:qmp", false), ("file:qmp", true),
    ("name:\"cont replies\"", true), ("\"t replies\"", true), ("tag:smoke", true),
    ("tag:smo", false), ("smo", true), ("not fast", false), ("slow", false),
    ("not tag:slow", true), ("!cont", false), ("cont and reload", false), ("cont & qmp", true),
    ("reload or cont", true), ("reload | x", false), ("reload or cont and x", false),
    ("(reload or cont) and qmp", true), ("not (reload or x)", true), ("not reload and x", false),
    ("!!cont", true), ("cont&&qmp||x", true), ("android", false), ("ort", false),
  ])
  func `an expression holds or does not`(source: String, holds: Bool) throws {
    var scenario = ScenarioDescription(file: "qmp/cont.lua", name: "cont replies")
    scenario.options.tags = ["smoke", "fast"]

    #expect(try FilterExpression(source).matches(scenario) == holds)
  }

  @Test(arguments: [
    ("", 1, "a word is missing"), ("a b", 3, "an operator is missing"),
    ("a and", 6, "a word is missing"), ("(a", 3, "a closing parenthesis is missing"),
    ("a)", 2, "an operator is missing"), ("tag:", 5, "a word is missing after the colon"),
    ("x or tags:a", 6, "\"tags:\" is none of name:, file: and tag:"),
    ("\"a", 1, "the closing quote is missing"), ("and", 1, "a word is missing"),
  ])
  func `an error points at the column`(source: String, column: Int, problem: String) throws {
    let error = #expect(throws: FilterExpression.Malformed.self) { try FilterExpression(source) }

    #expect(error?.column == column)
    #expect(error?.problem == problem)
  }

  @Test func `parentheses have a depth that ends`() {
    let source = String(repeating: "(", count: 100_000)

    #expect(throws: FilterExpression.Malformed.self) { try FilterExpression(source) }
  }
}

@Suite("Shard")
struct ShardTests {
  @Test func `every scenario belongs to exactly one part`() throws {
    let shards = try (1...4).map { try #require(Shard(index: $0, of: 4)) }
    var counts = [0, 0, 0, 0]

    for number in 0..<1000 {
      let scenario = ScenarioDescription(file: "a.lua", name: "scenario \(number)")
      let holders = shards.indices.filter { shards[$0].holds(scenario) }
      #expect(holders.count == 1)
      counts[holders.first ?? 0] += 1
    }

    #expect(counts.allSatisfy { $0 > 150 })
  }

  @Test func `the part is the same on every machine`() {
    let scenario = ScenarioDescription(file: "qmp/cont.lua", name: "cont replies")

    #expect((1...8).map { Shard(index: $0, of: 8)?.holds(scenario) }.firstIndex(of: true) == 6)
  }

  @Test(arguments: ["0/4", "5/4", "1", "1/0", "a/b", "1/2/3", "-1/4", ""])
  func `what names no part is none`(text: String) {
    #expect(Shard(text) == nil)
  }
}
