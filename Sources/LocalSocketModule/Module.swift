internal import CLuaShim
internal import LocalSocketLua
internal import LuaBridge

/// Fills in the module for a stock interpreter; `luaopen_localsocket` calls it, and leaves the
/// module's table, or a message, on the stack's top.
@c(lsl_open_module)
public func openModule(_ state: OpaquePointer) -> Int32 {
  unsafe LocalSocketLibrary.open(in: state)
}
