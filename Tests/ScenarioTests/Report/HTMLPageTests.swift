import TestSupport
import Testing

@testable import Scenario

/// What one sees of a run, by what the page's own functions say where they can be asked.
@Suite("HTML page", .serialized, .enabled(if: Browser.isHere, "chromium is not here"))
struct HTMLPageTests {
  private static let labels = texts(of: "#diagram .label, #diagram .remark")
  private static let lanes = texts(of: "#diagram .name", at: "node.lastChild")
  private static let reason = #"document.querySelector(".cause").innerText"#

  /// The expression for the texts of what a selector finds, with bars between them.
  private static func texts(of selector: String, at place: String = "node") -> String {
    #"[...document.querySelectorAll("\#(selector)")].map((node) => \#(place).textContent).join("|")"#
  }

  // What was expected, and what came

  @Test func `of long messages the page shows the part in which they differ`() {
    var failure = Failure(.mismatch, "another one")
    failure.expected = Array((String(repeating: "é", count: 500) + "right").utf8)
    failure.actual = Array((String(repeating: "é", count: 500) + "wrong").utf8)
    failure.excerpt = Failure.Excerpt(start: 70_000, expectedSize: 71_005, actualSize: 71_005)

    let answer = HTMLPage(failure: failure).answer(to: Self.reason) ?? ""

    #expect(answer.contains("first difference at byte 71,000"))
    #expect(answer.contains("expected  …\"éééééééééééééééright\""))
    #expect(answer.contains("actual    …\"éééééééééééééééwrong\""))
    #expect(answer.contains("\n" + String(repeating: " ", count: 27) + "^"))
  }

  @Test func `bytes that are no text are compared in rows`() {
    var failure = Failure(.mismatch, "another one")
    failure.expected = [0, 1, 2, 0xff, 0xfd] + Array(repeating: 0x41, count: 20)
    failure.actual = [0, 1, 2, 0xff, 0xfe] + Array(repeating: 0x41, count: 20)

    let answer = HTMLPage(failure: failure).answer(to: Self.reason) ?? ""

    #expect(answer.contains("expected  00 01 02 ff fd 41"))
    #expect(answer.contains("\n" + String(repeating: " ", count: 10 + 3 * 4) + "^^"))
    #expect(!answer.contains("at 16"))
  }

  @Test func `texts that read the same, as secrets do, are not compared`() {
    var failure = Failure(.mismatch, "the secrets differ")
    failure.expected = Array("«secret»".utf8)
    failure.actual = failure.expected

    #expect(HTMLPage(failure: failure).answer(to: Self.reason) == "the secrets differ")
  }

  // What processes wrote

