import CLuaShim
import Testing

@testable import LuaBridge

/// The rule that nothing raises across a Swift frame, and the build that stops where it is broken.
@Suite("Lua border")
struct LuaBorderTests {
  @Test(.enabled(if: lsl_checks_border(), "only the build with LSL_CHECK stops the program"))
  func `a raise across a Swift frame stops the checking build`() async {
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
}
