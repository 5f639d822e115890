-- Deadlines, and what a time-out or an end tells.
local test, harness = ...
local same = harness.same

local function lines(script, ending)
  return harness.conversation(script, { codec = "line", ending = ending })
end

test("a wait's own deadline goes before the scenario's", function()
  local c, host = lines({})
  same(harness.raised(c.receive, c).message, "waited 5 s for a message on «c1»; nothing came")
  same(host.clock, 5000)
  same(harness.raised(c.receive, c, { timeout = "1.5s" }).message,
    "waited 1.5 s for a message on «c1»; nothing came")
end)

test("the deadline holds over all arrivals, not between two", function()
  local c, host = lines({ 60, "a", 60, "b", 60, "c\n" })
  same(harness.raised(c.receive, c, { timeout = 100 }).message,
    'waited 100 ms for a message on «c1»; 1 byte "a" waits for a line end')
  same(host.clock, 100)
  same(c:receive(), "abc")
end)

test("a time-out tells what was awaited and what came before", function()
  local c = lines({ "one\ntwo\n+PONG" })
  c:receive()
  c:receive()
  same(harness.raised(c.expect, c, "PONG", { timeout = 250 }), {
    kind = "timeout", lane = "c1", subject = '"PONG" on «c1»',
    notes = { "before it 2 messages (8 bytes) came" },
    message = 'waited 250 ms for "PONG" on «c1»; 5 bytes "+PONG" wait for a line end',
  })
end)

test("a pattern is described as the script writes it", function()
  local c, host = lines({})
  same(harness.raised(c.expect, c, host.prelude.patterns.pattern "^+", { timeout = 1 }).message,
    'waited 1 ms for pattern("^+") on «c1»; nothing came')
end)

test("an end tells whether it was clean", function()
  for ending, told in pairs {
    closed = "the peer closed the connection",
    reset = "the peer reset the connection",
  } do
    local c = lines({}, ending)
    same(harness.raised(c.expect, c, "x"), {
      kind = "closed", lane = "c1", notes = {},
      message = 'waited for "x" on «c1», but ' .. told,
    })
  end
end)

test("bytes before the end are read first", function()
  local c = lines({ "last\n" }, "closed")
  same(c:receive(), "last")
  same(harness.raised(c.receive, c).kind, "closed")
end)

test("an actor that waits where another does is told who that is, and leaves its wait alone", function()
  local c, host = lines({})
  local second
  function c.socket.waitForReadyRead()
    function host.rival() return 'reader waits for "a" on «c1» at two.lua:3' end
    second = harness.raised(c.expect, c, "b", { timeout = 1 })
    return false, "the wait timed out", "SocketTimeoutError"
  end
  same(harness.raised(c.expect, c, "a", { timeout = 250 }).subject, '"a" on «c1»')
  same(second, {
    kind = "assertion", lane = "c1",
    message = 'two actors cannot wait on «c1» at once: reader waits for "a" on «c1» at two.lua:3',
  })
end)

test("an actor that waits only a moment for more is in the way of others too", function()
  local c, host = lines({})
  local second
  function c.socket.waitForReadyRead()
    function host.rival() return "reader waits at two.lua:3" end
    second = harness.raised(c.expect, c, "b", { timeout = 1 })
    return false
  end
  same(c.wait:soon(), nil)
  same(second.message, "two actors cannot wait on «c1» at once: reader waits at two.lua:3")
end)

test("who was cancelled in a wait is in nobody's way", function()
  local c = lines({ "hi\n" })
  function c.socket.waitForReadyRead() error("cancelled", 0) end
  same(harness.raised(c.receive, c), "cancelled")
  c.socket.waitForReadyRead = nil
  same(c:receive(), "hi")
end)
