import LocalSockets
import LuaBridge
import Testing

@Suite("localsocket from Lua")
struct SpecTests {
  @Test(arguments: SpecFile.all)
  func `the spec passes embedded, as the root task`(spec: SpecFile) throws {
    let outcome = try EmbeddedSpec().run(spec, within: .seconds(300))

    #expect(outcome.passed > 0)
    #expect(outcome.reports == "")
  }

  @Test func `a closed state lets go of its event loop`() throws {
    weak var loop: EventLoop?
    do {
      let spec = try EmbeddedSpec()
      loop = spec.loop
      #expect(loop != nil)
    }

    #expect(loop == nil)
  }

  @Test(
    .enabled(if: StockLua.cpath != nil, StockLua.skipReason),
    arguments: SpecFile.all
  )
  func `the spec passes in stock lua5.4`(spec: SpecFile) throws {
    let outcome = try StockLua.run(spec)

    #expect(outcome.status == 0, "\(outcome.output)")
    #expect(outcome.output.hasSuffix(" passed\n"))
  }
}
