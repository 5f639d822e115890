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

---A conversation with another process, as the scenario ends.
local function endElsewhere(lastWords, isAllowed)
  local c, host, socket = harness.conversation({ "one\n" }, { codec = "line" })
  c:expect("one")
  socket.isElsewhere, socket.lastWords, host.allowed.unread = true, lastWords, isAllowed
  host.prelude.conversation.closeAll()
  return host, socket
end

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
