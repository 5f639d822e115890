internal import LocalSockets
internal import LuaBridge

extension LocalSocketLibrary {
  /// Joins a foreign interpreter's state and leaves the module's table on the running stack.
  ///
  /// The library lives as long as the state, and opening it again gives the same table.
  ///
  /// - Parameter state: The `lua_State *` that `luaopen_localsocket` was called with.
  /// - Returns: What a native function answers: the count of results, or that a message is to be
  ///   raised.
  @unsafe package static func open(in state: OpaquePointer) -> Int32 {
    let attached = unsafe LuaRuntime.attached(to: state)
    guard let runtime = unsafe attached ?? LuaRuntime(attachingTo: state) else { return 0 }
    do throws(SystemError) {
      try pushModule(of: runtime)
      unsafe runtime.moveTop(to: state)
      return 1
    } catch {
      runtime.main.push("localsocket: \(error)")
      unsafe runtime.moveTop(to: state)
      return -1
    }
  }

  private static func pushModule(of runtime: LuaRuntime) throws(SystemError) {
    if runtime.module == nil {
      _ = try LocalSocketLibrary(runtime: runtime)
      runtime.module = runtime.reference(takingFrom: runtime.main)
    }
    runtime.module?.push(on: runtime.main)
  }
}
