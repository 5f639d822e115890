import TestSupport
import Testing

@testable import Scenario

@Suite("Script check")
struct ScriptCheckTests {
  /// What is found in a script: `line:column message`, with the first words of the message.
  private func findings(_ source: String) throws -> [String] {
    let script = ScriptRun(source)
    var check = try ScriptCheck()
    _ = check.check(try ScriptSelection(arguments: [script.directory.file("script.lua")]))
    return check.findings.map { "\($0.line ?? 0):\($0.column ?? 0) \($0.message)" }
  }

  // MARK: Loading

  @Test func `a syntax error has the column of the token`() throws {
    #expect(try findings("local x = 1\nlocal y = = 2") == ["2:11 unexpected symbol near '='"])
  }

  @Test(arguments: [1, 30, 31, 32, 33, 34, 35, 36, 37, 38, 200])
  func `a syntax error has its line however long the path is`(length: Int) throws {
    let run = ScriptRun()
    let name = String(repeating: "é", count: length / 2) + String(repeating: "n", count: length % 2)
    run.add(name, "\nx = 1 +")
    var check = try ScriptCheck()

    _ = check.check(try ScriptSelection(arguments: [run.directory.file(name)]))

    #expect(check.findings.first?.line == 2)
    #expect(check.findings.first?.message == "unexpected symbol near <eof>")
  }

