import TestSupport
import Testing

@testable import Scenario

@Suite("Queue of jobs")
struct JobQueueTests {
  private static func queue(rounds: Int, shuffles: Bool = false) throws -> JobQueue {
    let directory = TemporaryDirectory()
    for name in ["a.lua", "b.lua"] { directory.write("", to: name) }
    var configuration = RunConfiguration()
    configuration.rounds = rounds
    configuration.shuffles = shuffles
    var queue = JobQueue(configuration)
    queue.fill(try ScriptSelection(arguments: [directory.path]))
    return queue
  }

  private static func name(_ job: Job?) -> Substring? { job?.file.split(separator: "/").last }

  @Test func `each round does everything in the same order`() throws {
    var queue = try Self.queue(rounds: 2)
    var names: [Substring] = []
    while let job = queue.next() { names.append(Self.name(job) ?? "") }

    #expect(names == ["a.lua", "b.lua", "a.lua", "b.lua"])
    #expect(queue.isEmpty)
    #expect(queue.unrun.isEmpty)
  }

  @Test(arguments: [false, true])
  func `rounds take no room before they come`(shuffles: Bool) throws {
    var queue = try Self.queue(rounds: 1 << 40, shuffles: shuffles)
    while let job = queue.next(), job.task == .list {
      let scenario = ScenarioDescription(file: job.file)
      queue.declared([Event(time: .zero, kind: .declared(scenario))])
    }
    _ = queue.endLooking()
    let next = queue.next()

    #expect(next != nil)
    #expect(queue.unrun.scenarios + queue.unrun.scripts >= 2 << 40 - 2)
  }

  @Test func `what is put back and the rest of a file come before everything else`() throws {
    var queue = try Self.queue(rounds: 1)
    let first = queue.next()
    queue.found(["second", "third"])
    let second = queue.next()
    queue.putBack(try #require(second))

    var tasks: [Job.Task] = []
    while let job = queue.next() { tasks.append(job.task) }

    #expect(first?.task == .open)
    #expect(tasks == [.run(block: "second"), .run(block: "third"), .open])
  }
}
