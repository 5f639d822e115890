import Testing

@testable import Scenario

@Suite("Script header")
struct ScriptHeaderTests {
  @Test func `the options of the first comment are read`() throws {
    let header = try header(
      "--# tags: a b; needs: cmd:redis-server env:HOME; timeout: 20s; wait: 250ms; allow: unread"
    )

    #expect(header.tags == ["a", "b"])
    #expect(header.needs == [.command("redis-server"), .variable("HOME")])
    #expect(header.timeout == .seconds(20))
    #expect(header.wait == .milliseconds(250))
    #expect(header.allow == ["unread"])
  }

  @Test func `a reason may hold blanks and colons`() throws {
    let header = try header("--# skip: not yet: see the notes ; todo: fails on slow disks")

    #expect(header.skip == "not yet: see the notes")
    #expect(header.todo == "fails on slow disks")
  }

  @Test func `the header may follow an interpreter line and other comments`() throws {
    let header = try header(
      "#!/usr/bin/env parley\n-- Pings a server.\n\n--# tags: a\n--# wait: 1s"
    )

    #expect(header.tags == ["a"])
    #expect(header.wait == .seconds(1))
  }

  @Test(arguments: ["local x = 1\n--# tags: late", "--[[\n--# tags: inside\n]]", "", "--#"])
  func `a comment elsewhere is no header`(source: String) throws {
    #expect(try header(source) == header("print()"))
  }

  @Test(arguments: [
    ("--# tag: a", 1, "unknown option \"tag\" in the header; did you mean \"tags\"?"),
    ("--# timeout: 20", 1, "timeout: the duration \"20\" needs a unit, as in 2s"),
    ("-- x\n--# skip:", 2, "the option \"skip\" needs a value"),
    ("--# needs: redis", 1, "needs: \"redis\" is none of cmd:NAME, env:NAME, root, linux"),
    ("--# tags", 1, "the option \"tags\" needs a value"),
    ("--# tags: a; tags: b", 1, "the option \"tags\" stands twice in the header"),
    ("--# allow: unred", 1, "unknown check \"unred\" in the header; did you mean \"unread\"?"),
    (
      "--# elephant: 1", 1,
      "unknown option \"elephant\" in the header; "
        + "known are allow, needs, skip, tags, timeout, todo, wait"
    ),
  ])
  func `a faulty header is refused with the line`(source: String, line: Int, message: String) {
    let error = #expect(throws: ScriptHeader.Malformed.self) { try header(source) }

    #expect(error == ScriptHeader.Malformed(message: message, line: line))
  }

  private func header(_ source: String) throws -> ScriptHeader {
    try ScriptHeader(source: Array(source.utf8))
  }
}
