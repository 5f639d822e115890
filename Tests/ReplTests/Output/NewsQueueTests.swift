import Scenario
import Testing

@testable import Repl

@Suite("News")
struct NewsQueueTests {
  private func queue(of count: Int) -> NewsQueue {
    var queue = NewsQueue()
    for number in 0..<count {
      queue.append(Event(time: .milliseconds(number), kind: .note("\(number)")))
    }
    return queue
  }

  private func notes(_ events: [Event]) -> [String] {
    events.map { event in
      if case .note(let text) = event.kind { text } else { "" }
    }
  }

  @Test func `a few events are all shown`() {
    var queue = queue(of: 10)
    let (first, hiddenCount, last) = queue.take()
    #expect(notes(first + last) == (0..<10).map(String.init))
    #expect(hiddenCount == 0)
  }

  @Test func `of a flood the first and the last are shown, and the others counted`() {
    var queue = queue(of: 1000)
    let (first, hiddenCount, last) = queue.take()
    #expect(notes(first) == (0..<8).map(String.init))
    #expect(notes(last) == (992..<1000).map(String.init))
    #expect(hiddenCount == 984)
  }

  @Test func `what was taken is gone`() {
    var queue = queue(of: 3)
    _ = queue.take()
    #expect(queue.isEmpty)
  }
}
