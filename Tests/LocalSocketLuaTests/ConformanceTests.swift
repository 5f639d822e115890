import Testing

/// The statements about Qt's classes, and about what the module has beyond them, one case each.
@Suite("Conformance of localsocket")
struct ConformanceTests {
  /// In a process of its own: what other tests start holds this process's descriptors for a moment,
  /// so that servers which were closed could still be found.
  @Test func `the cases pass embedded, as the root task`() async {
    let result = await #expect(
      processExitsWith: .success,
      observing: [\.standardOutputContent]
    ) {
      for spec in SpecFile.conformance {
        let outcome = try EmbeddedSpec().run(spec, within: .seconds(300))
        if outcome.passed == 0 { print("\(spec.name): nothing has passed") }
        if !outcome.reports.isEmpty { print("\(spec.name): \(outcome.reports)") }
      }
    }

    #expect(String(decoding: result?.standardOutputContent ?? [], as: UTF8.self) == "")
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
