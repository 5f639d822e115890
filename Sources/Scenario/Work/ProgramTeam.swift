internal import LocalSocketLua
internal import LocalSockets

/// Copies of this program that work side by side, each with all that it starts under a guard, so that
/// nothing outlives this process.
package final class ProgramTeam {
  private final class Member {
    let guarded: GuardedProcess
    let status: OwnedDescriptor
    var watch: EventLoop.Watch?
    var end: ProcessEnd?

    init(_ guarded: consuming GuardedProcess, status: consuming OwnedDescriptor) {
      self.guarded = guarded
      self.status = status
    }
  }

  private let loop: EventLoop
  private var members: [Member] = []
  private var forwarded = 0

  /// Starts the copies.
  ///
  /// - Parameter arguments: Those of each copy.
  /// - Throws: ``Failure`` of the environment when one cannot be started.
  package init(arguments: [[String]]) throws(Failure) {
    do throws(SystemError) { loop = try EventLoop() } catch {
      throw Failure(.environment, "cannot make an event loop: \(error)")
    }
    for words in arguments { members.append(try Self.start(words)) }
  }

  private static func start(_ words: [String]) throws(Failure) -> Member {
    let command = ProcessCommand(
      path: Array("/proc/self/exe".utf8),
      arguments: (["parley"] + words).map { Array($0.utf8) },
      environment: ProcessCalls.environment
    )
    do throws(ProcessCalls.StartFailure) {
      let note = try ProcessCalls.makeNote()
      let status = try ProcessCalls.makeNote()
      let guarded = try ProcessCalls.spawnGuarded(
        command,
        standard: [0, 1, 2],
        passed: [note.number, status.number],
        note: note.number
      )
      return Member(guarded, status: status)
    } catch {
      throw Failure(.environment, "cannot start a worker: \(error.reason)")
    }
  }

  /// In a copy, the note for its guard, which is to be taken once.
  package static func takeNote() -> GuardNote { GuardNote(inheriting: 3) }

  /// In a copy, where it tells how it gets on, which is to be taken once.
  package static func takeStatus() -> StatusNote { StatusNote(inheriting: 4) }

  /// What each copy has told of itself; also of those that have ended.
  package var statuses: [String] { members.map { StatusNote.text(of: $0.status.number) } }

  /// Waits until all have ended, and passes on that the user wants to stop.
  ///
  /// - Parameters:
  ///   - interval: How often `look` is called.
  ///   - last: How one ends after which the others are to stop, too.
  ///   - look: Looks how it goes.
  /// - Returns: How each of them ended; that of a copy that was killed is an internal error.
  package func work(
    every interval: Duration,
    until last: ExitCode?,
    _ look: @escaping () -> Void
  ) -> [ExitCode] {
    Interruption.watch(loop, forwards: true)
    let timer = loop.schedule(every: interval, look)
    defer {
      timer.cancel()
      Interruption.watch(nil)
    }
    for member in members { follow(member) }
    var isStopping = false
    while members.contains(where: { $0.end == nil }) {
      guard (try? loop.turn(until: .never)) != nil else { break }
      while forwarded < Interruption.count {
        forwarded += 1
        stop()
      }
      if !isStopping, let last,
        members.contains(where: { $0.end != nil && Self.status(of: $0) == last })
      {
        isStopping = true
        stop()
      }
    }
    return members.map(Self.status)
  }

  /// Asks those that still work to end.
  private func stop() {
    for member in members where member.end == nil { FileSystem.terminate(member.guarded.pid) }
  }

  private func follow(_ member: Member) {
    member.watch = loop.watch(member.guarded.descriptor.number, for: .readable) {
      [unowned member] _ in
      guard member.end == nil, let end = ProcessCalls.end(of: member.guarded.descriptor.number)
      else { return }
      member.end = end
      member.watch?.cancel()
    }
  }

  private static func status(of member: Member) -> ExitCode {
    guard case .exit(let status) = member.end else { return .internalError }
    return ExitCode(rawValue: status)
  }
}
