import LuaBridge
import Testing

/// A Lua state for tests, with a loop whose only events are that waits end.
///
/// Scripts get `wait(name)`, which waits and then gives the name back; `note(value)`, which tells
/// the test something; `spawn(fn, …)`; and `collect()`.
final class Bridge {
  let runtime: LuaRuntime
  /// Outlives the bridge, whose end cancels the waits.
  let journal = Journal()
  /// How many turns the loop has made.
  private(set) var turnCount = 0
  /// While false, turns end no waits.
  var endsWaits = true

  /// What scripts have noted.
  var notes: [String] { journal.notes }
  /// The waits that have begun and not ended, oldest first.
  var waits: [NamedWait] { journal.waits }
  var main: LuaThread { runtime.main }
  var scheduler: LuaScheduler { runtime.scheduler }

  init(memoryLimit: Int = 64 << 20) throws {
    runtime = try #require(LuaRuntime(memoryLimit: memoryLimit))
    scheduler.turn = { [unowned self] () throws(LuaError) in turn() }
    define("note") { [journal] call throws(LuaError) in
      journal.notes.append(call.thread.display(at: 1))
      return .nothing
    }
    define("wait") { [journal] call throws(LuaError) in
      let wait = NamedWait(try call.text(1), in: journal)
      journal.waits.append(wait)
      return call.waiting(for: wait)
    }
    define("spawn") { [unowned self] call throws(LuaError) in
      _ = scheduler.spawn(from: call.thread, argumentCount: call.thread.top - 1)
      return .nothing
    }
  }

  deinit {
    runtime.close()
  }

  // MARK: Natives

  /// Makes a Swift function a global.
  func define(_ name: String, _ native: @escaping LuaNative) {
    runtime.pushGlobals()
    runtime.pushFunction(named: name, native)
    main.rawSet(name, in: -2)
    main.pop()
  }

  // MARK: Running

  /// Ends the oldest wait, and runs the tasks that are ready.
  func turn() {
    turnCount += 1
    if endsWaits, let wait = waits.first {
      journal.forget(wait)
      wait.progress.complete()
    }
    scheduler.runReady()
  }

  /// Starts a script as a task.
  func start(_ source: String) throws -> LuaTask {
    try runtime.load(Array(source.utf8), chunk: "=script")
    let task = try #require(scheduler.spawn(from: main, argumentCount: 0))
    task.isShared = true
    return task
  }

  /// Runs a script as a task to its end.
  func run(_ source: String) throws -> LuaTask {
    let task = try start(source)
    for _ in 0..<10_000 where !task.hasEnded { turn() }
    try #require(task.hasEnded)
    return task
  }

  /// Runs a script as a task, and gives its results as text.
  func results(_ source: String) throws -> [String] {
    let task = try run(source)
    if let failure = task.failure { return ["error: \(failure.message)"] }
    let count = task.pushResults(on: main)
    defer { main.pop(count) }
    return (0..<count).map { main.display(at: $0 - count) }
  }

  /// Calls a script on the main thread, where it cannot be parked.
  ///
  /// - Returns: The error with its traceback, if there was one.
  func call(_ source: String) throws -> String? {
    try runtime.load(Array(source.utf8), chunk: "=script")
    return runtime.callTop()
  }
}

/// What a bridge and its waits tell the test.
final class Journal {
  var notes: [String] = []
  var waits: [NamedWait] = []

  func forget(_ wait: NamedWait) { waits.removeAll { $0 === wait } }
}

/// A wait that ends when the test's loop comes to it, with its name as the result.
final class NamedWait: LuaOperation {
  let progress = LuaProgress()
  let name: String
  private weak var journal: Journal?

  init(_ name: String, in journal: Journal) {
    self.name = name
    self.journal = journal
  }

  func cancelled() {
    journal?.forget(self)
    journal?.notes.append("cancelled \(name)")
  }

  func finish(_ call: LuaCall) throws(LuaError) -> LuaAnswer { call.returning(name) }

  var subject: String { name }

  /// Waits on each other are the script's own affair.
  var isInternal: Bool { name == "each other" }
}
