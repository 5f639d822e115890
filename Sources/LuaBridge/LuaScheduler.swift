internal import CLua
internal import CLuaShim

/// Runs tasks: one at a time, each until it waits or ends.
@safe package final class LuaScheduler {
  let state: LuaState

  /// The task that runs now; nil in the main chunk of a foreign interpreter.
  package var current: LuaTask? { unsafe running?.nonatomicallyRetained() }
  // SAFETY: whoever runs a task holds it.
  private var running: Unmanaged<LuaTask>?

  /// Turns the event loop once, blocking until something happens, and runs the ready tasks.
  package var turn: () throws(LuaError) -> Void = { () throws(LuaError) in }

  /// Takes over a failure that nobody joins, before what the task has open is closed; without it the
  /// innermost wait raises the failure, after that.
  package var failed: ((LuaTask, LuaTaskFailure) -> Void)?

  /// Told of an error that has ended a task, while the calls that led to it still stand on the task's
  /// thread; ``failed`` follows if nobody joins the task.
  package var failing: ((LuaTask, LuaTaskFailure) -> Void)?

  /// Told of an error that was raised while what a task had open was closed, as text; it comes after
  /// ``failed`` and changes nothing about that.
  package var closingFailed: ((LuaTask, String) -> Void)?

  /// Frames of chunks whose name begins so are not where a failure is said to be.
  package var hiddenChunkPrefix: String?

  var ready = ReadyTasks()
  private var idle = IdleTasks()
  private var live: [ObjectIdentifier: (order: Int, task: LuaTask)] = [:]
  private var started = 0
  var externalWaits = 0
  var pumpDepth = 0
  /// What the innermost of the calls that turn the loop waits for.
  // SAFETY: that call holds it.
  var pumped: Unmanaged<LuaProgress>?
  var uncaught: [LuaTaskFailure] = []
  private var isShuttingDown = false
  /// What frames that outlive the tasks may still point to.
  private var abandoned: [LuaProgress] = []

  init(state: LuaState) {
    self.state = state
  }

  // MARK: Starting

  /// Makes a task of the function and the arguments on the top of a stack, which are taken.
  ///
  /// It runs at the next turn.
  package func spawn(from thread: LuaThread, argumentCount: Int32) -> LuaTask? {
    guard let task = makeTask(from: thread, argumentCount: argumentCount) else { return nil }
    task.origin = thread.location(from: 1, skipping: hiddenChunkPrefix)
    addToLive(task)
    enqueue(task)
    return task
  }

  /// Runs a function as a task until its first wait; its results are lost.
  ///
  /// - Parameters:
  ///   - role: What reports call the task.
  ///   - push: Pushes the function and its arguments on the task's stack, where other values may lie
  ///     below them; answers how many arguments, or nil when there is nothing to run.
  /// - Returns: The task if it is parked; nil when it has ended already.
  @discardableResult
  package func runNow(_ role: StaticString? = nil, _ push: (LuaThread) -> Int32?) -> LuaTask? {
    guard let task = idle.take() ?? newTask() else { return nil }
    guard let argumentCount = push(task.thread) else {
      recycle(task)
      return nil
    }
    task.argumentCount = argumentCount
    task.role = role
    return run(task) == .parked ? task : nil
  }

  private func makeTask(from thread: LuaThread, argumentCount: Int32) -> LuaTask? {
    guard let task = idle.take() ?? newTask() else { return nil }
    guard task.thread.hasRoom(for: argumentCount + 1) else {
      thread.pop(argumentCount + 1)
      return nil
    }
    task.argumentCount = argumentCount
    thread.move(argumentCount + 1, to: task.thread)
    return task
  }

  private func newTask() -> LuaTask? {
    guard let pointer = unsafe lsl_new_thread(state.shim) else { return nil }
    return unsafe LuaTask(thread: LuaThread(pointer), scheduler: self, argumentCount: 0)
  }

  /// Drops the anchor of a task's thread.
  func forget(_ thread: LuaThread) {
    guard state.isOpen else { return }
    state.main.pushNil()
    unsafe state.main.register(UnsafeRawPointer(thread.pointer))
  }

  func addToLive(_ task: LuaTask) {
    started += 1
    task.isLive = true
    live[ObjectIdentifier(task)] = (started, task)
  }

  func removeFromLive(_ task: LuaTask) {
    guard task.isLive else { return }
    task.isLive = false
    live[ObjectIdentifier(task)] = nil
  }

  // MARK: Running

  /// Whether a task could run at once.
  package var hasReadyTasks: Bool { ready.count > 0 }

  /// The tasks that have begun or will, oldest first.
  package var liveTasks: [LuaTask] {
    live.values.sorted { $0.order < $1.order }.map(\.task)
  }

  /// How many tasks have begun or will, and have not ended.
  package var liveTaskCount: Int { live.count }

  func enqueue(_ task: LuaTask) {
    task.isQueued = true
    task.status = .ready
    ready.append(task)
  }

  /// Runs each task that is ready now, once.
  package func runReady() {
    for _ in 0..<ready.count {
      guard let task = ready.removeFirst() else { return }
      task.isQueued = false
      if task.hasEnded { removeFromLive(task) } else { run(task) }
    }
  }

  private enum Outcome {
    case parked
    case ended
  }

  @discardableResult
  private func run(_ task: LuaTask) -> Outcome {
    let previous = unsafe running
    unsafe running = .passUnretained(task)
    // The waiting frame points to it until it goes on.
    let progress = unpark(task)
    let argumentCount = max(task.argumentCount, 0)
    task.argumentCount = -1
    var resultCount: CInt = 0
    let status = unsafe lsl_resume(state.shim, task.thread.pointer, argumentCount, &resultCount)
    withExtendedLifetime(progress) {}
    unsafe running = previous
    switch status {
    case LUA_YIELD: return park(task)
    case LUA_OK: finish(task, resultCount: resultCount)
    default: endRaised(task)
    }
    return .ended
  }

  private func finish(_ task: LuaTask, resultCount: Int32) {
    task.resultCount = resultCount
    end(task, as: .done)
  }

  /// A thread that has failed keeps the status of that; one that a script had closed before could
  /// not even be resumed.
  private func endRaised(_ task: LuaTask) {
    guard unsafe lua_status(task.thread.pointer) == LUA_OK else { return fail(task) }
    task.thread.pop()
    end(task, as: .cancelled)
  }

  private func fail(_ task: LuaTask) {
    let thread = task.thread
    _ = thread.hasRoom(for: 10)
    let message = thread.display(at: -1)
    let failure = LuaTaskFailure(
      value: LuaReference(takingFrom: thread, state: state),
      message: message,
      traceback: state.main.traceback(of: thread, message: message),
      location: thread.location(skipping: hiddenChunkPrefix)
    )
    let isCancellation = task.isCancelled && message == "cancelled"
    // What is waited for meanwhile is waited for by the task, which can be cancelled there.
    let previous = unsafe running
    unsafe running = .passUnretained(task)
    task.isCleaningUp = true
    let isTold = !isCancellation && tell(task, failure)
    closeWhatIsOpen(in: task, after: failure)
    task.isCleaningUp = false
    unsafe running = previous
    if isCancellation { return end(task, as: .cancelled) }
    task.failure = failure
    if !isTold, !task.isTakenOver { report(task, failure) }
    end(task, as: .failed)
  }

  private func closeWhatIsOpen(in task: LuaTask, after failure: LuaTaskFailure) {
    let thread = task.thread
    let hasError = unsafe lsl_reset(state.shim, thread.pointer)
    if hasError, let closingFailed {
      failure.value.push(on: thread)
      let isSame = unsafe lua_rawequal(thread.pointer, -1, -2) != 0
      if !isSame { closingFailed(task, thread.display(at: -2)) }
    }
    unsafe lua_settop(thread.pointer, 0)
  }

  /// Tells of a failure before what the task has open is closed, which may take its time.
  ///
  /// - Returns: Whether somebody has taken it over.
  private func tell(_ task: LuaTask, _ failure: LuaTaskFailure) -> Bool {
    failing?(task, failure)
    guard let failed, !task.isTakenOver else { return false }
    failed(task, failure)
    return true
  }

  func end(_ task: LuaTask, as status: LuaTask.Status) {
    task.status = status
    // The list of ready tasks does not hold its members.
    if !task.isQueued { removeFromLive(task) }
    if !task.ended.isEmpty { callEnded(of: task) }
    if !task.isShared && !task.isQueued { recycle(task) }
  }

  private func callEnded(of task: LuaTask) {
    let ended = task.ended
    task.ended = []
    for action in ended { action() }
  }

  private func recycle(_ task: LuaTask) {
    unsafe lua_settop(task.thread.pointer, 0)
    task.status = .ready
    // Most tasks had none of them, and to clear one costs more than to look.
    if task.failure != nil { task.failure = nil }
    task.clearNames()
    if task.origin != nil { task.origin = nil }
    task.isBackground = false
    task.isCancelled = false
    task.joinerCount = 0
    idle.keep(task)
  }

  private func report(_ task: LuaTask, _ failure: LuaTaskFailure) {
    if let failed { failed(task, failure) } else { uncaught.append(failure) }
  }

  // MARK: Waiting

  /// Remembers an operation until its caller is parked for it or pumps.
  func begin(_ operation: any LuaOperation) {
    let progress = operation.progress
    progress.begin(operation)
    let isCancelled = unsafe running?._withUnsafeGuaranteedRef { $0.isCancelled } ?? false
    if isShuttingDown || isCancelled { progress.abandon(raising: "cancelled") }
    unsafe state.shim.pointee.operation = Unmanaged.passUnretained(progress).toOpaque()
  }

  private func park(_ task: LuaTask) -> Outcome {
    guard let pointer = unsafe lsl_take_operation(state.shim) else {
      refuseYield(of: task)
      return .ended
    }
    // The operation and its progress keep each other alive while somebody waits.
    unsafe Unmanaged<LuaProgress>.fromOpaque(pointer)._withUnsafeGuaranteedRef {
      park(task, for: $0)
    }
    return .parked
  }

  @inline(__always)
  private func park(_ task: LuaTask, for progress: LuaProgress) {
    task.status = .waiting
    task.progress = progress
    unsafe progress.waiter = .passUnretained(task)
    if !task.isLive { addToLive(task) }
    if !task.isBackground, !progress.isInternal {
      task.countsAsExternal = true
      externalWaits += 1
    }
    if progress.isComplete { task.becomeReady() }
  }

  /// - Returns: How far what it waited for is.
  private func unpark(_ task: LuaTask) -> LuaProgress? {
    if task.countsAsExternal {
      task.countsAsExternal = false
      externalWaits -= 1
    }
    task.status = .ready
    guard let progress = task.progress.take() else { return nil }
    unsafe progress.waiter = nil
    return progress
  }

  private func refuseYield(of task: LuaTask) {
    task.thread.push("a task yielded outside a coroutine; localsocket.sleep(0) lets others run")
    fail(task)
  }

  /// Whether nobody can run, and nobody waits for anything but the others.
  package var isStuck: Bool {
    externalWaits == 0 && !hasReadyTasks && live.values.contains { !$0.task.isBackground }
  }

  // MARK: Ending

  /// Closes every parked task, the youngest first, so that their `<close>` variables run.
  package func shutDown() {
    isShuttingDown = true
    for task in liveTasks.reversed() {
      if let progress = unpark(task) {
        progress.abandon()
        // A waiting frame in a coroutine of the script's still stands, and points to it.
        abandoned.append(progress)
      }
      task.status = .cancelled
      _ = unsafe lsl_reset(state.shim, task.thread.pointer)
      unsafe lua_settop(task.thread.pointer, 0)
    }
    // Before the table that keeps them.
    while ready.removeFirst() != nil {}
    live = [:]
    idle = IdleTasks()
    uncaught = []
  }

  /// Drops what turns the loop, which may in turn keep the scheduler; nothing waits any more.
  func letGo() {
    turn = { () throws(LuaError) in }
    failed = nil
    failing = nil
    closingFailed = nil
  }
}
