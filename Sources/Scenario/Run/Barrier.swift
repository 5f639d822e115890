internal import LocalSocketLua
internal import LocalSockets
internal import LuaBridge

/// A point of a scenario at which actors wait until enough of them have come.
///
/// When they have, they all go on, and the next ones to come begin anew.
final class Barrier {
  fileprivate let name: String
  fileprivate let count: Int
  fileprivate var waits: [BarrierWait] = []

  init(name: String, count: Int) {
    self.name = name
    self.count = count
  }

  /// Lets one more actor come.
  ///
  /// - Returns: Its wait, if it is not the last one.
  func arrive(_ loop: EventLoop, until deadline: Deadline) -> BarrierWait? {
    if waits.count + 1 < count {
      let wait = BarrierWait(self, loop, until: deadline)
      waits.append(wait)
      return wait
    }
    let arrived = waits
    waits = []
    for wait in arrived { wait.pass() }
    return nil
  }
}

/// The wait of one actor at a barrier.
final class BarrierWait: LuaOperation {
  let progress = LuaProgress()
  private let barrier: Barrier
  private var timer: EventLoop.Timer?
  private var hasPassed = false
  /// How many were there when the time was up.
  private var arrivedCount = 0

  fileprivate init(_ barrier: Barrier, _ loop: EventLoop, until deadline: Deadline) {
    self.barrier = barrier
    if deadline != .never {
      timer = loop.schedule(at: deadline) { [unowned self] in expire() }
    }
  }

  fileprivate func pass() {
    hasPassed = true
    timer?.cancel()
    progress.complete()
  }

  private func expire() {
    leave()
    progress.complete()
  }

  func cancelled() {
    timer?.cancel()
    leave()
  }

  private func leave() {
    arrivedCount = barrier.waits.count
    barrier.waits.removeAll { $0 === self }
  }

  func finish(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    call.thread.push(hasPassed)
    call.thread.push(arrivedCount)
    return .results(2)
  }

  var subject: String { "barrier \"\(barrier.name)\" (\(barrier.waits.count) of \(barrier.count))" }
  var isInternal: Bool { true }
}

extension Session {
  /// Who has not come to the barrier of the name at 1 while the running actor waits for it, a sentence
  /// each.
  func absentees(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    let barrier = barriers[try call.text(1)]
    let here = Set((barrier?.waits ?? []).map { ObjectIdentifier($0) })
    let others = runtime.scheduler.liveTasks.filter { task in
      !task.isBackground && task !== runtime.scheduler.current
        && !(task.operation.map { here.contains(ObjectIdentifier($0)) } ?? false)
    }
    let sentences = others.map { task in
      let waiter = waiter(task)
      return "\(waiter.actor)\(waiter.location.map { " at \($0)" } ?? "") waits for \(waiter.what)"
    }
    let nobody = ["no other actor is there"]
    call.thread.push(list: sentences.isEmpty ? nobody : sentences)
    return .results(1)
  }

  /// Waits at a barrier: its name, its count, the time-out in milliseconds.
  ///
  /// - Returns: Whether all have come; if not, how many have.
  func arrive(_ call: LuaCall) throws(LuaError) -> LuaAnswer {
    let thread = call.thread
    let name = try call.text(1)
    guard let count = thread.integer(at: 2), let milliseconds = thread.number(at: 3) else {
      throw .message("a barrier has a count and a time-out")
    }
    let barrier = barriers[name] ?? Barrier(name: name, count: count)
    barriers[name] = barrier
    let deadline =
      milliseconds < 0
      ? Deadline.never : .after(.nanoseconds(Int64(min(milliseconds, 1e12) * 1_000_000)))
    guard let wait = barrier.arrive(library.loop, until: deadline) else {
      return call.returning(true)
    }
    return call.waiting(for: wait)
  }
}
