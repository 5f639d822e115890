import Testing

/// The statements about Qt's classes, and about what the module has beyond them, one case each.
@Suite("Conformance of localsocket")
struct ConformanceTests {
  @Test(arguments: SpecFile.conformance)
  func `the cases pass embedded, as the root task`(spec: SpecFile) throws {
    let outcome = try EmbeddedSpec().run(spec, within: .seconds(300))

    #expect(outcome.passed > 0)
    #expect(outcome.reports == "")
  }

  @Test(
    .enabled(if: StockLua.cpath != nil, StockLua.skipReason),
    arguments: SpecFile.conformance,
    ["epoll", "poll"]
  )
  func `the cases pass in stock lua5.4`(spec: SpecFile, poller: String) throws {
    let outcome = try StockLua.run(spec, variables: ["LOCALSOCKETS_POLLER": poller])

    #expect(outcome.status == 0, "\(outcome.output)")
    #expect(outcome.output.hasSuffix(" passed\n"))
  }
}
