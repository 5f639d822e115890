import TestSupport
import Testing

@testable import Scenario

@Suite("HTML report")
struct HTMLReporterTests {
  @Test func `no text of a script ends the part of the page that holds the log`() throws {
    let page = Self.page(sending: "</script><!-- <script>")

    let events = try Self.log(in: page).map { try JSONParser.parse($0) }

    #expect(
      events.map { $0["event"]?.string } == [
        "run", "scenario", "directory", "sent", "received", "failed", "command",
        "scenario-end", "again", "run-end",
      ]
    )
    #expect(events[3]["text"]?.string == "</script><!-- <script>")
  }

  @Test func `the page needs nothing besides itself`() {
    let page = Self.page(sending: "x")

    #expect(!page.contains("{{"))
    for reference in ["src=", "@import", "url(", "href=\"http", "fetch("] {
      #expect(!page.contains(reference))
    }
  }

  @Test func `scenarios of several logs keep numbers of their own`() throws {
    var page = ""
    var reporter = HTMLReporter { page += $0 }
    reporter.begin(RunDescription())
    for _ in 1...2 { reporter.add(Self.record(sending: "x")) }
    reporter.end(RunTally())

    let numbers = try Self.log(in: page).map { try JSONParser.parse($0)["scenario"]?.integer ?? 0 }

    #expect(Set(numbers) == [0, 7, 8])
  }

  @Test func `scenarios stand in the order of their numbers, and sources before them`() throws {
    var page = ""
    var reporter = HTMLReporter { page += $0 }
    reporter.begin(RunDescription())
    for number in [2, 1] {
      var record = Self.record(sending: "x", number: number)
      record.scripts = ScriptTexts(ofLog: ["a.lua": Array("-- as it ran".utf8)])
      reporter.add(record)
    }
    reporter.end(RunTally())

    let events = try Self.log(in: page).map { try JSONParser.parse($0) }

    #expect(events[1]["text"]?.string == "-- as it ran")
    #expect(
      events.dropFirst(2).compactMap { $0["scenario"]?.integer }
        == Array(repeating: 1, count: 8) + Array(repeating: 2, count: 8)
    )
  }

  @Test(.enabled(if: Browser.isHere, "chromium is not here"))
  func `a browser draws the failing arrow, and a click shows the message's bytes`() {
    let directory = TemporaryDirectory()
    let click = """
      <script>
      document.querySelector("#diagram .event.failing .hit")
        .dispatchEvent(new MouseEvent("click", { bubbles: true }));
      addEventListener("hashchange", () => document.querySelector("[data-view=hex]").click());
      </script></body>
      """
    let page = Self.page(sending: "\u{1}wrong").replacing("</body>", with: click)
    directory.write(page, to: "page.html")

    let dom = Browser.dom(of: "\(directory.path)/page.html#s=7", in: directory)

    #expect(dom.contains("<g class=\"event received failing"))
    #expect(dom.contains("000000  01 77 72 6f 6e 67"))
  }

  @Test(.enabled(if: Browser.isHere, "chromium is not here"))
  func `events of no actor stand in the transcript, and have no lane`() {
    let directory = TemporaryDirectory()
    directory.write(Self.page(sending: "x"), to: "page.html")

    let transcript = Browser.dom(of: "\(directory.path)/page.html#s=7&v=transcript", in: directory)
    let diagram = Browser.dom(of: "\(directory.path)/page.html#s=7", in: directory)

    #expect(transcript.contains("private directory /tmp/parley-x"))
    #expect(transcript.contains("<tr data-index=\"2\" class=\"failing\""))
    #expect(diagram.contains(">main</text>"))
    #expect(!diagram.contains(">undefined</text>"))
  }

  @Test(.enabled(if: Browser.isHere, "chromium is not here"))
  func `of a long scenario only what is in sight is drawn, and what is looked for`() {
    let directory = TemporaryDirectory()
    directory.write(Self.page(sending: "x", times: 2000), to: "page.html")

    let start = Browser.dom(of: "\(directory.path)/page.html#s=7", in: directory)
    let end = Browser.dom(of: "\(directory.path)/page.html#s=7&e=2002", in: directory)

    #expect(start.contains("data-index=\"1\""))
    #expect(!start.contains("data-index=\"2002\""))
    #expect(end.contains("data-index=\"2002\""))
    #expect(!end.contains("data-index=\"1000\""))
  }

  @Test(.enabled(if: Browser.isHere, "chromium is not here"))
  func `what comes in sight when the window grows is drawn`() {
    let directory = TemporaryDirectory()
    directory.write(Self.page(sending: "x", times: 2000), to: "page.html")
    // A frame is the window that grows; its page is looked at from outside.
    let outside = """
      <iframe src="page.html#s=7" style="width: 600px; height: 300px"></iframe><script>
      const frame = document.querySelector("iframe"), tell = () => {
        const rows = frame.contentDocument.querySelectorAll("#diagram [data-index]").length;
        const width = frame.contentDocument.querySelector("#diagram svg").getAttribute("width");
        document.body.append(`rows ${rows > 1000}, wide ${width > 900};`);
      };
      frame.onload = () => {
        tell();
        Object.assign(frame.style, { width: "1800px", height: "30000px" });
        setTimeout(tell, 1000);
      };
      </script>
      """
    directory.write(outside, to: "outside.html")

    let dom = Browser.dom(of: "\(directory.path)/outside.html", in: directory)

    #expect(dom.contains("rows false, wide false;rows true, wide true;"))
  }

  private static func page(sending text: String, times count: Int = 1) -> String {
    var page = ""
    var reporter = HTMLReporter { page += $0 }
    reporter.begin(RunDescription())
    reporter.add(record(sending: text, times: count))
    reporter.end(RunTally())
    return page
  }

  private static func log(in page: String) throws -> [ArraySlice<UInt8>] {
    let start = try #require(page.firstRange(of: "id=\"log\">")).upperBound
    let end = try #require(page[start...].firstRange(of: "</script>")).lowerBound
    return Array(page[start..<end].utf8).split(separator: UInt8(ascii: "\n"))
  }

  /// A scenario in which the answer to so many messages fails.
  private static func record(
    sending text: String,
    times count: Int = 1,
    number: Int = 7
  ) -> ScenarioRecord {
    let payload = Payload(Array(text.utf8))
    let location = ScriptLocation(file: "a.lua", line: 3)
    let kinds =
      Array(repeating: Event.Kind.sent(payload), count: count) + [.received(payload), .failed]
    let events = kinds.map { kind in
      Event(time: .zero, scenario: number, actor: "main", lane: "c", kind: kind, location: location)
    }
    let start = Event(
      time: .zero,
      scenario: number,
      kind: .scenarioStarted(ScenarioDescription(file: "a.lua"))
    )
    let ofNobody = [
      Event.Kind.directory(path: "/tmp/parley-x"), .command(options: ["-j1"], arguments: []),
    ].map { Event(time: .zero, scenario: number, kind: $0) }
    let failure = Failure(.mismatch, "expected \"right\"", at: location)
    let result = ScenarioResult(file: "a.lua", duration: .zero, outcome: .failed(failure))
    return ScenarioRecord(
      result,
      events: [start] + ofNobody.prefix(1) + events + ofNobody.suffix(1)
    )
  }
}