  @Test func `what a process writes in pieces stands as a line, where it began`() {
    let events = [
      Event.output("request "), .output("one\nand"), .by("main", on: "", .note("a note")),
      .output(" two\n"),
    ]

    #expect(
      HTMLPage(of: events).answer(to: Self.labels) == #"request one\n|and two\n|a note"#
    )
  }

  @Test func `a prompt is not joined with what is written once it is answered`() {
    let answer = Event.Kind.sent(Payload(Array("Ann".utf8)))
    let events = [
      Event.output("name? "), .by("main", on: "d.stdin", answer), .output("hello\n"),
    ]

    let seen = HTMLPage(of: events).answer(to: "\(Self.labels) + ' on ' + \(Self.lanes)")

    #expect(seen == #"name? |Ann 3 B|hello\n on main|d"#)
  }

  // Lanes and conversations

  @Test func `a message says its conversation where its actor has several`() {
    let message = Event.Kind.sent(Payload(Array("stats".utf8)))
    let events = ["ann", "bob"].flatMap { name in
      [Event.by("main", on: name, .connected(name: "api")), .by("main", on: name, message)]
    }

    let labels = HTMLPage(of: events).answer(to: Self.labels)
    let alone = HTMLPage(of: Array(events.prefix(2))).answer(to: Self.labels)

    #expect(labels?.contains("«ann» stats 5 B|") == true)
    #expect(labels?.hasSuffix("«bob» stats 5 B") == true)
    #expect(alone == "connected to api|stats 5 B")
  }

  @Test func `both ends that one actor holds are lanes with their own names`() {
    let message = Payload(Array("x".utf8))
    let events = [
      Event.by("main", on: "pair.a", .connected(name: "pair.b")),
      .by("main", on: "pair.b", .connected(name: "pair.a")),
      .by("main", on: "pair.a", .sent(message)), .by("main", on: "pair.b", .received(message)),
    ]

    #expect(HTMLPage(of: events).answer(to: Self.lanes) == "pair.a|pair.b")
  }

  @Test func `the colour of an arrow says whether the script wrote the message`() {
    let message = Payload(Array("x".utf8))
    let events = [
      Event.by("main", on: "pair.a", .connected(name: "pair.b")),
      .by("main", on: "pair.b", .connected(name: "pair.a")),
      .by("main", on: "pair.a", .sent(message)), .by("main", on: "pair.b", .received(message)),
      .by("main", on: "c", .connected(name: "api")), .by("main", on: "c", .received(message)),
    ]

    let colours = HTMLPage(of: events).answer(
      to: #"[...arrows].map((node) => node.getAttribute("class")).join("|")"#,
      after: """
        const arrows = document.querySelectorAll("#diagram .event:is(.sent, .received):has(.arrow)");
        """
    )

    #expect(colours == "event sent|event received")
  }

  @Test(arguments: [(5, "sent c 0|received - 1"), (20, "sent c 1|received c 1")])
  func `a message that is taken much later has both ends of its arrow`(rows: Int, ends: String) {
    let message = Payload(Array("c".utf8))
    let events =
      [
        Event.by("main", on: "pair.a", .connected(name: "pair.b")),
        .by("main", on: "pair.b", .connected(name: "pair.a")),
        .by("main", on: "pair.a", .sent(message)),
      ] + Array(repeating: .by("main", on: "", .note("x")), count: rows)
      + [.by("main", on: "pair.b", .received(message))]

    let answer = HTMLPage(of: events).answer(
      to: """
        messages.map((node) => [state.scenario.events[node.dataset.index].event, node.querySelector(".label")?.childNodes[1].data \
        ?? "-", node.querySelectorAll(".arrow").length].join(" ")).join("|")
        """,
      after: """
        const messages = [...document.querySelectorAll("#diagram .event.sent")];
        """
    )

    #expect(answer == ends)
  }

  @Test func `the bar of a last wait begins with it, also where its actor did nothing before`() {
    let events =
      (1...8).map { Event.by("main", on: "c", .note("\($0)"), at: 10 * $0) } + [
        .by("watcher", on: "", .actorStarted, at: 75),
        .by("main", on: "c", .waited(for: "a message", .milliseconds(35)), at: 120),
        .by("watcher", on: "w", .waiting("an end"), at: 120),
        .by("main", on: "c", .waiting("a message"), at: 120),
        .by("main", on: "c", .failed, at: 120),
      ]

    let rows = HTMLPage(of: events).answer(
      to: "last.map((wait) => `${wait.event.actor} ${wait.first}-${wait.last}`).join(' ')",
      after: "const last = sequence(state.scenario).waits.filter((wait) => wait.isOver);"
    )

    #expect(rows == "watcher 6-8 main 7-8")
  }

  @Test func `where it failed the diagram tells of the wait that ended so`() {
    let events = [
      Event.by("main", on: "c", .waited(for: "a message on «c»", .milliseconds(300)), at: 310),
      .by("main", on: "c", .waiting("a message on «c»"), at: 310),
      .by("main", on: "c", .failed, at: 310),
    ]

    #expect(
      HTMLPage(of: events, failure: Failure(.timeout, "too late")).answer(to: Self.labels)
        == "waited 0.300s for a message on «c»"
    )
  }

  @Test func `what lies in the private directory is shown without the directory's path`() {
    let events = [
      Event(time: .zero, kind: .directory(path: "/tmp/parley-x")),
      .by("main", on: "c", .connected(name: "/tmp/parley-x/api.sock")),
    ]

    #expect(HTMLPage(of: events).answer(to: Self.labels) == "connected to api.sock")
  }

  // Many lanes

  @Test func `a long name ends within its box, and keeps its end`() {
    let name = "exchange-with-a-long-name.sock.17"
    let events = (0..<8).map { number in
      Event.by(number == 0 ? name : "task-\(number)", on: "", .note("x"))
    }

    let answer = HTMLPage(of: events).answer(
      to:
        #"`${name.getBBox().width < room} ${name.lastChild.textContent.endsWith(".17")} ${name.textContent.length > 33}`"#,
      after: """
        const name = document.querySelector("#diagram .name");
        const room = Number(document.querySelector("#diagram .head").getAttribute("width"));
        """
    )

    #expect(answer == "true true true")
  }

  @Test func `lanes stay so wide that a label says something, however little room there is`() {
    let message = Event.Kind.sent(Payload(Array("query-status".utf8)))
    let others = (0..<8).map { Event.by("task-\($0)", on: "", .note("x")) }
    let events = others + [Event.by("main", on: "api", message)]

    let answer = HTMLPage(of: events).answer(to: Self.labels) ?? ""

    #expect(answer.contains("query-status 12 B"))
  }

  @Test func `a selected event comes in sight sideways, and the times stay`() {
    let events = (0..<20).map { Event.by("task-\($0)", on: "", .note("x")) }

    let answer = HTMLPage(of: events).answer(
      to:
        #"[atRest, view.left < glyph.left && glyph.right < view.right, Math.round(times.left - view.left)]"#,
      after: """
        const atRest = main.scrollLeft;
        go({ event: 19 });
        await later();
        const view = main.getBoundingClientRect(), glyph = document.querySelector(".selected .glyph").getBoundingClientRect();
        const times = document.querySelector("#diagram .times").getBoundingClientRect();
        """
    )

    #expect(answer == "0,true,0")
  }

  @Test func `an event in sight does not move the page`() {
    let events = (0..<20).map { Event.by("task-\($0)", on: "", .note("x")) }

    let answer = HTMLPage(of: events).answer(to: "main.scrollLeft", at: "s=1&e=0")

    #expect(answer == "0")
  }

  // The keyboard

  @Test(arguments: ["diagram", "transcript"])
  func `Tab stops at one event, from which the arrow keys go to others`(view: String) {
    let events = (0..<3).map { Event.by("main", on: "", .note("\($0)")) }

    let answer = HTMLPage(of: events).answer(
      to:
        #"[await press("Enter"), await press("ArrowDown"), await press("ArrowDown"), await press("ArrowUp"), stops().length]"#,
      after: """
        const press = async (key) => {
          document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
          await later();
          return document.activeElement.dataset.index + document.activeElement.classList.contains("selected");
        };
        const stops = () => document.querySelectorAll("[data-index][tabindex='0']");
        stops()[0].focus();
        """,
      at: "s=1&v=\(view)"
    )

    #expect(answer == "0true,1true,2true,1true,1")
  }

  @Test func `a message of blanks is shown in a way in which one sees it`() {
    let events = [Event.by("main", on: "c", .received(Payload([0x0a])))]

    let answer = HTMLPage(of: events).answer(
      to: #"document.getElementById("bytes").textContent"#,
      at: "s=1&e=0"
    )

    #expect(answer == #""\n""#)
  }

  // What became of them

  @Test func `the list has the scenarios of a file in the order of their lines`() {
    let page = HTMLPage([
      .made("third", line: 30, number: 1), .made("first", line: 1, number: 2),
      .made("second", line: 9, number: 3),
    ])

    let names = page.answer(to: Self.texts(of: ".entry span"))

    #expect(names == "first|second|third")
  }

  @Test func `a card says which try it was, the status as the terminal does, and the place`() {
    let error = Failure(.scriptError, "nil", at: ScriptLocation(file: "a.lua", line: 4))
    let page = HTMLPage([
      .made("one", line: 2, number: 1, outcome: .failed(error)),
      .made("two", line: 7, number: 2, outcome: .flaky(Failure(.check, "odd")), attempts: 2),
    ])

    let cards = page.answer(
      to:
        #"[...document.querySelectorAll(".card")].map((card) => card.innerText.split(/\s+/).join(" "))"#,
      at: ""
    )

    #expect(
      cards
        == "a.lua › one ERROR 0.000s nil a.lua:4,a.lua › two FLAKY 0.000s · try 2 passed odd a.lua:7"
    )
  }
}
