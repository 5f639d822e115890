internal import CLua
internal import CLuaShim

/// A Lua value that Swift holds on to.
///
/// It is a root of the collector: never hold a value that leads back to the Swift object that
/// holds the reference.
package final class LuaReference {
  private let state: LuaState
  private let key: CInt

  /// Takes the value on the top of a stack.
  init(takingFrom thread: LuaThread, state: LuaState) {
    self.state = state
    key = unsafe luaL_ref(thread.pointer, lsl_registry_index())
  }

  deinit {
    guard state.isOpen else { return }
    unsafe luaL_unref(state.main.pointer, lsl_registry_index(), key)
  }

  /// Pushes the value.
  package func push(on thread: LuaThread) {
    unsafe lua_rawgeti(thread.pointer, lsl_registry_index(), lua_Integer(key))
  }
}
