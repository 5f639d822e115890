-- What a scenario leaves behind: bytes that nobody read, connections that nobody accepted.
local test, harness = ...
local same = harness.same

---A conversation of lines for which so much lies ready that the kernel has.
local function lines(ready)
  local c, host, socket = harness.conversation({ "one\n" }, { codec = "line" })
  c:expect("one")
  socket.ready, host.events = ready, {}
  return c, host
end

test("a close finds what has come and was never read", function()
  local c, host = lines("two\nthr")
  c:close()
  same(host.leftovers, {
    { check = "unread", lane = "c1", message = '7 bytes on «c1» were never read: "two\\nthr"' },
  })
  same(host.events, {
    { kind = "unread", lane = "c1", text = "two\nthr" }, { kind = "closed", lane = "c1" },
  })
end)

test("what has been taken in before is found with what the kernel still has", function()
  local c, host = harness.conversation({ "one\ntw" }, { codec = "line" })
  c:expect("one")
  c:close()
  same(host.leftovers[1].message, '2 bytes on «c1» were never read: "tw"')
end)

test("a single byte was never read", function()
  local c, host = lines("x")
  c:close()
  same(host.leftovers[1].message, '1 byte on «c1» was never read: "x"')
end)

test("long bytes are cut, with their number", function()
  local c, host = lines(("x"):rep(1000))
  c:close()
  same(host.leftovers[1].message,
    ('1000 bytes on «c1» were never read: "%s…" (1000 bytes)'):format(("x"):rep(60)))
end)

test("where nothing is unread there is nothing to tell", function()
  local c, host = lines("")
  c:close()
  same(host.leftovers, {})
end)

test("blanks that belong to no message need not be read", function()
  local c, host = harness.conversation({ "1\n \n" }, { codec = "json" })
  c:expect(1)
  c:close()
  same(host.leftovers, {})
end)

---A conversation with another process, closed by the scenario's end or by a function.
local function endElsewhere(lastWords, isAllowed, close)
  local c, host, socket = harness.conversation({ "one\n" }, { codec = "line" })
  c:expect("one")
  socket.isElsewhere, socket.lastWords, host.allowed.unread = true, lastWords, isAllowed
  if close then close(c) else host.prelude.conversation.closeAll() end
  return host, socket
end

test("a script's own close judges what has come, and another process sees nothing but the close", function()
  local function close(c) c:close() end
  local host, socket = endElsewhere("surplus\n", false, close)
  same({ host.leftovers, host.clock, socket.closed }, { {}, 0, true })
  same(socket.down, nil)
end)

---Both ends of a pair of which a process has one, and how often the process was told to stop.
local function shared()
  local c, host, socket = harness.conversation({}, { codec = "line" })
  local other = host.prelude.conversation.new(harness.socket(host, {}), "c2", { codec = "line" })
  local process = { stops = 0 }
  function process:requestStop() self.stops = self.stops + 1 end
  c.partner, other.partner = other, c
  other:handOver(process)
  return host, socket, process, c
end

test("it waits for a process that was given the other end of a pair", function()
  local host, socket, _, c = shared()
  socket.lastWords = "surplus\n"
  c:close()
  same(host.leftovers[1].message, '8 bytes on «c1» were never read: "surplus\\n"')

  host, socket, _, c = shared()
  c:close()
  same({ host.clock, socket.closed }, { 100, true })

  host, _, _, c = shared()
  host.allowed.unread = true
  c:close()
  same(host.clock, 0)
end)

test("who is cancelled while he waits for another process closes, and is cancelled", function()
  local host, socket, _, c = shared()
  host.events = {}
  function socket:waitForDisconnected() error("cancelled", 0) end
  same(harness.raised(c.close, c), "cancelled")
  same({ socket.closed, host.events }, { true, { { kind = "closed", lane = "c1" } } })
end)

test("the scenario's end closes all though it is cancelled while it waits", function()
  local host, socket = shared()
  function socket:waitForDisconnected() error("cancelled", 0) end
  host.prelude.conversation.closeAll()
  same(socket.closed, true)
end)

---A conversation and another one of this process, with what the latter sends on the way.
local function withSender()
  local c, host, socket = harness.conversation({}, { codec = "line" })
  local other = harness.socket(host, {})
  function other:flush()
    self.flushes = self.flushes + 1
    socket.ready, self.written = socket.ready .. table.concat(self.written), {}
  end
  function other:bytesToWrite() return #table.concat(self.written) end
  return c, host, other, host.prelude.conversation.new(other, "c2", { codec = "line" })
end

test("a close sees what a conversation of this process has queued", function()
  for _, send in ipairs {
    function(c) c:send("late") end, function(c) c:raw("late\n") end,
    function(c) c:send("late", "r"):raw("") end,
  } do
    local c, host, _, sender = withSender()
    send(sender)
    c:close()
    same(host.leftovers[1].message:match('"(late)'), "late")
  end
end)

