internal import CLua
internal import CLuaShim

/// What a native function throws; the shim raises it in Lua when the Swift frames are gone.
package enum LuaError: Error, Equatable {
  /// A wrong argument: its number, and what is wrong with it.
  case argument(Int32, String)
  /// A message that gets the file and line of the caller before it.
  case message(String)
  /// A message that stands as it is.
  case bare(String)
  /// The error value is on the stack's top already.
  case onTop

  /// Leaves on the stack what the shim needs to raise this, and names the way to raise it.
  ///
  /// Not inlined, lest every call pay for the registers that it needs.
  @inline(never)
  func push(on thread: LuaThread) -> Int32 {
    switch self {
    case .argument(let index, let message):
      thread.push(Int(index))
      thread.push(message)
      return Int32(LSL_ARGUMENT_ERROR)
    case .message(let message):
      thread.push(message)
      return Int32(LSL_LOCATED_ERROR)
    case .bare(let message):
      thread.push(message)
      return Int32(LSL_ERROR)
    case .onTop:
      return Int32(LSL_ERROR)
    }
  }
}
