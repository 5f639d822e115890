import CLuaShim
import Testing

@testable import LuaBridge

/// The rule that nothing raises across a Swift frame, and the builds that stop where it is broken.
@Suite("Lua border")
struct LuaBorderTests {
  #if DEBUG
  @Test func `a raise across a Swift frame stops a debug build`() async {
    #expect(lsl_checks_border())
    await #expect(processExitsWith: .signal(6), observing: []) {
      guard let runtime = LuaRuntime(memoryLimit: 1 << 20) else { return }
      runtime.pushFunction { call throws(LuaError) in
        call.thread.push("raised where it must not be")
        unsafe lua_error(call.thread.pointer)
        return .nothing
      }
      _ = runtime.callTop()
      runtime.close()
    }
  }
  #endif
}
