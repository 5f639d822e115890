internal import CLuaShim

/// One Lua state, as the parts of the bridge share it.
@safe final class LuaState {
  let shim: UnsafeMutablePointer<lsl_runtime>
  let main: LuaThread
  /// False once the state is closed; nothing may touch it then.
  var isOpen = true

  init?(_ shim: UnsafeMutablePointer<lsl_runtime>?) {
    guard let shim = unsafe shim, let main = unsafe shim.pointee.main else { return nil }
    unsafe self.shim = unsafe shim
    unsafe self.main = LuaThread(main)
  }
}
