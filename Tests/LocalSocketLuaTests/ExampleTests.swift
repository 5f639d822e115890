import Testing

/// The examples that need no host.
@Suite("Examples in stock lua5.4", .enabled(if: StockLua.cpath != nil, StockLua.skipReason))
struct ExampleTests {
  @Test(arguments: [
    ("echo", "echo: callbacks done\n"), ("echo-blocking", "echo: blocking done\n"),
  ])
  func `the example runs to its end`(name: String, output: String) throws {
    let outcome = try StockLua.run("\(SpecFile.root)/examples/\(name).lua")

    #expect(outcome.output == output)
    #expect(outcome.status == 0)
  }
}
