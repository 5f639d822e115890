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

  @Test func `two blocks of one name are found`() throws {
    let found = try findings(
      "scenario('a', function() end)\nscenario('b', print)\nscenario('a', { wait = 5 }, print)"
    )

    #expect(found == ["3:10 there are two scenarios with the name \"a\""])
  }

  @Test func `blocks of one name in branches are not found`() throws {
    #expect(
      try findings("if arg[1] then scenario('a', print) else scenario('a', print) end") == []
    )
  }

  // MARK: Names

  @Test(
    arguments: [
      ("t:conect 'x'", "2:3 a scenario has no 'conect'; did you mean 'connect'?"),
      ("t:note(t.dirctory)", "2:10 a scenario has no 'dirctory'; did you mean 'directory'?"),
      ("t.check:equals(1, 1)", "2:9 a check has no 'equals'; did you mean 'equal'?"),
      ("t:pair():expct 'x'", "2:10 a conversation has no 'expct'; did you mean 'expect'?"),
      (
        "local l = t:listen(n) t:connect(n) l:acept()",
        "2:38 a listener has no 'acept'; did you mean 'accept'?"
      ),
      (
        "local p = t:spawn { 'x' } p:expctExit(0)",
        "2:29 a process has no 'expctExit'; did you mean 'expectExit'?"
      ),
      (
        "local p = t:spawn { 'x' } p.stdout:awiat 'x'",
        "2:36 a conversation has no 'awiat'; did you mean 'await'?"
      ),
      (
        "localsocket.conect 'x'",
        "2:13 the module localsocket has no 'conect'; did you mean 'connect'?"
      ),
      (
        "local s = localsocket.connect 'x' s:wriet 'x'",
        "2:37 a localsocket.Socket has no 'wriet'; did you mean 'write'?"
      ),
      (
        "local s = localsocket.listen 'x' s:nextPendingConnection():raedAll()",
        "2:60 a localsocket.Socket has no 'raedAll'; did you mean 'readAll'?"
      ),
      (
        "t:pair().socket:hello()", "2:17 a localsocket.Socket has no 'hello'"
      ),
      (
        "t:pair():expectExit()",
        "2:10 a conversation has no 'expectExit'; did you mean 'expectEnd'?"
      ),
    ]
  )
  func `a member that an object does not have is found`(source: String, finding: String) throws {
    #expect(try findings("local n\n\(source)") == [finding])
  }

  @Test(
    arguments: [
      (
        "t:connect(n, { codecs = 'line' })",
        "2:16 connect has no option \"codecs\"; did you mean 'codec'?"
      ),
      (
        "local l = t:listen(n, { backlgo = 1 }) l:serve(print)",
        "2:25 listen has no option \"backlgo\"; did you mean 'backlog'?"
      ),
      (
        "t:spawn { 'x', redy = ready.notify() }",
        "2:16 spawn has no option \"redy\"; did you mean 'ready'?"
      ),
      ("t:pair { chnk = 1 }", "2:10 pair has no option \"chnk\"; did you mean 'chunk'?"),
      (
        "t:pair():expect(n, { timout = 1 })",
        "2:22 expect has no option \"timout\"; did you mean 'timeout'?"
      ),
      (
        "t:pair():expectEnd { rest = true }",
        "2:22 expectEnd has no option \"rest\"; did you mean 'reset'?"
      ),
      (
        "scenario('x', { tmeout = '1s' }, print)",
        "2:17 scenario has no option \"tmeout\"; did you mean 'timeout'?"
      ),
    ]
  )
  func `an option that does not exist is found`(source: String, finding: String) throws {
    #expect(try findings("local n\n\(source)") == [finding])
  }

  @Test(
    arguments: [
      ("t:pair { gap = '5 sekonds' }", "2:16 gap: the duration \"5 sekonds\" needs a number"),
      ("t:pair():quiet '5'", "2:16 quiet: the duration \"5\" needs a unit, as in 2s"),
      ("t:eventually('1 s', print)", "2:14 eventually: the duration \"1 s\" has a blank in it"),
      ("localsocket.sleep '1x'", "2:19 sleep: the duration \"1x\" has no unit"),
      ("scenario('x', { wait = '1' }, print)", "2:24 wait: the duration \"1\" needs a unit"),
      (
        "local l = t:listen(n, { backlog = '5' }) l:serve(print)",
        "2:35 the option 'backlog' of listen is a number, not a string"
      ),
      (
        "t:pair { codec = 5 }",
        "2:18 the option 'codec' of pair is a string or a table, not a number"
      ),
    ]
  )
  func `a value that an option or a duration cannot have is found`(
    source: String,
    finding: String
  ) throws {
    let found = try findings("local n\n\(source)")

    #expect(found.count == 1)
    #expect(found.first?.hasPrefix(finding) == true, "\(found)")
  }

  @Test(
    arguments: [
      ("t.equal(1, 1)", "2:2 equal is called with a colon: t:equal(…)"),
      ("t:pair().send 'x'", "2:9 send is called with a colon: c:send(…)"),
      ("t:pair().close()", "2:9 close is called with a colon: c:close(…)"),
      (
        "local s = localsocket.Socket() s.write 'x'",
        "2:33 write is called with a colon: socket:write(…)"
      ),
    ]
  )
  func `a method that is called with a dot is found`(source: String, finding: String) throws {
    #expect(try findings("local n\n\(source)") == [finding])
  }

  @Test(arguments: ["t:connect(n, { codec = 'lines' })", "t:pair { codec = 'lines' }"])
  func `a codec that does not exist is found`(_ source: String) throws {
    let found = try findings("local n\n\(source)")

    #expect(found.count == 1)
    #expect(found.first?.hasSuffix(" there is no codec \"lines\"; did you mean 'line'?") == true)
  }

  @Test(arguments: [
    "t:raises(function() t:conect 'x' end)", "pcall(function() t:pair { chnk = 1 } end)",
    "local function f() t:conect 'x' end t:raises(f)", "function t.conect() end t:conect 'x'",
    "require 'more' t:conect 'x'", "local c = t:pair() c.hello = print c:hello()",
    "local c = t:pair { codec = 'json' } c:expect { timout = 1 }",
    "t:pair { codec = { encode = n, decode = n } }",
    "t:equal(n, { codec = 'lines' })", "local o = { connect = print } o:connect(n, { codecs = 1 })",
    "t:each {}", "t:note(t.seed, t.name)", "t.check.equal(1, 1)",
    "t:spawn { 'x', env = { a = 'b' }, wrap = {}, user = 5 }", "t.equal(t, 1, 1)", "t.note(n)",
    "local c = t:pair() c.send(c, 'x')", "t:pair { gap = 5 }", "t:pair { gap = n }",
    "localsocket.after(5, print)", "localsocket.more = print localsocket.more()",
    "localsocket.listen(n, { kind = 'datagram' }):readAll()", "t:equal(localsocket.ReadOnly, n)",
    "local function f(t) t:conect 'x' end", "for k, v in pairs(arg) do t[k] = v end t:conect 'x'",
    "rawset(t, 'conect', print) t:conect 'x'", "local m = getmetatable(t) m[n] = n t:conect 'x'",
  ])
  func `a name that may be right is not found`(_ source: String) throws {
    #expect(try findings("local n\n\(source)") == [])
  }

  @Test(arguments: [
    "", "local M = {} function M.hello(c) c:send 'x' end return setmetatable({}, M)",
    "local names = {} names[arg[1]] = 1 return require 'localsocket'", "return { other = print }",
  ])
  func `a member that no module adds is found`(module: String) throws {
    let run = ScriptRun("local m = require 'module' t:conect 'x'")
    run.add("module.lua", module)
    var check = try ScriptCheck()

    _ = check.check(try ScriptSelection(arguments: [run.directory.file("script.lua")]))

    #expect(check.findings.map(\.kind) == [.unknownMember])
  }

  @Test(arguments: [
    "return function(t) function t:conect() end end", "return { conect = print }",
    "return function(t, name) t[name] = print end", "getmetatable(...).__index = print",
    "local x = require(arg[1])", "local load = require return load 'x'", "require 'absent'",
    "return function(t) setmetatable(t, { __index = print }) end", "load(arg[1])()", "= 5",
  ])
  func `a member that a module may add is not found`(module: String) throws {
    let run = ScriptRun("local m = require 'module' t:conect 'x'")
    run.add("module.lua", module)
    var check = try ScriptCheck()

    _ = check.check(try ScriptSelection(arguments: [run.directory.file("script.lua")]))

    #expect(check.findings.map(\.kind).contains(.unknownMember) == false)
  }

  // MARK: Parts of the language

  @Test(
    arguments: [
      ("t:equal(any.strin, n)", "2:13 any has no 'strin'; did you mean 'string'?"),
      ("t:note(ready.conectable)", "2:14 ready has no 'conectable'; did you mean 'connectable'?"),
      (
        "t:spawn { 'x', ready = { connectible = 'api' } }",
        "2:24 what is ready is said by one of ready.connectable, ready.exists, ready.logged, "
          + "ready.notify; did you mean 'ready.connectable'?"
      ),
      (
        "t:spawn { 'x', ready = ready.exists('p', { timeot = 1 }) }",
        "2:44 ready.exists has no option \"timeot\"; did you mean 'timeout'?"
      ),
      (
        "t:spawn { 'x', ready = ready.notify { timeout = '5' } }",
        "2:49 timeout: the duration \"5\" needs a unit, as in 2s"
      ),
      (
        "t:spawn { 'x', limits = { nofiles = 5 } }",
        "2:27 there is no limit 'nofiles'; did you mean 'nofile'?"
      ),
      (
        "t:spawn { 'x', stop = { signl = 'HUP' } }",
        "2:25 stop has no option \"signl\"; did you mean 'signal'?"
      ),
      (
        "t:spawn { 'x', stop = { timeout = '5' } }",
        "2:35 timeout: the duration \"5\" needs a unit, as in 2s"
      ),
    ]
  )
  func `a misspelt part of the language is found`(source: String, finding: String) throws {
    #expect(try findings("local n\n\(source)") == [finding])
  }

  @Test(
    arguments: [
      ("t:pair():expect(pattern '(')", "2:25 \"(\" is not a Lua pattern: a ')' is missing"),
      ("t:match(n, 'a[')", "2:12 \"a[\" is not a Lua pattern: a ']' is missing"),
      (
        "t:pair { codec = 'line' }:talk [[\n  > a\n  !b\n]]",
        "4:3 talk: a line begins with \"> \", \"< \", \"~ \" or \"# \""
      ),
      ("t:pair():talk('> a\\n~ soon')", "2:15 talk: \"soon\" is no duration"),
      (
        "t:pair():talk [=[> {{x}}]=]",
        "2:15 talk: {{x}} stands for no text that was captured before"
      ),
      (
        "t:pair():talk('> a', 'sever')",
        "2:22 the side of talk is \"client\" or \"server\", not \"sever\"; did you mean 'server'?"
      ),
    ]
  )
  func `a text that the language would refuse is found`(source: String, finding: String) throws {
    #expect(try findings("local n\n\(source)") == [finding])
  }

  @Test(arguments: [
    "t:equal(any.string, ready.logged('x'))", "local any = {} t:note(any.strin)",
    "t:raises(function() t:pair():expect(pattern '(') end)", "n:match('(')", "t:match(n, n)",
    "t:pair { codec = n }:talk('> {')", "t:pair():talk(n)", "t:pair():talk('> a', n)",
    "t:spawn { 'x', limits = { nofile = 5 }, stop = { exit = 1 }, ready = n }",
  ])
  func `a text that may be right is not found`(_ source: String) throws {
    #expect(try findings("local n\n\(source)") == [])
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
    "assert(false, 'no')", "assert(nil)", "t:isTrue(false)", "while true do t:note 'x' end",
    "while true do for _ = 1, 2 do break end end", "repeat x = 1 until false",
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
    "repeat t:note 'x' until true", "assert(x)", "t.check:isTrue(false)", "assert()",
    "while true do if x then break end end", "while true do for _ = 1, 2 do goto on end end ::on::",
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

  @Test func `the scripts of the tests are clean but for those that are wrong in order to fail`()
    throws
  {
    let cases =
      "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
      + "/ParleyTests/Cases"
    var check = try ScriptCheck()

    _ = check.check(try ScriptSelection(arguments: [cases]))

    let kinds: [Finding.Kind] = [.unknownMember, .unknownOption, .unknownCodec]
    let found = check.findings.filter { kinds.contains($0.kind) }.compactMap { finding in
      finding.file.split(separator: "/").dropLast().last
    }
    #expect(Set(found) == ["check", "dead-actor", "misspelt-method", "wrong-option"])
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
