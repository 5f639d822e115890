internal import CLua
internal import CLuaShim

/// Swift's half of one Lua universe: its functions, classes, objects and tasks.
///
/// It lives on the thread that made it.
@safe package final class LuaRuntime {
  /// Runs tasks.
  package let scheduler: LuaScheduler

  /// The table of the module that a foreign interpreter has opened, if it has.
  package var module: LuaReference?

  let state: LuaState
  var classes: [ObjectIdentifier: LuaClassEntry] = [:]
  /// Makes the metatable of each class of which no object has been pushed yet.
  var unpreparedClasses: [ObjectIdentifier: () -> Void] = [:]
  /// What the trampolines call; they hold addresses.
  private var functions: [Native] = []
  private var released: [Unmanaged<AnyObject>] = unsafe []

  // Addresses inside the shim's block, as keys of the registry that nobody else has.
  var weakTableKey: UnsafeRawPointer { unsafe UnsafeRawPointer(shim) + 1 }
  var anchorTableKey: UnsafeRawPointer { unsafe UnsafeRawPointer(shim) + 2 }

  /// The state's main thread.
  package var main: LuaThread { state.main }
  /// False once the state is closed.
  package var isOpen: Bool { state.isOpen }

  var shim: UnsafeMutablePointer<lsl_runtime> { unsafe state.shim }

  /// Makes a state with the standard libraries.
  ///
  /// Whoever makes it must `close()` it. The result is `nil` when not even the empty state fits.
  ///
  /// - Parameter memoryLimit: The bytes that Lua may hold, with what ``countMemory(elsewhere:)`` was told
  ///   of; above, it raises "not enough memory".
  package init?(memoryLimit: Int) {
    guard let state = unsafe LuaState(lsl_new_state(Self.border, nil, memoryLimit)) else {
      return nil
    }
    self.state = state
    scheduler = LuaScheduler(state: state)
    unsafe shim.pointee.context = Unmanaged.passUnretained(self).toOpaque()
    prepare()
    unsafe lsl_open_libraries(shim, main.pointer)
    _ = unsafe lsl_install_coroutines(shim, main.pointer)
  }

  /// Joins a state that another program made; the state then owns the runtime.
  @unsafe package init?(attachingTo pointer: OpaquePointer) {
    guard let state = unsafe LuaState(lsl_attach(pointer, Self.border, nil)) else { return nil }
    self.state = state
    scheduler = LuaScheduler(state: state)
    unsafe shim.pointee.context = Unmanaged.passRetained(self).toOpaque()
    prepare()
  }

  /// The runtime that has joined a state, if any.
  @unsafe package static func attached(to state: OpaquePointer) -> LuaRuntime? {
    guard let shim = unsafe lsl_attached(state), let context = unsafe shim.pointee.context else {
      return nil
    }
    return unsafe Unmanaged<LuaRuntime>.fromOpaque(context).takeUnretainedValue()
  }

  /// Moves the value on the main stack's top to the thread that a foreign caller runs on.
  @unsafe package func moveTop(to pointer: OpaquePointer) {
    unsafe main.move(1, to: LuaThread(pointer))
  }

  private func prepare() {
    main.pushNewTable()
    main.pushNewTable()
    main.push("v")
    main.rawSet("__mode", in: -2)
    main.setMetatable(of: -2)
    unsafe main.register(weakTableKey)
    main.pushNewTable()
    unsafe main.register(anchorTableKey)
  }

  /// Whether a file of `io.popen` is open, whose process may run.
  package var hasPipes: Bool { unsafe lsl_has_pipes(main.pointer) }

  /// Flushes the open files of `io.popen`, and closes their pipes but not the files.
  ///
  /// To close such a file is to wait for its process; now that sees the end of its pipe at once.
  ///
  /// - Parameter milliseconds: How long full pipes are waited for, all together.
  /// - Returns: How many files there were.
  package func hangUpPipes(within milliseconds: Int) -> Int {
    Int(unsafe lsl_hang_up_pipes(main.pointer, CInt(clamping: milliseconds)))
  }

  /// Closes the parked tasks and then the state; every object of Lua's is released.
  package func close() {
    guard isOpen else { return }
    scheduler.shutDown()
    state.markClosed()
    unsafe lsl_close_state(shim)
    letGo()
  }

  /// Drops what only an open state can use.
  ///
  /// What classes capture may own the runtime.
  private func letGo() {
    unpreparedClasses = [:]
    buryReleased()
    scheduler.letGo()
  }

  deinit {
    assert(!isOpen, "a LuaRuntime must be closed before it goes")
  }

  // MARK: Functions

  /// A native at an address that stays, so that a call neither looks it up nor retains it.
  private final class Native {
    private let body: LuaNative

    init(_ body: @escaping LuaNative) {
      self.body = body
    }

    /// Answers the shim.
    @inline(__always)
    func answer(_ call: LuaCall) -> Int32 {
      do throws(LuaError) { return try body(call).rawValue } catch {
        return error.push(on: call.thread)
      }
    }
  }

  /// Pushes a Swift function on the main thread's stack.
  ///
  /// - Parameters:
  ///   - name: What messages about its arguments call it where the caller's code gives it no name, as
  ///     with `pcall`.
  ///   - native: The function.
  package func pushFunction(named name: String = "", _ native: @escaping LuaNative) {
    let native = Native(native)
    functions.append(native)
    unsafe lsl_push_function(main.pointer, shim, Unmanaged.passUnretained(native).toOpaque(), name)
  }

  /// Pushes the table of globals on the main stack.
  package func pushGlobals() {
    unsafe lua_rawgeti(main.pointer, lsl_registry_index(), lua_Integer(LUA_RIDX_GLOBALS))
  }

  /// Holds on to the value on the top of a stack, which is taken.
  package func reference(takingFrom thread: LuaThread) -> LuaReference {
    LuaReference(takingFrom: thread, state: state)
  }

  // MARK: Memory

  /// Counts what is held for scripts beside Lua's own memory as if Lua held it.
  ///
  /// - Parameter bytes: All of it, rather than what was added.
  /// - Returns: Whether both together are more than the state may hold. It may hold any amount where it
  ///   is another program's.
  package func countMemory(elsewhere bytes: Int) -> Bool {
    unsafe lsl_count_elsewhere(shim, bytes)
  }

  /// Collects all garbage, and releases the objects in it.
  package func collectAll() {
    unsafe lsl_collect_all(shim)
    buryReleased()
  }

  // MARK: Objects that the collector has found dead

  /// Releases what the collector gave back since the last time.
  ///
  /// Not done while it collects: that happens inside any allocation, also one made by Swift code
  /// that is in the middle of a change.
  package func buryReleased() {
    while unsafe !released.isEmpty {
      let dead = unsafe released
      unsafe released = []
      for index in unsafe dead.indices { unsafe dead[index].release() }
    }
  }
}

