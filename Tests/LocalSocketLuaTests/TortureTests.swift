import Testing

/// Random calls of everything that the module has; `scripts/torture` makes more of them.
@Suite("Torture")
struct TortureTests {
  /// How long the calls may take.
  private static let seconds = 3000

  /// In a process of its own, because the descriptors that are open are compared.
  @Test func `random calls do no harm, embedded`() async {
    let result = await #expect(
      processExitsWith: .success,
      observing: [\.standardOutputContent]
    ) {
      let outcome = try EmbeddedSpec().run(.torture, within: .seconds(Self.seconds))
      print(outcome.passed > 0 ? outcome.reports : "nothing was tried\n" + outcome.reports)
    }

    let reports = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
    #expect(reports == "\n")
  }

  @Test(.enabled(if: StockLua.cpath != nil, StockLua.skipReason))
  func `random calls do no harm, in stock lua5.4`() throws {
    let outcome = try StockLua.run(
      SpecFile.directory + "/stock.lua",
      SpecFile.torture.path,
      seconds: Self.seconds
    )

    #expect(outcome.status == 0, "\(outcome.output)")
  }
}
