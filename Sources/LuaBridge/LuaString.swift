internal import CLua
internal import CLuaShim

/// A string of Lua's whose bytes Swift uses where they are.
///
/// Lua never moves a string, and the registry keeps this one from the collector. The bytes outlive the
/// state: when that is closed they are copied.
@safe package final class LuaString {
  private let state: LuaState
  private let key: CInt
  private var place: UnsafeRawBufferPointer
  /// The bytes, once the state has none any more.
  private var copy: UnsafeMutableRawBufferPointer?

  /// Holds the string at an index of a stack.
  fileprivate init(
    at index: Int32,
    bytes: UnsafeRawBufferPointer,
    of thread: LuaThread,
    state: LuaState
  ) {
    self.state = state
    unsafe place = bytes
    thread.push(copyOf: index)
    key = unsafe luaL_ref(thread.pointer, lsl_registry_index())
    unsafe state.strings[key] = .passUnretained(self)
  }

  deinit {
    if let copy = unsafe copy { return unsafe copy.deallocate() }
    unsafe state.strings[key] = nil
    unsafe luaL_unref(state.main.pointer, lsl_registry_index(), key)
  }

  /// The bytes, which lie there until the state is closed or this object goes.
  @unsafe package var bytes: UnsafeRawBufferPointer { unsafe place }

  /// Copies the bytes, which go with the state.
  func leaveState() {
    let copy = unsafe UnsafeMutableRawBufferPointer.allocate(byteCount: place.count, alignment: 1)
    unsafe copy.copyMemory(from: place)
    unsafe place = UnsafeRawBufferPointer(copy)
    unsafe self.copy = copy
  }
}

extension LuaCall {
  /// Holds on to the string that is an argument; nil where there is none, or the state is being closed.
  package func string(_ index: Int32) -> LuaString? {
    let state = runtime.state
    guard state.isOpen, let bytes = unsafe thread.bytes(at: index) else { return nil }
    return unsafe LuaString(at: index, bytes: bytes, of: thread, state: state)
  }
}
