internal import CLua
internal import CLuaShim

/// How a Swift class looks to Lua.
package struct LuaClass<Object: AnyObject> {
  let name: String
  let methods: [LuaFunction]
  let close: (Object, _ failed: Bool) -> Void
  let describe: (Object) -> String

  /// - Parameters:
  ///   - name: What messages call it, with the module: `localsocket.Socket`.
  ///   - methods: Its methods, made by `method`.
  ///   - close: What the end of a `<close>` scope does, with an error or without; it may not wait.
  ///   - describe: What `tostring` shows.
  package init(
    _ name: String,
    methods: [LuaFunction],
    close: @escaping (Object, _ failed: Bool) -> Void,
    describe: @escaping (Object) -> String
  ) {
    self.name = name
    self.methods = methods
    self.close = close
    self.describe = describe
  }
}

extension LuaClass {
  /// A method: a function whose first argument is an object of the class.
  @inline(__always)
  package static func method(
    _ name: String,
    _ body: @escaping (Object, LuaCall) throws(LuaError) -> LuaAnswer
  ) -> LuaFunction {
    LuaFunction(name) { (call: LuaCall) throws(LuaError) in
      // SAFETY: the caller's stack holds the argument as long as the call lasts.
      let object = unsafe Unmanaged.passUnretained(try call.object(1, as: Object.self))
      return try unsafe object._withUnsafeGuaranteedRef { object in
        Result { () throws(LuaError) in try body(object, call) }
      }.get()
    }
  }
}

/// What the runtime keeps of a class, without its type.
struct LuaClassEntry {
  let name: String
  let methods: [LuaFunction]
  let close: (AnyObject, _ failed: Bool) -> Void
}

extension LuaRuntime {
  /// The address that marks boxes of a class.
  @inline(__always)
  static func kind<Object: AnyObject>(of type: Object.Type) -> UnsafeRawPointer? {
    unsafe UnsafeRawPointer(bitPattern: UInt(bitPattern: ObjectIdentifier(type)))
  }

  /// Makes a class known; its objects can then be pushed.
  ///
  /// - Parameter luaClass: The class, of which nothing is made before it is needed; what it captures
  ///   is kept until then, or until the state is closed.
  package func register<Object: AnyObject>(
    _ luaClass: @escaping @autoclosure () -> LuaClass<Object>
  ) {
    unpreparedClasses[ObjectIdentifier(Object.self)] = { [unowned self] in prepare(luaClass()) }
  }

  /// Makes the metatable of a class that is registered, unless it is there already.
  private func prepareClass(_ type: AnyClass) {
    guard let prepare = unpreparedClasses.removeValue(forKey: ObjectIdentifier(type)) else {
      return
    }
    _ = main.hasRoom(for: 8)
    prepare()
  }

  private func prepare<Object: AnyObject>(_ luaClass: LuaClass<Object>) {
    guard let kind = unsafe Self.kind(of: Object.self) else { return }
    classes[ObjectIdentifier(Object.self)] = LuaClassEntry(
      name: luaClass.name,
      methods: luaClass.methods
    ) { object, failed in
      if let object = object as? Object { luaClass.close(object, failed) }
    }
    main.pushNewTable(fields: 8)
    unsafe lsl_set_box_metamethods(main.pointer, shim, -1)
    main.push(luaClass.name)
    main.rawSet("__name", in: -2)
    pushFunction(named: "__tostring") { (call: LuaCall) throws(LuaError) in
      call.returning(luaClass.describe(try call.object(1, as: Object.self)))
    }
    main.rawSet("__tostring", in: -2)
    pushMethods(luaClass)
    main.rawSet("__index", in: -2)
    unsafe main.register(kind)
  }

  private func pushMethods<Object: AnyObject>(_ luaClass: LuaClass<Object>) {
    main.pushNewTable(fields: luaClass.methods.count)
    for method in luaClass.methods {
      pushFunction(named: method.name, method.body)
      main.rawSet(method.name, in: -2)
    }
  }

  /// The names of the methods of each class of which the state has had an object, by the class's name.
  package var methodNames: [String: [String]] {
    let named = classes.values.map { ($0.name, $0.methods.map(\.name)) }
    return Dictionary(named) { first, _ in first }
  }

  func className(of type: AnyClass) -> String {
    prepareClass(type)
    return classes[ObjectIdentifier(type)]?.name ?? String(describing: type)
  }
}

// MARK: Objects

extension LuaRuntime {
  /// The object in the userdata at an index, when it is of this class.
  @inline(__always)
  package static func object<Object: AnyObject>(
    at index: Int32,
    of thread: LuaThread,
    as type: Object.Type
  ) -> Object? {
    guard
      let box = unsafe lsl_to_box(thread.pointer, index),
      unsafe box.pointee.kind == kind(of: type),
      let object = unsafe box.pointee.object
    else { return nil }
    // What Unmanaged does, without its locked instruction.
    return unsafe unsafeBitCast(object, to: Object.self)
  }

