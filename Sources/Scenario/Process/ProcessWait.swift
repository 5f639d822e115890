internal import LocalSockets
internal import LuaBridge

/// A parked wait for anything about a process to change.
final class ProcessWait: LuaOperation {
  let progress = LuaProgress()
  let subject: String
  let isForEnd: Bool
  private let process: SpawnedProcess
  private var timer: EventLoop.Timer?
  private var hasChanged = false

  init(
    _ process: SpawnedProcess,
    _ loop: EventLoop,
    milliseconds: Double,
    subject: String,
    isForEnd: Bool
  ) {
    self.process = process
    self.isForEnd = isForEnd
    self.subject = subject
    guard milliseconds >= 0 else { return }
    timer = loop.schedule(at: .after(.nanoseconds(Int64(milliseconds * 1e6)))) { [unowned self] in
      complete(hasChanged: false)
    }
  }

  func complete(hasChanged: Bool) {
    self.hasChanged = hasChanged
    stop()
    progress.complete()
  }

  func cancelled() { stop() }

  private func stop() {
    timer?.cancel()
    process.forget(self)
  }

  func finish(_ call: LuaCall) throws(LuaError) -> LuaAnswer { call.returning(hasChanged) }
}