test("a close flushes only what has sent since, and again what the kernel has not taken", function()
  local c, host, socket, sender = withSender()
  local function closeAnother()
    host.prelude.conversation.new(harness.socket(host, {}), "c3", { codec = "line" }):close()
    return socket.flushes
  end
  same(closeAnother(), 0)
  sender:send("one")
  same({ closeAnother(), closeAnother() }, { 1, 1 })
  sender:send("two")
  function socket:flush() self.flushes = self.flushes + 1 end
  same({ closeAnother(), closeAnother() }, { 2, 3 })
  sender:abort()
  same(closeAnother(), 3)
  same(c.socket.flushes, 0)
end)

test("a process that is still talking is stopped before the end cuts it off", function()
  local host, socket, process = shared()
  function socket:disconnectFromServer() self.stopsBefore = process.stops end
  host.prelude.conversation.closeAll()
  same(socket.stopsBefore, 1)
end)

test("so is a process that has connected by itself, unless it has ended its part", function()
  for ending, stops in pairs { closed = 0, [false] = 1 } do
    local _, host, socket = harness.conversation({}, { codec = "line", ending = ending or nil })
    local stopped = 0
    function host.stopPeer(peer)
      same({ rawequal(peer, socket), socket.closed }, { true, nil })
      stopped = stopped + 1
    end
    host.prelude.conversation.closeAll()
    same(stopped, stops)
  end
end)

test("a process that has ended its part comes to its own end", function()
  local host, socket, process = shared()
  socket.lastWords, socket.ending = "", "closed"
  host.prelude.conversation.closeAll()
  same(process.stops, 0)
end)

test("what another process sends up to its own end is waited for", function()
  local host = endElsewhere("surplus\n")
  same(host.leftovers[1].message, '8 bytes on «c1» were never read: "surplus\\n"')
  same(host.clock, 0)
end)

test("another process that does not end is waited for a moment, and so much is taken in", function()
  local host, socket = endElsewhere(nil)
  same(host.leftovers, {})
  same(host.clock, 100)
  same(socket.readBufferSize, 1 << 20)
end)

test("another process is not waited for where what is unread is allowed", function()
  local host = endElsewhere(nil, true)
  same(host.clock, 0)
end)

test("what is allowed is not looked for", function()
  local c, host = lines("two\n")
  host.allowed.unread = true
  c:close()
  same({ host.leftovers, host.events }, { {}, { { kind = "closed", lane = "c1" } } })
end)

test("abort drops what is unread on purpose", function()
  local c, host = lines("two\n")
  c:abort()
  same(host.leftovers, {})
end)

test("the output of a process need not be read", function()
  local c, host = lines("two\n")
  c.isOutput = true
  c:close()
  same(host.leftovers, {})
end)

---A conversation that has sent to a peer which is gone, and the host.
local function sender()
  local c, host, socket = harness.conversation({}, { codec = "line" })
  socket.lost = 5
  return c:send("four"), host
end

test("a close has the host look after what was sent", function()
  for _, close in ipairs { "close", "closeAll" } do
    local c, host = sender()
    if close == "close" then c:close() else host.prelude.conversation.closeAll() end
    same(host.unsentOf, { { lane = "c1", excused = 0 } })
  end
end)

test("what was sent is not looked after where it was dropped, or its loss was told", function()
  local c, host = sender()
  c:abort()
  same(host.unsentOf, {})
  c, host = harness.conversation({}, { codec = "line", ending = "closed" })
  harness.raised(c.call, c, "four", "five")
  c:close()
  same(host.unsentOf, {})
end)

test("what is queued for an end that the script drops is excused", function()
  local c, host, _, other = withSender()
  other:send("late")
  c:abort()
  host.prelude.conversation.closeAll()
  same(host.unsentOf, {})
  c, host, socket, other = withSender()
  other:send("late")
  function socket:flush() end
  c:abort()
  host.prelude.conversation.closeAll()
  same(host.unsentOf, { { lane = "c2", excused = 5 } })
end)

test("of who sees the scenario's end only what is lost by then counts", function()
  local c, host = sender()
  host.prelude.conversation.closeAll { [c] = true }
  c:close()
  same(host.unsentOf, { { lane = "c1", excused = 0, isEnding = true } })
end)

local function listener(count)
  local host = harness.load()
  local server = { count = count }
  function server:accept(timeout)
    if self.count == 0 then return nil, "the wait timed out", "SocketTimeoutError" end
    assert(timeout == 0)
    self.count = self.count - 1
    return harness.socket(host, {})
  end
  function server:close() end
  host.localsocket.listen = function() return server end
  return host.prelude.scenario.t:listen("api"), host
end

test("a close finds connections that were never accepted", function()
  for count, message in ipairs {
    "1 connection to «api» was never accepted", "2 connections to «api» were never accepted",
  } do
    local l, host = listener(count)
    l:close()
    same(host.leftovers, { { check = "unaccepted", lane = "api", message = message } })
  end
end)

test("connections that may stay unaccepted, or that somebody else accepts, are not asked for", function()
  local l, host = listener(1)
  host.allowed.unaccepted = true
  l:close()
  same(host.leftovers, {})
  l, host = listener(1)
  l.isServed = true
  l:close()
  same(host.leftovers, {})
end)
