internal import LocalSockets
internal import LuaBridge

/// What the functions after and every give back.
///
/// Its function and arguments lie in its user value, and Lua
/// holds it as long as it is pending.
final class ScriptTimer {
  private let library: LocalSocketLibrary
  private let repeats: Bool
  private var timer: EventLoop.Timer?
  private var valueCount = 0

  init(library: LocalSocketLibrary, repeats: Bool) {
    self.library = library
    self.repeats = repeats
  }

  /// Starts with the function and arguments from the call's second argument on.
  func start(_ duration: Duration, _ call: LuaCall) {
    keepValues(of: call)
    library.timerCount += 1
    library.runtime.hold(self)
    timer =
      if repeats {
        library.loop.schedule(every: duration) { [unowned self] in fire() }
      } else {
        library.loop.schedule(at: .after(duration)) { [unowned self] in fire() }
      }
  }

  private func keepValues(of call: LuaCall) {
    // The top is the timer itself.
    valueCount = Int(call.thread.top) - 2
    guard library.runtime.pushValues(of: self, on: call.thread) else { return }
    for index in 0..<valueCount {
      call.thread.push(copyOf: Int32(index + 2))
      call.thread.rawSet(index + 1, in: -2)
    }
    call.thread.pop()
  }

  private func fire() {
    library.runtime.scheduler.runNow("timer") { thread in
      guard thread.hasRoom(for: Int32(valueCount) + 4),
        library.runtime.pushValues(of: self, on: thread)
      else { return nil }
      for index in 0..<valueCount { thread.rawGet(index + 1, from: -1 - Int32(index)) }
      if !repeats { end() }
      return Int32(valueCount) - 1
    }
  }

  func cancel() {
    guard let timer, timer.isPending else { return }
    timer.cancel()
    end()
  }

  private func end() {
    timer = nil
    library.timerCount -= 1
    library.runtime.letGo(of: self)
  }

  static var luaClass: LuaClass<ScriptTimer> {
    LuaClass(
      "localsocket.Timer",
      methods: [
        LuaClass<ScriptTimer>.method("cancel") { (timer, _) throws(LuaError) in
          timer.cancel()
          return .nothing
        }
      ],
      close: { timer, _ in timer.cancel() },
      describe: { "localsocket.Timer (\($0.timer == nil ? "done" : "pending"))" }
    )
  }
}
