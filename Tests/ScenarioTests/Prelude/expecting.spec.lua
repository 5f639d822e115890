-- Taking messages.
local test, harness = ...
local same = harness.same

local function lines(...) return harness.conversation({ ... }, { codec = "line" }) end

test("expect returns the message, then captures", function()
  local c, host = lines("id=7 ok\n")
  same({ c:expect(host.prelude.patterns.pattern "id=(%d+) (%a+)") }, { "id=7 ok", "7", "ok" })
end)

test("a message that differs fails with both sides as bytes", function()
  local c = lines("PANG\n")
  local failure = harness.raised(c.expect, c, "PONG")
  same(failure, {
    kind = "mismatch", lane = "c1", expected = "PONG", actual = "PANG", isBytes = true,
    message = 'expected the next message on «c1» to match "PONG", got "PANG"',
  })
  same(tostring(failure), failure.message)
end)

test("a failure names the fact that explains it", function()
  for pair, note in pairs {
    [{ "PONG", "PONG\r" }] = 'equal but for the CR at the end: the peer sends CR LF, which codec = "crlf" takes off',
    [{ "PONG\n", "PONG" }] = "equal but for the line end",
    [{ "pong", "PONG" }] = "equal but for upper and lower case",
    [{ "a b", "a  b" }] = "equal but for blanks",
    [{ "id=%d+", "id=12" }] = 'as a Lua pattern it is found: pattern("id=%d+")',
    [{ 12, "12" }] = "the message is a string, the pattern a number",
  } do
    local c = lines(pair[2] .. "\n")
    same(harness.raised(c.expect, c, pair[1]).notes, { note })
  end
end)

test("a Lua pattern whose text stands in the message as it is is said to be plain", function()
  local c, host = lines("v1.5 (beta)\n")
  same(harness.raised(c.expect, c, host.prelude.patterns.pattern "1.5 (beta)").notes,
    { 'as plain text it is found: "1.5 (beta)"' })
end)

test("on a stream too a pattern and a text are told from each other", function()
  local hints = harness.load().prelude.hints
  same(hints.inStream("seek", "id=%d+", "got id=12"), 'as a Lua pattern it is found: pattern("id=%d+")')
  same(hints.inStream("seek", "PONG", "PANG"), nil)
  same(hints.inStream("expect", "id=%d+", "id=12"), nil)
end)

test("a text with more behind it is not said to be a pattern, which would hide what came", function()
  for expected, message in pairs { ["+PONG"] = "+PONG extra", ["OK.?"] = "OK" } do
    local c = lines(message .. "\n")
    same(harness.raised(c.expect, c, expected).notes, nil)
  end
end)

test("tables that differ are shown by their places", function()
  local c = harness.conversation({ "*2\r\n$1\r\na\r\n:2\r\n" }, { codec = "resp" })
  same(harness.raised(c.expect, c, { "a", 1 }), {
    kind = "mismatch", lane = "c1", expected = '{ "a", 1 }', actual = '{ "a", 2 }',
    difference = { "[2]: expected 1, got 2" },
    message = 'the next message on «c1» differs at [2]: expected 1, got 2',
    notes = { 'expected  { "a", 1 }', 'actual    { "a", 2 }' },
  })
end)

test("of several places in which tables differ the first is named", function()
  local c = harness.conversation({ '{"b":{"y":2},"a":1,"c":3}\n' }, { codec = "jsonl" })
  local failure = harness.raised(c.expect, c, { a = 1, b = { y = 1 }, c = 2 })
  same({ failure.message, failure.notes }, {
    "the next message on «c1» differs at .b.y: expected 1, got 2; and in 1 more place",
    { "expected  { a = 1, b = { y = 1 }, c = 2 }", "actual    { a = 1, b = { y = 2 }, c = 3 }" },
  })
end)

test("of a long text what is around the first difference is shown", function()
  local c = lines(("x"):rep(9999) .. "\n")
  local around = '"…' .. ("x"):rep(29)
  same(harness.raised(c.expect, c, ("x"):rep(5000) .. "y" .. ("x"):rep(4999)).message,
    ("expected the next message on «c1» to match %sy%s…\" (10000 bytes), got %s%s…\" (9999 bytes)")
      :format(around, ("x"):rep(30), around, ("x"):rep(31)))
end)

test("expect without a pattern is refused", function()
  local c = lines("a\n")
  same(harness.raised(c.expect, c).text, "expect needs a pattern; receive takes any message")
  same(harness.raised(c.expect, c, "a", { timeot = 1 }).text,
    "expect has no option \"timeot\"; did you mean 'timeout'?")
  same(harness.raised(c.expect, c, "a", { timeout = true }).text,
    "the option 'timeout' of expect is a number or a string, not a boolean")
end)

test("call sends and takes the answer", function()
  local c, _, socket = lines("a\nb\n")
  same(c:call("x"), "a")
  same(c:call("y", "b"), "b")
  same(socket.written, { "x\n", "y\n" })
end)

