internal import CLua
internal import CLuaShim

/// A Lua thread (`lua_State *`): the stack that values pass through.
///
/// Only calls that cannot raise stand here; what could raise goes through the C shim under
/// protection. Indices are Lua's: 1 is the first argument, -1 the top.
@safe package struct LuaThread: Equatable {
  let pointer: OpaquePointer

  init(_ pointer: OpaquePointer) {
    unsafe self.pointer = unsafe pointer
  }

  package static func == (left: LuaThread, right: LuaThread) -> Bool {
    unsafe left.pointer == right.pointer
  }

  /// How many values are on the stack of the running function.
  package var top: Int32 { unsafe lua_gettop(pointer) }

  /// Drops values from the top.
  package func pop(_ count: Int32 = 1) { unsafe lsl_pop(pointer, count) }

  /// Makes room for more values than the guaranteed twenty; false when there is none.
  package func hasRoom(for count: Int32) -> Bool { unsafe lua_checkstack(pointer, count) != 0 }

  /// The index from the bottom for one that may count from the top.
  package func absolute(_ index: Int32) -> Int32 { unsafe lua_absindex(pointer, index) }

  /// Moves values from the top of this stack to another thread's.
  package func move(_ count: Int32, to other: LuaThread) {
    unsafe lua_xmove(pointer, other.pointer, count)
  }

  /// Pushes the thread itself on another stack, as the value with which Lua's `debug` library names it.
  ///
  /// The corresponding C function is `lua_pushthread`.
  package func pushItself(on other: LuaThread) {
    guard hasRoom(for: 1) else { return other.pushNil() }
    _ = unsafe lua_pushthread(pointer)
    if other != self { move(1, to: other) }
  }

  package func insert(at index: Int32) { unsafe lua_rotate(pointer, index, 1) }

  package func remove(at index: Int32) {
    unsafe lua_rotate(pointer, index, -1)
    pop()
  }
}

// MARK: Pushing

extension LuaThread {
  package func pushNil() { unsafe lua_pushnil(pointer) }
  package func push(_ value: Bool) { unsafe lua_pushboolean(pointer, value ? 1 : 0) }
  package func push(_ value: Int) { unsafe lua_pushinteger(pointer, lua_Integer(value)) }
  package func push(_ value: Double) { unsafe lua_pushnumber(pointer, value) }
  package func push(copyOf index: Int32) { unsafe lua_pushvalue(pointer, index) }

  package func push(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress else {
      push("")
      return
    }
    unsafe lua_pushlstring(pointer, base.assumingMemoryBound(to: CChar.self), bytes.count)
  }

  package func push(_ bytes: [UInt8]) {
    unsafe bytes.withUnsafeBytes { unsafe push($0) }
  }

  package func push(_ text: String) {
    var text = text
    text.withUTF8 { unsafe push(UnsafeRawBufferPointer($0)) }
  }

  package func pushNewTable(list: Int = 0, fields: Int = 0) {
    unsafe lsl_new_table(pointer, Int32(list), Int32(fields))
  }
}

// MARK: Reading

/// The type of a Lua value.
package enum LuaType {
  case none
  case null
  case boolean
  case lightUserdata
  case number
  case string
  case table
  case function
  case userdata
  case thread
}

extension LuaThread {
  package func type(at index: Int32) -> LuaType {
    switch unsafe lua_type(pointer, index) {
    case LUA_TNIL: .null
    case LUA_TBOOLEAN: .boolean
    case LUA_TLIGHTUSERDATA: .lightUserdata
    case LUA_TNUMBER: .number
    case LUA_TSTRING: .string
    case LUA_TTABLE: .table
    case LUA_TFUNCTION: .function
    case LUA_TUSERDATA: .userdata
    case LUA_TTHREAD: .thread
    default: .none
    }
  }

  package func isNilOrNone(_ index: Int32) -> Bool {
    unsafe lua_type(pointer, index) <= LUA_TNIL
  }

  package func boolean(at index: Int32) -> Bool { unsafe lua_toboolean(pointer, index) != 0 }

  /// An integer, or a float with an integral value; strings are not converted.
  package func integer(at index: Int32) -> Int? {
    guard unsafe lua_type(pointer, index) == LUA_TNUMBER else { return nil }
    var isInteger: CInt = 0
    let value = unsafe lua_tointegerx(pointer, index, &isInteger)
    return isInteger != 0 ? Int(value) : nil
  }

  package func number(at index: Int32) -> Double? {
    guard unsafe lua_type(pointer, index) == LUA_TNUMBER else { return nil }
    return unsafe lua_tonumberx(pointer, index, nil)
  }

  /// The bytes of a string; they live as long as the value stays on the stack.
  @unsafe package func bytes(at index: Int32) -> UnsafeRawBufferPointer? {
    guard unsafe lua_type(pointer, index) == LUA_TSTRING else { return nil }
    var count = 0
    guard let base = unsafe lua_tolstring(pointer, index, &count) else { return nil }
    return unsafe UnsafeRawBufferPointer(start: base, count: count)
  }

  package func byteArray(at index: Int32) -> [UInt8]? {
    unsafe bytes(at: index).map { unsafe [UInt8]($0) }
  }

  /// A string as text, repaired where it is not UTF-8.
  ///
  /// For names and messages, never for payload.
  package func text(at index: Int32) -> String? {
    unsafe bytes(at: index).map { unsafe String(decoding: $0, as: UTF8.self) }
  }

