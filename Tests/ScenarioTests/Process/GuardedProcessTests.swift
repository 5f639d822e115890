import Glibc
import LocalSockets
import TestSupport
import Testing

@testable import Scenario

@Suite("Guarded processes")
struct GuardedProcessTests {
  /// A shell under a guard, with a pipe as its descriptor 3.
  private static func start(_ script: String, pipe: CInt) throws -> GuardedProcess {
    var command = ProcessCommand(
      path: [],
      arguments: ["sh", "-c", script].map { Array($0.utf8) },
      environment: ProcessCommand.environment(changedBy: [])
    )
    try command.resolveProgram()
    return try ProcessCalls.spawnGuarded(command, standard: [0, 1, 2], passed: [pipe])
  }

  private static func end(of process: borrowing GuardedProcess) throws -> ProcessEnd? {
    _ = try SystemCalls.pollOne(
      process.descriptor.number,
      events: Int16(POLLIN),
      timeoutMilliseconds: 20_000
    )
    return ProcessCalls.end(of: process.descriptor.number)
  }

  @Test func `a guarded program has what is passed, and its end is that of its guard`() throws {
    let pipe = try ProcessCalls.makePipe()
    defer { ProcessCalls.close(pipe.reading) }
    let process = try Self.start("echo through >&3; exit 6", pipe: pipe.writing)
    ProcessCalls.close(pipe.writing)

    #expect(try Self.end(of: process) == .exit(status: 6))
    var bytes = [UInt8](repeating: 0, count: 64)
    let reading = ProcessCalls.read(pipe.reading, into: &bytes)
    let text = Array("through\n".utf8)
    #expect(reading == .bytes(count: text.count))
    #expect(bytes.starts(with: text))
  }

  @Test func `a guarded program ends with its lifeline`() throws {
    let pipe = try ProcessCalls.makePipe()
    defer { ProcessCalls.close(pipe.reading) }
    let descriptor: OwnedDescriptor
    let pid: CInt
    do {
      let process = try Self.start("exec sleep 600", pipe: pipe.writing)
      pid = process.pid
      descriptor = OwnedDescriptor(adopting: dup(process.descriptor.number))
      #expect(ProcessCalls.status(of: pid) != nil)
    }
    ProcessCalls.close(pipe.writing)

    _ = try SystemCalls.pollOne(
      descriptor.number,
      events: Int16(POLLIN),
      timeoutMilliseconds: 20_000
    )
    #expect(ProcessCalls.end(of: descriptor.number) == .exit(status: 1))
    #expect(ProcessCalls.status(of: pid) == nil)
  }
}
