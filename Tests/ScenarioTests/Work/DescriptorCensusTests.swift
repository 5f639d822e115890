import Testing

@testable import Scenario

@Suite("Descriptor census")
struct DescriptorCensusTests {
  /// Descriptors that a test opens and closes.
  private final class Table {
    var open: [CInt: String] = [0: "/dev/null", 1: "pipe:[1]", 2: "pipe:[2]"]
    /// How often all of them were looked at.
    private(set) var readCount = 0

    var census: DescriptorCensus {
      DescriptorCensus(
        of: DescriptorCensus.Kernel(
          count: { self.open.count },
          descriptors: {
            self.readCount += 1
            return self.open
          }
        )
      )
    }
  }

  @Test func `what was opened since is left, in the order of the numbers`() {
    let table = Table()
    var census = table.census
    census.begin()

    table.open[11] = "/tmp/b"
    table.open[7] = "/tmp/a"

    #expect(census.leftovers == ["7 (/tmp/a)", "11 (/tmp/b)"])
  }

  @Test func `what was open before is not left, nor what is closed again`() {
    let table = Table()
    var census = table.census
    census.begin()

    table.open[7] = "/tmp/a"
    table.open[7] = nil

    #expect(census.leftovers == [])
  }

  @Test func `event queues are parley's own`() {
    let table = Table()
    var census = table.census
    census.begin()

    table.open[7] = "anon_inode:[eventpoll]"
    table.open[8] = "anon_inode:[eventfd]"

    #expect(census.leftovers == [])
  }

  @Test func `what one scenario has left is not laid to the next`() {
    let table = Table()
    var census = table.census
    census.begin()
    table.open[7] = "/tmp/a"

    census.begin()
    table.open[8] = "/tmp/b"

    #expect(census.leftovers == ["8 (/tmp/b)"])
  }

  @Test func `scenarios that leave nothing are counted alone`() {
    let table = Table()
    var census = table.census

    for _ in 0..<3 {
      census.begin()
      #expect(census.leftovers == [])
    }

    #expect(table.readCount == 1)
  }

  @Test func `a failure of something else stays what it is`() {
    let failed = RunOutcome.failed(Failure(.assertion, "no"))

    #expect(failed.failing(ofLeft: ["7 (/tmp/a)"], inHeader: true) == failed)
    #expect(RunOutcome.passed.failing(ofLeft: [], inHeader: true) == .passed)
  }

  @Test(arguments: [(true, "\"--# allow: leaks\""), (false, "allow = { \"leaks\" }")])
  func `a failure of one says how the scenario may allow it`(inHeader: Bool, advice: String) {
    let outcome = RunOutcome.passed.failing(ofLeft: ["7 (/tmp/a)"], inHeader: inHeader)
    guard case .failed(let failure) = outcome else {
      Issue.record("it passed")
      return
    }

    #expect(failure.message == "the scenario left 1 descriptor open: 7 (/tmp/a)")
    #expect(failure.notes.first?.hasPrefix(advice) == true)
  }
}
