-- The assertions of `t`.
local test, harness = ...
local same = harness.same

local function new()
  local host = harness.load()
  return host.prelude.scenario.t, host
end

test("each assertion counts", function()
  local t, host = new()
  t:equal(1, 1)
  t:notEqual(1, 2)
  t:match("abc", "b")
  t:isTrue(0)
  t:raises(function() error("x") end)
  host.prelude.scenario.globals.assert(true)
  same(host.assertions, 6)
end)

test("equal shows both sides", function()
  local t = new()
  same(harness.raised(t.equal, t, 1, 2), {
    kind = "assertion", expected = "2", actual = "1", message = "expected 2, got 1",
  })
  same(harness.raised(t.equal, t, "a", "b", "the name"), {
    kind = "assertion", expected = "b", actual = "a", isBytes = true, message = 'the name: expected "b", got "a"',
  })
  same(harness.raised(t.equal, t, { a = 1 }, { a = 2 }).difference, { ".a: expected 2, got 1" })
  same(harness.raised(t.equal, t, nil, 1).message, "expected 1, got nil")
end)

test("notEqual names the value", function()
  local t = new()
  same(harness.raised(t.notEqual, t, { 1 }, { 1 }).message, "expected anything but { 1 }")
end)

test("match takes a plain string for a Lua pattern and gives captures", function()
  local t = new()
  same({ t:match("id=7", "id=(%d)") }, { "id=7", "7" })
  same({ t:match({ a = 1, b = 2 }, { a = 1 }) }, { { a = 1, b = 2 } })
  same(harness.raised(t.match, t, "abc", "^b", "start").message,
    'start: expected a match of pattern("^b"), got "abc"')
end)

test("isTrue refuses false and nil", function()
  local t = new()
  same(t:isTrue("x"), "x")
  same(harness.raised(t.isTrue, t, nil, "reply").message, "reply: expected a true value, got nil")
end)

test("raises looks at the error", function()
  local t, host = new()
  t:raises(function() error("bad thing") end, "bad (%a+)")
  t:raises(function() error({ code = 5 }) end, { code = 5 })
  t:raises(function() t:fail("on purpose") end, "purpose")
  t:raises(function() t:fail("on purpose") end, host.prelude.patterns.pattern "on (%a+)")
  same(harness.raised(t.raises, t, function() end).message,
    "expected an error, but the function returned")
  same(harness.raised(t.raises, t, function() error("x", 0) end, "y").message,
    'expected an error that matches "y", got "x"')
end)

test("raises takes only what can be called", function()
  local t = new()
  local refusal = "raises takes a function, not "
  same(harness.raised(t.raises, t).text, refusal .. "nil")
  same(harness.raised(t.raises, t, nil, "attempt to call").text, refusal .. "nil")
  same(harness.raised(t.raises, t, "abc").text, refusal .. '"abc"')
  same(harness.raised(t.raises, t, {}).text, refusal .. "{}")
  local callable = setmetatable({}, { __call = function() error("called", 0) end })
  same(t:raises(callable, "called"), "called")
end)

test("what is not there to be compared is refused, which nil is not", function()
  local t = new()
  local refusal = "equal takes an actual and an expected value, not "
  same(harness.raised(t.equal, t).text, refusal .. "nothing")
  same(harness.raised(t.equal, t, 1).text, refusal .. "one value")
  same(harness.raised(t.check.equal, t.check, 1).text, refusal .. "one value")
  same(harness.raised(t.notEqual, t, 1).text,
    "notEqual takes an actual and an expected value, not one value")
  same(harness.raised(t.match, t, "x").text, "match needs a value and a pattern")
  same(harness.raised(t.match, t, nil, nil).text, "match needs a value and a pattern")
  t:equal(nil, nil)
end)

test("raises lets a skip through", function()
  local t = new()
  same(harness.raised(t.raises, t, function() t:skip("no redis") end),
    { kind = "skip", message = "no redis" })
end)

test("assert raises what Lua's raises", function()
  local assert = harness.load().prelude.scenario.globals.assert
  same({ assert(1, 2) }, { 1, 2 })
  local name = debug.getinfo(1, "S").short_src
  local line = debug.getinfo(1, "l").currentline + 1
  same(harness.raised(function() assert(false, "no") end), name .. ":" .. line .. ": no")
  same(harness.raised(function() assert(nil) end), name .. ":" .. line + 1 .. ": assertion failed!")
  same(harness.raised(function() assert(nil, { 1 }) end), { 1 })
end)
