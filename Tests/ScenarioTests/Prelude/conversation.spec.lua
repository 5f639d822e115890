-- The verbs of a conversation.
local test, harness = ...
local same = harness.same

local function lines(...) return harness.conversation({ ... }, { codec = "line" }) end

test("messages are logged with their bytes and counted as assertions where they are expected", function()
  local c, host = lines("PONG\n", "more\n")
  c:send("PING"):expect("PONG")
  c:receive()
  same(host.events, {
    { kind = "sent", lane = "c1", text = "PING\n" },
    { kind = "received", lane = "c1", text = "PONG\n" },
    { kind = "received", lane = "c1", text = "more\n" },
  })
  same(host.assertions, 1)
end)

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

test("tables that differ are shown by their places", function()
  local c = harness.conversation({ "*2\r\n$1\r\na\r\n:2\r\n" }, { codec = "resp" })
  same(harness.raised(c.expect, c, { "a", 1 }), {
    kind = "mismatch", lane = "c1", expected = '{ "a", 1 }', actual = '{ "a", 2 }',
    difference = { "[2]: expected 1, got 2" },
    message = 'expected the next message on «c1» to match { "a", 1 }, got 1) "a"  2) (integer) 2',
  })
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

test("an end inside of a message fails the iteration", function()
  local c = harness.conversation({ "a\nb" }, { codec = "line", ending = "closed" })
  local failure = harness.raised(function() for _ in c:messages() do end end)
  same(failure.message,
    'waited for a message on «c1», but the peer closed the connection; 1 byte "b" waits for a line end')
  same(failure.notes, { "before it 1 message (2 bytes) came" })
end)

test("raw cuts the same bytes into other writes", function()
  local c, host, socket = lines()
  c:raw("abcde", { chunk = 2, gap = "1ms" })
  same(socket.written, { "ab", "cd", "e" })
  same({ socket.flushes, host.clock }, { 3, 2 })
  same(host.events, { { kind = "sent", lane = "c1", text = "abcde" } })
  c:raw("xy")
  same(socket.written[4], "xy")
end)

test("a conversation made with a chunk sends everything in such pieces", function()
  local host = harness.load()
  local socket = harness.socket(host, {})
  local c = host.prelude.conversation.new(socket, "c1", { codec = "line", chunk = 3 })
  c:send("PING", "B")
  same(socket.written, { "PIN", "G\n", "B\n" })
  c:raw("abcd", { chunk = 4 })
  same(socket.written[4], "abcd")
end)

test("a script's own codec shows its messages in failures", function()
  local codec = {
    encode = tostring, decode = function(r) return { id = r:u8() } end,
    show = function(message) return "message " .. message.id end,
  }
  local c = harness.conversation({ "\7" }, { codec = codec })
  same(harness.raised(c.expect, c, { id = 8 }).message,
    "expected the next message on «c1» to match { id = 8 }, got message 7")
end)

test("a predicate that raises passes its error on", function()
  local c = lines("a\n")
  same(harness.raised(c.expect, c, function() error("mine", 0) end), "mine")
end)

test("raw refuses what is no bytes and pieces of no size", function()
  local c = lines()
  same(harness.raised(c.raw, c, 1).text, "raw sends a string, not 1")
  same(harness.raised(c.raw, c, "a", { chunk = 0 }).text,
    "the option 'chunk' of raw is a count of bytes from 1, not 0")
end)

test("expectEnd takes a clean end", function()
  local c, host = harness.conversation({}, { ending = "closed" })
  same(c:expectEnd(), c)
  c:expectEnd()
  same(host.events, { { kind = "ended", lane = "c1" } })
end)

test("expectEnd refuses bytes, a reset and silence", function()
  local c = harness.conversation({ "late" }, { ending = "closed" })
  same(harness.raised(c.expectEnd, c), {
    kind = "mismatch", lane = "c1", actual = "late", isBytes = true,
    message = 'expected the end of «c1», but 4 bytes came: "late"',
  })
  c = harness.conversation({}, { ending = "reset" })
  same(harness.raised(c.expectEnd, c).message,
    "expected the end of «c1», but the peer reset the connection")
  c:expectEnd { reset = true }
  c = harness.conversation({})
  same(harness.raised(c.expectEnd, c, { timeout = "1s" }).message,
    "waited 1 s for the end of «c1»; nothing came")
end)

test("quiet holds for its time and fails when something comes", function()
  local c, host = harness.conversation({ 300, "x" })
  c:quiet("200ms")
  same(host.clock, 200)
  same(harness.raised(c.quiet, c, 200).message,
    'expected silence on «c1» for 200 ms, but 1 byte came: "x"')
end)

test("quiet fails when the peer closes", function()
  local c = harness.conversation({}, { ending = "closed" })
  same(harness.raised(c.quiet, c, 200).message,
    "expected silence on «c1» for 200 ms, but the peer closed the connection")
end)

test("a closed conversation says who closed it", function()
  local c, host = lines("a\n")
  c:close()
  c:close()
  same(harness.raised(c.receive, c).message,
    "waited for a message on «c1», but this script closed it")
  same(harness.raised(c.send, c, "x").message, "«c1» cannot send: this script closed it")
  same(host.events, { { kind = "closed", lane = "c1" } })
end)

test("sending says that the peer has closed, or why else the socket takes nothing", function()
  for ending, reason in pairs {
    closed = "the peer closed the connection", reset = "the peer reset the connection",
    [false] = "the socket is not connected",
  } do
    for _, codec in ipairs { "line", { encode = tostring, decode = tostring } } do
      local c, _, socket = harness.conversation({}, { ending = ending, codec = codec })
      socket.closed = true
      same(harness.raised(c.send, c, "x").message, "«c1» cannot send: " .. reason)
      same(harness.raised(c.raw, c, "x").message, "«c1» cannot send: " .. reason)
    end
  end
end)

test("a conversation lets its peer end its sending alone", function()
  local c, _, socket = harness.conversation({})
  same({ c.socket == socket, socket.isHalfOpen }, { true, true })
end)

test("a peer that has ended is answered if it takes the answer", function()
  local c, _, socket = harness.conversation({}, { ending = "closed", codec = "line" })
  c:expectEnd()
  c:send("answer"):raw("more")
  same(socket.written, { "answer\n", "more" })
  function socket:flush() self.closed = true end
  same(harness.raised(c.send, c, "x").message,
    "«c1» cannot send: the peer closed the connection")
end)

test("a misspelt verb names the right one", function()
  local c = lines()
  same(harness.raised(function() c:expct("x") end).text,
    "a conversation has no 'expct'; did you mean 'expect'?")
end)

test("a message that is nil is refused, wherever it stands", function()
  local c, _, socket = lines()
  same(harness.raised(c.send, c, "1", nil, "2").text,
    'a message of the codec "line" is a string, not nil')
  same(socket.written, { "1\n" })
end)

test("a silence and a pause have an end", function()
  local c = lines()
  same(harness.raised(c.quiet, c, -1).text, "duration cannot be -1: it has to end")
  same(harness.raised(c.raw, c, "x", { gap = -1 }).text, "gap cannot be -1: it has to end")
end)

test("a round trip of literal lines makes no table and no closure", function()
  local c, host = lines()
  local arrived = false
  host.natives.log = function() end
  function c.socket.readAll()
    local bytes = arrived and "PONG\n" or ""
    arrived = false
    return bytes
  end
  function c.socket.waitForReadyRead()
    arrived = true
    return true
  end
  function c.socket.write(_, bytes) return #bytes end
  local function roundTrips(count)
    for _ = 1, count do
      c:send("PING")
      c:expect("PONG")
    end
  end
  roundTrips(10)
  collectgarbage()
  collectgarbage("stop")
  local before = collectgarbage("count")
  roundTrips(1000)
  local kilobytes = collectgarbage("count") - before
  collectgarbage("restart")
  same(kilobytes < 1, true)
end)