  /// Whether the userdata at an index is that of an object.
  package static func isObject(_ object: AnyObject, at index: Int32, of thread: LuaThread) -> Bool {
    guard let box = unsafe lsl_to_box(thread.pointer, index) else { return false }
    return unsafe box.pointee.object == Unmanaged.passUnretained(object).toOpaque()
  }

  /// Whether the userdata at an index is of this class and has lost its object to the collector.
  static func isCollected<Object: AnyObject>(
    at index: Int32,
    of thread: LuaThread,
    as type: Object.Type
  ) -> Bool {
    guard let box = unsafe lsl_to_box(thread.pointer, index) else { return false }
    return unsafe box.pointee.kind == kind(of: type) && box.pointee.object == nil
  }

  /// Pushes an object's userdata, the same one as long as Lua holds it.
  package func push<Object: AnyObject>(_ object: Object, on thread: LuaThread) {
    if pushExisting(object, on: thread) { return }
    pushNew(object, on: thread)
  }

  /// Pushes the userdata of an object that was never pushed before.
  package func pushNew<Object: AnyObject>(_ object: Object, on thread: LuaThread) {
    pushOnce(object, on: thread)
    unsafe thread.pushRegistered(weakTableKey)
    thread.push(copyOf: -2)
    unsafe lua_rawseti(thread.pointer, -2, lsl_key(address(of: object)))
    thread.pop()
  }

  /// Pushes a userdata for an object that no other call will push: it is not found again.
  package func pushOnce<Object: AnyObject>(_ object: Object, on thread: LuaThread) {
    guard let kind = unsafe Self.kind(of: Object.self) else { return thread.pushNil() }
    let box =
      unsafe lsl_push_box(thread.pointer, kind) ?? pushFirstBox(of: object, kind, on: thread)
    // Owned last: had the allocation raised, nobody would release it.
    unsafe box?.pointee.object = Unmanaged.passRetained(object).toOpaque()
  }

  /// Pushes a box for an object of a class of which nothing has been made yet, or nil if the class is not
  /// known.
  private func pushFirstBox<Object: AnyObject>(
    of object: Object,
    _ kind: UnsafeRawPointer,
    on thread: LuaThread
  ) -> UnsafeMutablePointer<lsl_box>? {
    prepareClass(Object.self)
    let box = unsafe lsl_push_box(thread.pointer, kind)
    if unsafe box == nil { thread.pushNil() }
    return unsafe box
  }

  /// Pushes an object's userdata if Lua still has one, else nothing.
  package func pushExisting(_ object: AnyObject, on thread: LuaThread) -> Bool {
    unsafe thread.pushRegistered(weakTableKey)
    let type = unsafe lua_rawgeti(thread.pointer, -1, lsl_key(address(of: object)))
    thread.remove(at: -2)
    if type == LUA_TUSERDATA { return true }
    thread.pop()
    return false
  }

  /// Keeps an object's userdata, and what its user value leads to, until `letGo`.
  package func hold(_ object: AnyObject) {
    unsafe main.pushRegistered(anchorTableKey)
    if pushExisting(object, on: main) {
      unsafe lua_rawseti(main.pointer, -2, lsl_key(address(of: object)))
    }
    main.pop()
  }

  /// Ends `hold`: the collector may take the userdata when no script has it.
  package func letGo(of object: AnyObject) {
    unsafe main.pushRegistered(anchorTableKey)
    main.pushNil()
    unsafe lua_rawseti(main.pointer, -2, lsl_key(address(of: object)))
    main.pop()
  }

  /// Pushes the table of Lua values that belong to an object and are collected with it.
  ///
  /// - Returns: False, with nothing pushed, when Lua no longer has the object.
  package func pushValues(of object: AnyObject, on thread: LuaThread) -> Bool {
    guard pushExisting(object, on: thread) else { return false }
    if unsafe lua_getiuservalue(thread.pointer, -1, 1) != LUA_TTABLE {
      thread.pop()
      // A handler or two, and a timer's arguments, need no growing.
      thread.pushNewTable(list: 4, fields: 0)
      thread.push(copyOf: -1)
      unsafe lua_setiuservalue(thread.pointer, -3, 1)
    }
    thread.remove(at: -2)
    return true
  }

  /// Pushes one of the values that belong to an object, and the object's userdata above it, on a stack
  /// of which only the top matters: other values may be left below.
  ///
  /// - Returns: False when Lua no longer has the object.
  package func pushValue(_ key: Int, withUserdataOf object: AnyObject, on thread: LuaThread) -> Bool
  {
    unsafe lsl_push_value_and_box(
      thread.pointer,
      weakTableKey,
      address(of: object),
      lua_Integer(key)
    )
  }

  private func address(of object: AnyObject) -> UnsafeRawPointer {
    unsafe UnsafeRawPointer(Unmanaged.passUnretained(object).toOpaque())
  }
}
