internal import CLua
internal import CLuaShim

/// What a native function answers: how many results it pushed, or that it waits.
package struct LuaAnswer: Equatable {
  let rawValue: Int32

  /// So many values on the stack's top are the results.
  package static func results(_ count: Int32) -> LuaAnswer { LuaAnswer(rawValue: count) }

  /// No results.
  package static let nothing = LuaAnswer(rawValue: 0)
}

/// A function that Lua calls.
package typealias LuaNative = (LuaCall) throws(LuaError) -> LuaAnswer

/// A function with the name under which a table holds it.
///
/// A tuple, or an array of bare closures, would call it through a thunk.
package struct LuaFunction {
  package let name: String
  package let body: LuaNative

  package init(_ name: String, _ body: @escaping LuaNative) {
    self.name = name
    self.body = body
  }
}

/// One call from Lua: its arguments, and the place for its results.
@safe package struct LuaCall {
  /// The calling thread's stack; the arguments are at 1 and above.
  package let thread: LuaThread
  /// Not retained: a call never outlives the runtime that makes it.
  private let unretainedRuntime: Unmanaged<LuaRuntime>

  init(thread: LuaThread, runtime: LuaRuntime) {
    self.thread = thread
    unsafe unretainedRuntime = .passUnretained(runtime)
  }

  package var runtime: LuaRuntime { unsafe unretainedRuntime.takeUnretainedValue() }

  // MARK: Results

  /// Answers with what was pushed.
  package func returning(_ value: Bool) -> LuaAnswer {
    thread.push(value)
    return .results(1)
  }

  package func returning(_ value: Int) -> LuaAnswer {
    thread.push(value)
    return .results(1)
  }

  package func returning(_ value: String) -> LuaAnswer {
    thread.push(value)
    return .results(1)
  }

  package func returning(_ bytes: UnsafeRawBufferPointer) -> LuaAnswer {
    unsafe thread.push(bytes)
    return .results(1)
  }

  package func returningNil() -> LuaAnswer {
    thread.pushNil()
    return .results(1)
  }

  /// `nil` or `false`, a sentence and a code: how the world's failures are reported.
  package func failing(_ message: String, code: String, with first: Bool? = nil) -> LuaAnswer {
    if let first { thread.push(first) } else { thread.pushNil() }
    thread.push(message)
    thread.push(code)
    return .results(3)
  }

  /// Waits for an operation that has begun; its `finish` gives the results.
  package func waiting(for operation: any LuaOperation) -> LuaAnswer {
    unsafe unretainedRuntime._withUnsafeGuaranteedRef { $0.scheduler.begin(operation) }
    return LuaAnswer(rawValue: Int32(LSL_AWAIT))
  }

  // MARK: Arguments

  package func hasArgument(_ index: Int32) -> Bool { !thread.isNilOrNone(index) }

  /// The object of a class of ours.
  @inline(__always)
  package func object<Object: AnyObject>(
    _ index: Int32,
    as type: Object.Type
  ) throws(LuaError) -> Object {
    if let object = LuaRuntime.object(at: index, of: thread, as: type) { return object }
    throw mismatch(index, of: type)
  }

  private func mismatch<Object: AnyObject>(_ index: Int32, of type: Object.Type) -> LuaError {
    let name = runtime.className(of: type)
    // A finaliser can bring an object back that the collector has taken.
    if LuaRuntime.isCollected(at: index, of: thread, as: type) {
      return .argument(index, "the \(name) was collected")
    }
    return .argument(index, expected(name, at: index))
  }

  /// A string's bytes, which live as long as the call.
  @unsafe package func bytes(_ index: Int32) throws(LuaError) -> UnsafeRawBufferPointer {
    if let bytes = unsafe thread.bytes(at: index) { return unsafe bytes }
    throw .argument(index, expected("string", at: index))
  }

  package func text(_ index: Int32) throws(LuaError) -> String {
    if let text = thread.text(at: index) { return text }
    throw .argument(index, expected("string", at: index))
  }

  package func integer(_ index: Int32) throws(LuaError) -> Int {
    if let integer = thread.integer(at: index) { return integer }
    if thread.type(at: index) == .number {
      throw .argument(index, "number has no integer representation")
    }
    throw .argument(index, expected("integer", at: index))
  }

  package func boolean(_ index: Int32) throws(LuaError) -> Bool {
    guard thread.type(at: index) == .boolean else {
      throw .argument(index, expected("boolean", at: index))
    }
    return thread.boolean(at: index)
  }

  package func requireFunction(_ index: Int32) throws(LuaError) {
    guard thread.type(at: index) == .function else {
      throw .argument(index, expected("function", at: index))
    }
  }

  /// `X expected, got Y`, as Lua's own messages say it.
  package func expected(_ what: String, at index: Int32) -> String {
    let got = thread.type(at: index) == .none ? "no value" : thread.typeName(at: index)
    return "\(what) expected, got \(got)"
  }
}
