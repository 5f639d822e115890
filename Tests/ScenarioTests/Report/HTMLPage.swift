import TestSupport

@testable import Scenario

/// The page of a run, and what a script finds in it.
struct HTMLPage {
  private let text: String

  /// Takes the scenarios in the order in which they have ended.
  init(_ records: [ScenarioRecord]) {
    var text = ""
    var reporter = HTMLReporter { text += $0 }
    reporter.begin(RunDescription())
    for record in records { reporter.add(record) }
    reporter.end(RunTally())
    self.text = text
  }

  /// Takes what happened in the one scenario there is.
  init(of events: [Event] = [], failure: Failure? = nil) {
    self.init([.made(of: events, outcome: failure.map { .failed($0) } ?? .passed)])
  }

  /// What an expression of JavaScript comes to in the page, as text.
  ///
  /// - Parameters:
  ///   - expression: What is asked.
  ///   - script: What is done before, with `await later()` where the page has to draw something first.
  ///   - fragment: What is shown of the page.
  /// - Returns: The text; `nil` where the script fails.
  func answer(
    to expression: String,
    after script: String = "",
    at fragment: String = "s=1"
  ) -> String? {
    let directory = TemporaryDirectory()
    let probe = """
      <script>
      const later = () => new Promise((done) => setTimeout(done, 100));
      addEventListener("load", async () => {
        await later();
        \(script)
        document.body.append("«" + "answer»" + (\(expression)) + "«end»");
      });
      </script></body>
      """
    directory.write(text.replacing("</body>", with: probe), to: "page.html")
    let dom = Browser.dom(of: "\(directory.path)/page.html#\(fragment)", in: directory)
    guard let start = dom.firstRange(of: "«answer»")?.upperBound,
      let end = dom.ranges(of: "«end»").last?.lowerBound, start <= end
    else { return nil }
    return String(dom[start..<end])
  }
}

extension ScenarioRecord {
  /// A scenario of the script `a.lua`.
  static func made(
    _ name: String = "",
    line: Int? = nil,
    number: Int = 1,
    of events: [Event] = [],
    outcome: RunOutcome = .passed,
    attempts: Int = 1
  ) -> ScenarioRecord {
    let lines = line.map { $0...$0 }
    let description = ScenarioDescription(file: "a.lua", name: name, lines: lines)
    var result = ScenarioResult(
      file: "a.lua",
      name: name,
      line: line,
      duration: .zero,
      outcome: outcome
    )
    result.attempts = attempts
    let start = Event(time: .zero, kind: .scenarioStarted(description))
    let all = ([start] + events).map { event in
      var event = event
      event.scenario = number
      return event
    }
    return ScenarioRecord(result, events: all)
  }
}

extension Event {
  /// What an actor did on a lane, in the line 3, so many milliseconds after the start.
  static func by(_ actor: String, on lane: String, _ kind: Kind, at time: Int = 0) -> Event {
    let location = ScriptLocation(file: "a.lua", line: 3)
    return Event(
      time: .milliseconds(time),
      actor: actor,
      lane: lane,
      kind: kind,
      location: location
    )
  }

  /// What a process wrote to its standard output.
  static func output(_ text: String, of process: String = "d") -> Event {
    let kind = Kind.output(stream: "stdout", Payload(Array(text.utf8)))
    return Event(time: .zero, actor: process, lane: process, kind: kind)
  }
}
