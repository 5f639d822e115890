import LocalSocketLua
import LocalSockets
import LuaBridge
import Testing

/// A Lua state with the module in it that runs a spec as its root task, as the host does.
final class EmbeddedSpec {
  /// What a spec came to.
  struct Outcome {
    let passed: Int
    /// A text about each case that failed.
    let reports: String
  }

  private let runtime: LuaRuntime
  private let library: LocalSocketLibrary
  private var failures: [String] = []

  /// What the module's waits and timers run on.
  var loop: EventLoop { library.loop }

  init() throws {
    runtime = try #require(LuaRuntime(memoryLimit: 1 << 30))
    library = try LocalSocketLibrary(runtime: runtime)
    putModuleInPlace()
    runtime.scheduler.failed = { [unowned self] _, failure in failures.append(failure.message) }
    pushTakeFailure()
  }

  deinit {
    runtime.close()
  }

  /// Makes `require "localsocket"` find the table that the library has left on the stack.
  private func putModuleInPlace() {
    let main = runtime.main
    runtime.pushGlobals()
    main.rawGet("package", from: -1)
    main.rawGet("loaded", from: -1)
    main.push(copyOf: -4)
    main.rawSet("localsocket", in: -2)
    main.pop(4)
  }

  /// Gives specs a way to see the errors that nobody catches.
  private func pushTakeFailure() {
    runtime.pushGlobals()
    runtime.pushFunction { [unowned self] call throws(LuaError) in
      failures.isEmpty ? call.returningNil() : call.returning(failures.removeFirst())
    }
    runtime.main.rawSet("takeFailure", in: -2)
    runtime.main.pop()
  }

  /// Runs a spec to its end; it is interrupted when it has taken longer than a limit.
  func run(_ spec: SpecFile, within limit: Duration) throws -> Outcome {
    let main = runtime.main
    try runtime.load(
      Array("local harness, spec = ... return assert(loadfile(harness))(spec)".utf8),
      chunk: "=spec"
    )
    main.push(SpecFile.harness)
    main.push(spec.path)
    let task = try #require(runtime.scheduler.spawn(from: main, argumentCount: 2))
    task.isShared = true
    runtime.becomeInterruptible()
    runtime.interrupt(
      afterMilliseconds: Int(limit.components.seconds) * 1000,
      message: "the spec took too long"
    )
    while !task.hasEnded { try library.turn() }
    runtime.calm()
    return try outcome(of: task)
  }

  /// Runs a script, which finds the module as `localsocket`, to its end.
  func run(_ script: String) throws {
    let source = "local localsocket = require 'localsocket' \(script)"
    try runtime.load(Array(source.utf8), chunk: "=script")
    let task = try #require(runtime.scheduler.spawn(from: runtime.main, argumentCount: 0))
    task.isShared = true
    while !task.hasEnded { try library.turn() }
    #expect(task.failure?.traceback == nil)
  }

  private func outcome(of task: LuaTask) throws -> Outcome {
    if let failure = task.failure { return Outcome(passed: 0, reports: failure.traceback) }
    let main = runtime.main
    defer { main.pop(main.top) }
    try #require(task.pushResults(on: main) == 2)
    let left = failures.map { "left over: \($0)" }
    return Outcome(
      passed: try #require(main.integer(at: -2)),
      reports: ([try #require(main.text(at: -1))] + left).filter { !$0.isEmpty }
        .joined(separator: "\n")
    )
  }
}
