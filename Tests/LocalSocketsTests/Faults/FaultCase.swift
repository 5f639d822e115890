#if DEBUG
import Glibc
import LocalSockets
import TestSupport
import Testing

/// An error of a system call, and how often it comes.
struct Fault: Sendable {
  let errno: CInt
  /// How many calls in a row fail; nil is for ever.
  let times: Int?

  var isEndless: Bool { times == nil }

  /// Each error once, repeatedly and for ever, and a storm of signals, which has an end.
  static func all(_ errors: [CInt]) -> [Fault] {
    let times: [Int?] = [1, 3, nil]
    return errors.flatMap { errno in times.map { Fault(errno: errno, times: $0) } }
      + [Fault(errno: EINTR, times: 100)]
  }
}

/// A use of sockets in which a certain system call can fail.
struct FaultPath: Sendable {
  let name: String
  let call: SystemCall
  let errors: [CInt]
  let pollers: [PollerKind]
  /// Which call of the name is the first to fail.
  let occurrence: Int
  private let scene: @Sendable (FaultStage) throws -> Void

  /// Describes a path.
  ///
  /// - Parameters:
  ///   - name: What is done.
  ///   - call: Which call fails.
  ///   - errors: How it fails; nil means as its manual page says.
  ///   - pollers: The back ends of the loop under which the call is made.
  ///   - occurrence: Counted from 1, which call of the name is the first to fail.
  ///   - scene: Does it and checks what comes of it.
  init(
    _ name: String,
    _ call: SystemCall,
    errors: [CInt]? = nil,
    pollers: [PollerKind] = PollerKind.allCases,
    occurrence: Int = 1,
    scene: @escaping @Sendable (FaultStage) throws -> Void
  ) {
    self.name = name
    self.call = call
    self.errors = errors ?? call.manualErrors
    self.pollers = pollers
    self.occurrence = occurrence
    self.scene = scene
  }

  var cases: [FaultCase] {
    pollers.flatMap { poller in
      Fault.all(errors).map { FaultCase(path: self, fault: $0, poller: poller) }
    }
  }

  fileprivate func perform(on stage: FaultStage) throws {
    try scene(stage)
  }
}

/// One fault on one path.
struct FaultCase: Sendable, CustomTestStringConvertible {
  let path: FaultPath
  let fault: Fault
  let poller: PollerKind

  var testDescription: String {
    let error = SystemError(errno: fault.errno, systemCall: path.call)
    let times = fault.times.map { "\($0) times" } ?? "for ever"
    return "\(path.name), \(error) \(times), \(poller)"
  }

  func run() throws {
    let stage = try FaultStage(path, fault, poller)
    try path.perform(on: stage)
    #expect(stage.plan.missedCalls.isEmpty, "the fault never came")
    #expect(stage.directory.contents.isEmpty, "a file was left behind")
  }
}

/// Where a path is gone: a loop, a directory, and the fault that comes while it is active.
final class FaultStage {
  let call: SystemCall
  let fault: Fault
  let poller: PollerKind
  let loop: EventLoop
  let directory = TemporaryDirectory()
  let plan = FaultPlan()

  fileprivate init(_ path: FaultPath, _ fault: Fault, _ poller: PollerKind) throws {
    call = path.call
    self.fault = fault
    self.poller = poller
    loop = try EventLoop(poller: poller)
    plan.fail(call, with: fault.errno, at: path.occurrence, times: fault.times)
  }

  var name: SocketName { SocketName(directory.file("s")) }

  /// Whether nobody may notice more of the fault than a delay.
  var isTransient: Bool { fault.errno == EINTR || call.transientErrors.contains(fault.errno) }

  /// Whether what is tried comes to its end although the fault is there.
  var canPass: Bool { isTransient && !fault.isEndless }

  /// How long a blocking wait may take: one that cannot come to its end looks only once.
  var patience: Duration { fault.isEndless ? .zero : .seconds(20) }

  /// How often something is tried that each fault lets fail.
  var failures: Int { fault.times ?? 3 }

  /// Turns the loop until a condition holds; a few times if the fault keeps it from holding.
  func turn(until condition: () -> Bool) throws {
    if fault.isEndless {
      try loop.runReady()
    } else {
      _ = try loop.run(until: condition)
    }
  }

  /// Checks that the failing call was not made much more often than it failed.
  ///
  /// - Parameter extra: How many calls may have succeeded, or failed in the turns of an endless fault.
  func expectNoSpin(_ extra: Int = 45) {
    let calls = plan.count(of: call)
    #expect(calls <= (fault.times ?? 0) + extra, "\(calls) calls")
  }
}
#endif
