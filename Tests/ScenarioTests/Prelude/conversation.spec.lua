-- A conversation: what it sends, and how it closes.
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

test("raw refuses what is no bytes and pieces of no size", function()
  local c = lines()
  same(harness.raised(c.raw, c, 1).text, "raw sends a string, not 1")
  same(harness.raised(c.raw, c, "a", { chunk = 0 }).text,
    "the option 'chunk' of raw is a count of bytes from 1, not 0")
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

test("a conversation knows its peer", function()
  same(lines().peer, { pid = 7, uid = 8, gid = 9 })
end)

test("shutdown ends what we send, and says so when something is sent all the same", function()
  local c, host, socket = lines("still there\n")
  same(c:shutdown(), c)
  c:shutdown()
  same(socket.down, "write")
  same(host.events, { { kind = "shutdown", lane = "c1" } })
  same(c:receive(), "still there")
  socket.closed = true
  same(harness.raised(c.send, c, "x").message,
    "«c1» cannot send: this script has shut down its writing side")
end)

test("shutdown of what the peer has closed says that", function()
  local c, _, socket = harness.conversation({}, { codec = "line", ending = "closed" })
  function socket:shutdown() return false, "the socket is not connected" end
  same(harness.raised(c.shutdown, c).message,
    "«c1» cannot shut down its writing side: the peer closed the connection")
end)

test("reconnect drops what is unread, and tells the log", function()
  local c, host = lines("one\ntwo\nthr")
  local other = harness.socket(host, { "new\n" })
  c.dial = function() return other end
  c:receive()
  host.events = {}
  same(c:reconnect(), c)
  same(host.events, {
    { kind = "unread", lane = "c1", text = "two\nthr" }, { kind = "closed", lane = "c1" },
  })
  same(c:receive(), "new")
  same(c.socket, other)
end)

test("abort tells the log what was unread", function()
  local c, host = lines("one\ntwo\nthr")
  c:receive()
  host.events = {}
  c:abort()
  same(host.events, {
    { kind = "unread", lane = "c1", text = "two\nthr" }, { kind = "aborted", lane = "c1", text = 7 },
  })
end)

test("reconnect opens what was closed or shut down", function()
  local c, host = lines()
  c.dial = function() return harness.socket(host, { "new\n" }) end
  c:shutdown()
  c:close()
  c:reconnect():send("x")
  same(c:receive(), "new")
end)

test("only a conversation that connected can reconnect", function()
  local c = lines()
  same(harness.raised(c.reconnect, c).text, "«c1» cannot reconnect: only what t:connect made can")
end)

---A conversation whose socket keeps what it is told to send as a message.
local function withMessages()
  local c, host, socket = harness.conversation({}, {})
  function socket:sendMessage(bytes, opts)
    self.message = { bytes, opts }
    return self.problem == nil and #bytes or nil, self.problem
  end
  host.events = {}
  return c, host, socket
end

test("raw sends descriptors with its bytes, which the log gets", function()
  local c, host, socket = withMessages()
  same(rawequal(c:raw("here", { descriptors = { 3, 4 } }), c), true)
  same(socket.message, { "here", { timeout = 5000, descriptors = { 3, 4 } } })
  same(host.events, { { kind = "sent", lane = "c1", text = "here" } })
end)

test("descriptors that cannot be sent fail the raw", function()
  local c, _, socket = withMessages()
  socket.problem = "descriptor 9 is not open"
  same(harness.raised(c.raw, c, "here", { descriptors = { 9 } }).message,
    "«c1» cannot send: descriptor 9 is not open")
end)

test("raw refuses to cut what descriptors go with", function()
  local c = withMessages()
  same(tostring(harness.raised(c.raw, c, "x", { descriptors = { 3 }, chunk = 1 })),
    "raw sends descriptors with all bytes at once, without 'chunk' and 'gap'")
end)