  @Test func `what only Lua's compiler refuses has its line`() throws {
    #expect(
      try findings("local x\n  goto nowhere").first?.hasPrefix("2:3 no visible label") == true
    )
  }

  @Test func `every unknown global is named where it stands`() throws {
    let found = try findings(
      "local a = xyzzy.cleint\nt:note(tostrng(cleint))\nlocal client = cleint"
    )

    #expect(
      found == [
        "1:11 there is no global \"xyzzy\"",
        "2:8 there is no global \"tostrng\"; did you mean \"tostring\"?",
        "2:16 there is no global \"cleint\"",
      ]
    )
  }

  @Test func `a wrong header is found`() throws {
    #expect(
      try findings("-- a script\n--# tmeout: 3s") == [
        "2:1 unknown option \"tmeout\" in the header; did you mean \"timeout\"?"
      ]
    )
  }

  @Test func `nothing of a script is run`() throws {
    let run = ScriptRun()
    let path = run.directory.path
    run.add("script.lua", "io.open('\(path)/made', 'w'):close() t:fail 'ran'")

    #expect(try status(of: run, ["script.lua"]) == .success)
    #expect(run.directory.contents == ["script.lua"])
  }

  // MARK: Expectations

  @Test(arguments: [
    "t:pair():expect({})", "local c = t:connect 'x' c:await {}", "t:match({}, {})",
    "t.check:match(x, { a = { {} } })", "local c = t:pair() c:expectSequence { 'a', {} }",
    "local c = t:pair { codec = 'json' } c:expectAny { { {} } }",
    "local c = t:pair { codec = 'json' } c:call({}, oneOf { 'a', { b = {} } })",
    "local function f(c) c:expect {} end", "t:listen('x', opts):serve(function(c) c:expect {} end)",
  ])
  func `an empty table as a pattern is found`(_ source: String) throws {
    let found = try findings("local x, opts t:connect(x)\n\(source)")

    #expect(found.count == 1)
    #expect(
      found.first?.hasSuffix("write empty for an empty table, any.table for any table") == true
    )
  }

  @Test(arguments: [
    "local c = t:pair { codec = 'json' } c:send {} c:expect(array {})", "t:equal(x, {})",
    "local c = t:pair { codec = 'json' } c:expect(exactly {})",
    "local p = {} function p:expect() end p:expect {}",
    "local m = require 'm' m.new():expect {}", "t:pair { codec = 'json' }:expect(empty)",
    "local c = { expect = print } c:expect {}", "t:pair { codec = 'json' }:call {}",
  ])
  func `an empty table that is no pattern is not found`(_ source: String) throws {
    #expect(try findings("local x\n\(source)") == [])
  }

  @Test(arguments: [
    ("stream", "{ 1 }"), ("line", "{ a = 1 }"), ("crlf", "5"), ("nul", "true"),
    ("line", "any.table"),
    ("netstring", "empty"), ("u8", "null"), ("u32le", "exactly { 1 }"), ("packet", "array { 1 }"),
    ("line", "any.number"), ("line", "oneOf { 'a', 5 }"), ("line", "'a\\n'"),
    ("crlf", "'a\\r\\nb'"),
    ("nul", "'\\0'"), ("stream", "false"), ("stream", "any.list"),
  ])
  func `an expectation that its codec cannot meet is found`(codec: String, pattern: String) throws {
    let found = try findings("local c = t:pair { codec = '\(codec)' }\nc:expect(\(pattern))")

    #expect(found.count == 1)
    #expect(found.first?.hasPrefix("2:") == true)
  }

  @Test(arguments: [
    ("stream", "5"), ("stream", "'a\\n'"), ("line", "'a'"), ("line", "any"), ("line", "any.string"),
    ("line", "pattern '\\n'"), ("crlf", "'a\\n'"), ("line", "function() end"), ("line", "'a' .. x"),
    ("jsonl", "{ 1 }"), ("json", "5"), ("resp", "true"), ("line", "x"), ("line", "oneOf(x)"),
  ])
  func `an expectation that its codec may meet is not found`(codec: String, pattern: String) throws
  {
    let found = try findings(
      "local x\nlocal c = t:pair { codec = '\(codec)' }\nc:expect(\(pattern))"
    )

    #expect(found == [])
  }

  @Test(arguments: [
    "local l = t:listen(n, { codec = 'line' }) l:accept():expect {1}",
    "local l = t:listen(n, { codec = 'line' }) l:serve(function(c) c:send 'x':expect {1} end)",
    "local _, b = t:pair { codec = 'line' } b:expect {1}",
    "(t:connect(n, { codec = 'line' })):await {1}",
    "local c = t:connect(n, { kind = 'seqpacket' }) c:expect {1}",
    "local c = t:listen(n, { kind = 'datagram' }) c:expect {1}",
    "local c = t:connect(n) local function f() c:call('x', {1}) end",
  ])
  func `what a conversation is, is known from where it was made`(_ source: String) throws {
    #expect(try findings("local n\n\(source)").count == 1)
  }

  @Test func `blocks get their own t`() throws {
    let found = try findings(
      """
      scenario("one", { wait = "1s" }, function(s) s:pair():expect {1} end)
      local function own(t) t:pair():expect {1} end
      """
    )

    #expect(found.count == 1)
  }

  @Test(arguments: [
    "local c = t:pair() c = x c:expect {1}", "local c = t:pair(x) c:expect {1}",
    "local c = t:connect('x', { codec = x }) c:expect {1}", "t = x t:pair():expect {1}",
    "local c <const> = t:pair { [x] = 1 } c:expect {1}",
    "local _ENV = { t = x } t:pair():expect {1}",
    "local a, b, c = t:pair() c:expect {1}", "local any = x t:pair():expect(any.table)",
    "local c if x then c = t:pair() end c:expect {1}",
  ])
  func `where a script could do otherwise, nothing is said`(_ source: String) throws {
    #expect(try findings("local x\n\(source)").filter { !$0.contains("{}") } == [])
  }

  // MARK: What never happens

  @Test(arguments: [
    "t:skip 'no'", "t:fail('no')", "error 'no'", "os.exit(1)", "do return end",
    "if x then t:skip 'a' elseif x then error() else do return end end", "do t:skip 'x' end",
  ])
  func `a statement that is never run is found`(_ ending: String) throws {
    let found = try findings("local x\n\(ending)\nt:task('late', function() end)")

    #expect(found.count == 1)
    #expect(found.first?.hasPrefix("3:1 this is never run: ") == true)
    #expect(found.first?.hasSuffix("in line 2 comes before it") == true)
  }

  @Test(arguments: [
    "if x then t:skip 'a' end", "while x do error() end", "pcall(error)",
    "local error = print error()",
    "goto on ::on::", "for _ = 1, 2 do break end", "local function f() do return end end",
    "if x then error() elseif x then error() end", "t:defer(function() t:fail 'x' end)",
    "repeat t:note 'x' until true",
  ])
  func `a statement that may be run is not found`(_ before: String) throws {
    #expect(try findings("local x\n\(before)\nt:note 'x'") == [])
  }

  @Test(arguments: [
    "local api = t:listen 'api'", "t:listen('api'):serve(print)",
    "local api = t:listen 'api'\nt:connect 'apl' api:accept()",
  ])
  func `a listener to which nobody connects is found`(_ source: String) throws {
    let found = try findings(source)

    #expect(found.count == 1)
    #expect(found.first?.contains("nobody connects to «api»") == true)
  }

  @Test(arguments: [
    "t:listen 'api' t:connect 'api'", "local api = t:listen 'api' t:connect(api.path)",
    "t:listen 'api' t:spawn { 'daemon' }", "t:listen '/run/api' ", "t:listen '@api'", "t:listen(x)",
    "t:listen 'api' require 'client'", "t:listen 'api' t:raises(function() t:listen 'api' end)",
    "t:listen('api'):expectNoAccept '5ms'", "t:listen 'api' t['connect'](t, 'api')",
    "t:listen 'api' io.popen(t.name)",
    "t:listen('api', { kind = 'datagram' })", "t:listen 'api' localsocket.connect(x)",
  ])
  func `a listener to which somebody might connect is not found`(_ source: String) throws {
    #expect(try findings("local x\n\(source)") == [])
  }

  // MARK: Examples

  @Test func `the examples and the documented ones are clean`() throws {
    let root = "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    var check = try ScriptCheck()

    _ = check.check(try ScriptSelection(arguments: ["\(root)/examples"]))

    #expect(check.findings == [])
    for example in DocumentedExampleTests.Example.all {
      #expect(try findings(example.source) == [], "\(example.testDescription)")
    }
  }

  // MARK: The whole

  @Test func `the status says the worst, and the report counts`() throws {
    let run = ScriptRun("t:pair():expect {}")
    run.add("clean.lua", "t:isTrue(true)")

    #expect(try status(of: run, ["clean.lua"]) == .success)
    #expect(try status(of: run, ["clean.lua", "script.lua"]) == .failure)
    run.add("broken.lua", "x =")
    #expect(try status(of: run, ["broken.lua", "script.lua"]) == .unloadable)
  }

  private func status(of run: ScriptRun, _ names: [String]) throws -> ExitCode {
    var check = try ScriptCheck()
    return check.check(try ScriptSelection(arguments: names.map(run.directory.file)))
  }
}
