internal import CLuaShim

/// One Lua state, as the parts of the bridge share it.
@safe final class LuaState {
  let shim: UnsafeMutablePointer<lsl_runtime>
  let main: LuaThread
  /// False once the state is closed; nothing may touch it then.
  private(set) var isOpen = true
  /// The strings that Swift uses where they are, by their keys in the registry.
  // SAFETY: each takes itself out before it goes.
  var strings: [CInt: Unmanaged<LuaString>] = unsafe [:]

  init?(_ shim: UnsafeMutablePointer<lsl_runtime>?) {
    guard let shim = unsafe shim, let main = unsafe shim.pointee.main else { return nil }
    unsafe self.shim = unsafe shim
    unsafe self.main = LuaThread(main)
  }

  /// Ends the use of the state, which is about to be closed.
  func markClosed() {
    isOpen = false
    let held = unsafe Array(strings.values)
    unsafe strings = [:]
    for index in unsafe held.indices {
      unsafe held[index]._withUnsafeGuaranteedRef { $0.leaveState() }
    }
  }
}