  /// Any value as `tostring` shows it.
  package func display(at index: Int32) -> String {
    unsafe lsl_push_display(pointer, index)
    defer { pop() }
    return text(at: -1) ?? ""
  }

  /// The descriptor of an open file of Lua's `io` library.
  package func fileDescriptor(at index: Int32) -> Int32? {
    let number = unsafe lsl_file_descriptor(pointer, index)
    return number < 0 ? nil : number
  }

  /// The name of a value's type for a message: a class's own name where it has one.
  package func typeName(at index: Int32) -> String {
    if type(at: index) == .userdata, unsafe lua_getmetatable(pointer, index) != 0 {
      defer { pop() }
      rawGet("__name", from: -1)
      defer { pop() }
      if let name = text(at: -1) { return name }
    }
    return unsafe String(cString: lua_typename(pointer, lua_type(pointer, index)))
  }
}

// MARK: Tables, without metamethods

extension LuaThread {
  /// Pushes a field.
  package func rawGet(_ field: String, from table: Int32) {
    let table = absolute(table)
    push(field)
    unsafe lua_rawget(pointer, table)
  }

  package func rawGet(_ index: Int, from table: Int32) {
    unsafe lua_rawgeti(pointer, table, lua_Integer(index))
  }

  /// Sets a field to the value on the top, which is taken.
  package func rawSet(_ field: String, in table: Int32) {
    let table = absolute(table)
    push(field)
    insert(at: -2)
    unsafe lua_rawset(pointer, table)
  }

  /// Sets a field to its own name, which is on the top and taken.
  package func rawSetToOwnName(in table: Int32) {
    let table = absolute(table)
    push(copyOf: -1)
    unsafe lua_rawset(pointer, table)
  }

  /// Makes the table on the top, which is taken, the metatable of another.
  package func setMetatable(of table: Int32) {
    _ = unsafe lua_setmetatable(pointer, table)
  }

  package func rawSet(_ index: Int, in table: Int32) {
    unsafe lua_rawseti(pointer, table, lua_Integer(index))
  }

  /// The length of a string, list or userdata, without `__len`.
  package func rawLength(at index: Int32) -> Int { Int(unsafe lua_rawlen(pointer, index)) }

  /// Calls `body` for each pair of a table, the key at -2 and the value at -1.
  package func forEachPair<E>(of table: Int32, _ body: () throws(E) -> Void) throws(E) {
    let table = absolute(table)
    pushNil()
    while unsafe lsl_next(pointer, table) {
      do throws(E) { try body() } catch {
        pop(2)
        throw error
      }
      pop()
    }
  }
}

// MARK: The registry

extension LuaThread {
  /// Pushes the registry's value for an address.
  ///
  /// - Returns: False when it has none, and nil is pushed.
  @discardableResult
  func pushRegistered(_ key: UnsafeRawPointer) -> Bool {
    unsafe lua_rawgeti(pointer, lsl_registry_index(), lsl_key(key)) != LUA_TNIL
  }

  /// Sets the registry's value for an address to the value on the top, which is taken.
  func register(_ key: UnsafeRawPointer) {
    unsafe lua_rawseti(pointer, lsl_registry_index(), lsl_key(key))
  }
}

// MARK: Where a script is

/// A line of a script.
package struct LuaLocation: Equatable, Sendable {
  /// The chunk's name as it was loaded: a path after `@`, or a name after `=`.
  package var chunk: String
  package var line: Int
  /// The lines of the function's definition; 0 for a main chunk.
  package var definition: ClosedRange<Int>

  /// The chunk's name without its mark.
  package var source: String {
    chunk.first == "@" || chunk.first == "=" ? String(chunk.dropFirst()) : chunk
  }

  init(_ location: lsl_location) {
    var location = location
    chunk = unsafe withUnsafeBytes(of: &location.source) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    line = Int(location.line)
    let first = Int(location.first_line)
    definition = first...max(first, Int(location.last_line))
  }
}

extension LuaThread {
  /// The nearest frame of a script, outside chunks whose name begins with a prefix.
  ///
  /// - Parameters:
  ///   - level: Where to begin; 0 is the function that runs.
  ///   - prefix: What the names of the chunks begin with that are no script.
  ///   - inner: One of these chunks, which only their own callbacks call: where one has, the place is
  ///     that of the call from which the callback came.
  /// - Returns: The line, or `nil` when no script runs.
  package func location(
    from level: Int32 = 0,
    skipping prefix: String? = nil,
    callbacksInto inner: String = ""
  ) -> LuaLocation? {
    var location = lsl_location()
    let found = unsafe inner.withCString { inner in
      guard let prefix else { return unsafe lsl_locate(pointer, level, nil, inner, &location) }
      return unsafe prefix.withCString {
        unsafe lsl_locate(pointer, level, $0, inner, &location)
      }
    }
    return found ? LuaLocation(location) : nil
  }

  /// Where the function at an index is defined.
  package func functionLocation(at index: Int32) -> LuaLocation? {
    var location = lsl_location()
    guard unsafe lsl_locate_function(pointer, index, &location) else { return nil }
    return LuaLocation(location)
  }

  /// The call stack of another thread, or of this one, as Lua prints it, below a message.
  package func traceback(of other: LuaThread, message: String, level: Int32 = 0) -> String {
    unsafe lua_checkstack(pointer, 10)
    unsafe message.withCString {
      unsafe luaL_traceback(pointer, other.pointer, $0, level)
    }
    defer { pop() }
    return text(at: -1) ?? message
  }
}