test("messages come until the peer closes", function()
  local c = harness.conversation({ "a\nb", "\n", 60000, "c\n" }, { codec = "line", ending = "closed" })
  local found = {}
  for message in c:messages() do found[#found + 1] = message end
  same(found, { "a", "b", "c" })
end)

test("a reset ends the iteration of who has accepted, and fails that of who has connected", function()
  local c = harness.conversation({ "a\n" }, { codec = "line", ending = "reset" })
  for _ in c:messages() do end
  c = harness.conversation({ "a\n" }, { codec = "line", ending = "reset" })
  c.dial = function() end
  local failure = harness.raised(function() for _ in c:messages() do end end)
  same(failure.message, "waited for a message on «c1», but the peer reset the connection")
end)

test("an end inside of a message fails the iteration", function()
  local c = harness.conversation({ "a\nb" }, { codec = "line", ending = "closed" })
  local failure = harness.raised(function() for _ in c:messages() do end end)
  same(failure.message,
    'waited for a message on «c1», but the peer closed the connection; 1 byte "b" waits for a line end')
  same(failure.notes, { "before it 1 message (2 bytes) came" })
end)

test("a script's own codec shows its messages in failures", function()
  local codec = {
    encode = tostring, decode = function(r) return { id = r:u8() } end,
    show = function(message) return "message " .. message.id end,
  }
  local c = harness.conversation({ "\7" }, { codec = codec })
  local failure = harness.raised(c.expect, c, { id = 8 })
  same(failure.notes, { "expected  { id = 8 }", "actual    message 7" })
  same(failure.message,
    "the next message on «c1» differs at .id: expected 8, got 7")
end)

test("a predicate that raises passes its error on", function()
  local c = lines("a\n")
  same(harness.raised(c.expect, c, function() error("mine", 0) end), "mine")
end)

test("await skips messages until one matches", function()
  local c, host = lines("a\nb\nid=7\nc\n")
  same({ c:await(host.prelude.patterns.pattern "id=(%d)") }, { "id=7", "7" })
  same(c:receive(), "c")
  same(#host.events, 4)
  same(host.assertions, 1)
end)

test("await names what it has skipped", function()
  local c = harness.conversation({ "a\nb\n", 10, "c" }, { codec = "line" })
  same(harness.raised(c.await, c, "x", { timeout = 50 }).message,
    'waited 50 ms for "x" on «c1»; skipped 2 messages: "a", "b"; '
    .. '1 byte "c" waits for a line end')
  c = harness.conversation({ ("m\n"):rep(8) }, { codec = "line", ending = "closed" })
  same(harness.raised(c.await, c, "x").message,
    'waited for "x" on «c1», but the peer closed the connection; '
    .. 'skipped 8 messages: "m", "m", "m", "m", "m" and 3 more')
end)

test("await has one deadline for all that it skips", function()
  local c, host = harness.conversation({ 40, "a\n", 40, "b\n", 40, "x\n" }, { codec = "line" })
  same(harness.raised(c.await, c, "x", { timeout = 100 }).kind, "timeout")
  same(host.clock, 100)
end)

test("await on a stream looks as expect does", function()
  local c = harness.conversation({ "noise x!" })
  same(c:await("x"), "x")
  same(c:receive(), "!")
end)

test("a sequence takes one message for each pattern", function()
  local c, host = lines("a\nb2\nc\n")
  same(c:expectSequence { "a", host.prelude.patterns.pattern "%d" }, { "a", "b2" })
  same(c:receive(), "c")
  same(host.assertions, 1)
end)

test("a sequence names the message that breaks it", function()
  local c = lines("a\nx\n")
  same(harness.raised(c.expectSequence, c, { "a", "b", "c" }).message,
    'expected message 2 of 3 on «c1» to match "b", got "x"')
end)

test("a sequence says where a message belongs that came too early", function()
  local c = lines("c\n")
  local failure = harness.raised(c.expectSequence, c, { "a", function() error("broken") end, "c" })
  same({ failure.message, failure.notes }, {
    "message 3 of 3 on «c1» came first: another order", { 'expected  "a"', 'actual    "c"' },
  })
end)

test("a sequence that does not come whole says how much has", function()
  local c, host = harness.conversation({ 60, "a\n", 60, "b\n" }, { codec = "line" })
  same(harness.raised(c.expectSequence, c, { "a", "b" }, { timeout = 100 }).message,
    'waited 100 ms for "b" on «c1»; 1 of 2 messages came')
  same(host.clock, 100)
end)

test("a sequence on a stream goes on behind each text", function()
  local c = harness.conversation({ "one two one" })
  same(c:expectSequence { "two", "one" }, { "two", "one" })
end)

test("a message that comes at another place of a sequence is said to", function()
  local c, host = lines("b\na\nc\n")
  local any = host.prelude.patterns.any
  same(harness.raised(c.expectSequence, c, { any, "c", "b", "a" }).message,
    "message 4 of 4 on «c1» came as message 2: another order")
  same(harness.raised(c.expectSequence, c, { "d", any }).notes, nil)
end)

test("what is no list of patterns is refused", function()
  local c, host = lines("a\n")
  for verb, value in pairs { expectSequence = "a", expectUnordered = {} } do
    same(harness.raised(c[verb], c, value).text,
      ("%s takes a list of patterns, not %s"):format(verb, value == "a" and '"a"' or "{}"))
  end
  same(harness.raised(c.expectSequence, c, host.prelude.patterns.any).text,
    "expectSequence takes a list of patterns, not any")
  same(harness.raised(c.expectSequence, c, { "a", timeout = 5 }).text,
    'expectSequence takes a list of patterns, without the key "timeout"')
  same(harness.raised(c.await, c).text, "await needs a pattern; receive takes any message")
end)

test("what a pattern in oneOf captures follows the message", function()
  local c, host = harness.conversation({ "k=7\n" }, { codec = "line" })
  local patterns = host.prelude.patterns
  local choice = patterns.oneOf { "z", patterns.oneOf { patterns.pattern "(%a)=(%d)" } }
  same({ c:expect(choice) }, { "k=7", "k", "7" })
  same({ host.prelude.scenario.t:match("k=8", choice) }, { "k=8", "k", "8" })
end)
