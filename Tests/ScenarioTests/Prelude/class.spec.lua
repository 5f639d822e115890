-- Classes: what a member that does not exist, or a method of another object, is told.
local test, harness = ...
local same = harness.same

local function refused(fn, ...)
  return harness.raised(fn, ...).text
end

local function listener(host)
  local server = { close = function() end }
  host.localsocket.listen = function() return server end
  return host.prelude.scenario.t:listen("api")
end

test("a misspelt member is refused with the nearest one", function()
  local c = harness.conversation {}
  same(refused(function() return c.sned end), "a conversation has no 'sned'")
  same(refused(function() return c.expectAll end),
    "a conversation has no 'expectAll'; did you mean 'expect'?")
end)

test("a method that is called with a dot names the colon", function()
  local c = harness.conversation {}
  same(refused(c.send, "hello"), "send is called with a colon: c:send(…)")
  same(refused(c.expect, "hello"), "expect is called with a colon: c:expect(…)")
  same(refused(c.receive), "receive is called with a colon: c:receive(…)")
  same(refused(c.call, "PING", "PONG"), "call is called with a colon: c:call(…)")
  same(refused(c.raw, "hello"), "raw is called with a colon: c:raw(…)")
  same(refused(c.quiet, 5), "quiet is called with a colon: c:quiet(…)")
  same(refused(listener(harness.load()).accept), "accept is called with a colon: l:accept(…)")
end)

test("so does one of the scenario", function()
  local t = harness.load().prelude.scenario.t
  same(refused(t.notEqual, 1, 1), "notEqual is called with a colon: t:notEqual(…)")
  same(refused(t.raises, function() end), "raises is called with a colon: t:raises(…)")
  same(refused(t.skip, "no"), "skip is called with a colon: t:skip(…)")
  same(refused(t.listen, "api"), "listen is called with a colon: t:listen(…)")
end)

test("a method that is called on an object of another class names both", function()
  local c, host = harness.conversation {}
  local l = listener(host)
  same(refused(c.receive, l), "receive of a conversation was called on a listener")
  same(refused(c.close, l), "close of a conversation was called on a listener")
  same(refused(l.accept, c), "accept of a listener was called on a conversation")
end)

test("a conversation that is closed still knows its methods", function()
  local c = harness.conversation {}
  c:close()
  same(harness.raised(c.send, c, "x").kind, "closed")
  same(harness.raised(c.receive, c).kind, "closed")
end)

test("an object with a conversation behind it has its methods", function()
  local c = harness.conversation({ "hi\n" }, { codec = "line" })
  same(setmetatable({}, { __index = c }):expect("hi"), "hi")
end)