// MARK: The border

extension LuaRuntime {
  private static func runtime(of shim: UnsafeMutablePointer<lsl_runtime>?) -> LuaRuntime? {
    guard let context = unsafe shim?.pointee.context else { return nil }
    return unsafe Unmanaged<LuaRuntime>.fromOpaque(context).takeUnretainedValue()
  }

  @inline(__always)
  private func call(_ thread: LuaThread, _ function: UnsafeMutableRawPointer) -> Int32 {
    if unsafe !released.isEmpty { buryReleased() }
    return unsafe Unmanaged<Native>.fromOpaque(function)._withUnsafeGuaranteedRef {
      $0.answer(LuaCall(thread: thread, runtime: self))
    }
  }

  private func resume(_ thread: LuaThread, _ progress: LuaProgress) -> Int32 {
    let operation = progress.operation.take()
    if let message = progress.interruption { return LuaError.bare(message).push(on: thread) }
    guard let operation else { return 0 }
    do throws(LuaError) {
      return try operation.finish(LuaCall(thread: thread, runtime: self)).rawValue
    } catch {
      return error.push(on: thread)
    }
  }

  private func pump(_ thread: LuaThread, _ progress: LuaProgress) -> Int32 {
    if let error = scheduler.pump(progress, on: thread) { return error.push(on: thread) }
    return resume(thread, progress)
  }

  private static func progress(_ pointer: UnsafeMutableRawPointer) -> LuaProgress {
    unsafe Unmanaged<LuaProgress>.fromOpaque(pointer).takeUnretainedValue()
  }

  /// What the shim calls.
  ///
  /// Written once and never changed.
  private nonisolated(unsafe) static let border: UnsafePointer<lsl_swift> = {
    let border = UnsafeMutablePointer<lsl_swift>.allocate(capacity: 1)
    unsafe border.initialize(
      to: lsl_swift(
        call: { state, shim, function in
          guard let context = unsafe shim?.pointee.context, let state = unsafe state,
            let function = unsafe function
          else { return 0 }
          return unsafe Unmanaged<LuaRuntime>.fromOpaque(context)._withUnsafeGuaranteedRef {
            unsafe $0.call(LuaThread(state), function)
          }
        },
        resume: { state, shim, pointer in
          guard let context = unsafe shim?.pointee.context, let state = unsafe state,
            let pointer = unsafe pointer
          else { return 0 }
          return unsafe Unmanaged<LuaRuntime>.fromOpaque(context)._withUnsafeGuaranteedRef {
            let runtime = $0
            return unsafe Unmanaged<LuaProgress>.fromOpaque(pointer)._withUnsafeGuaranteedRef {
              unsafe runtime.resume(LuaThread(state), $0)
            }
          }
        },
        pump: { state, shim, pointer in
          guard let runtime = unsafe runtime(of: shim), let state = unsafe state,
            let pointer = unsafe pointer
          else { return 0 }
          return unsafe runtime.pump(LuaThread(state), progress(pointer))
        },
        cancel: { _, pointer in
          guard let pointer = unsafe pointer else { return }
          unsafe progress(pointer).abandon()
        },
        release: { shim, object in
          guard let runtime = unsafe runtime(of: shim), let object = unsafe object else { return }
          unsafe runtime.released.append(Unmanaged.fromOpaque(object))
        },
        close: { shim, object, failed in
          guard let runtime = unsafe runtime(of: shim), let object = unsafe object else { return }
          let value = unsafe Unmanaged<AnyObject>.fromOpaque(object).takeUnretainedValue()
          runtime.classes[ObjectIdentifier(type(of: value))]?.close(value, failed)
        },
        detach: { shim in
          guard let runtime = unsafe runtime(of: shim) else { return }
          runtime.detach()
        }
      )
    )
    return unsafe UnsafePointer(border)
  }()

  /// The state that owned the runtime is being closed by its program.
  private func detach() {
    scheduler.shutDown()
    state.markClosed()
    letGo()
    unsafe shim.pointee.context = nil
    unsafe Unmanaged.passUnretained(self).release()
  }
}
