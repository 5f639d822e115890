-- Soft assertions.
local test, harness = ...
local same = harness.same

local function new()
  local host = harness.load()
  return host.prelude.scenario.t, host
end

test("a check that fails is kept, and the script goes on", function()
  local t, host = new()
  same(t.check:equal(1, 2, "first"), nil)
  t.check:notEqual(1, 1)
  same({ host.kept[1].message, host.kept[2].message, host.assertions },
    { "first: expected 2, got 1", "expected anything but 1", 2 })
end)

test("a check that holds gives what its assertion gives", function()
  local t, host = new()
  same({ t.check:match("id=7", "id=(%d)") }, { "id=7", "7" })
  same(t.check:isTrue(5), 5)
  same(t.check:raises(function() error("x", 0) end), "x")
  same(#host.kept, 0)
end)

test("what is no assertion that fails is no check", function()
  local t, host = new()
  same(harness.raised(function() t.check:match("a", "[") end).text,
    '"[" is not a Lua pattern: malformed pattern (missing \']\')')
  same(harness.raised(function() t.check:raises(function() t:skip("no redis") end) end).message, "no redis")
  same(harness.raised(function() t.check:equals(1, 2) end).text,
    "a check has no 'equals'; did you mean 'equal'?")
  same(#host.kept, 0)
end)

test("a check that fails in a row is kept with the innermost one", function()
  local t, host = new()
  for _ in t:each { outer = 1 } do
    for _, row in t:each { a = 1, b = 2 } do t.check:equal(row, 1) end
    t.check:isTrue(false)
  end
  t.check:isTrue(false)
  same({ host.kept[1].row, host.kept[2].row, host.kept[3].row }, { "row b", "row outer", nil })
end)

test("a check that is called with a dot names the colon", function()
  local t, host = new()
  for name, call in pairs {
    equal = function() t.check.equal(1, 1) end, isTrue = function() t.check.isTrue(true) end,
    raises = function() t.check.raises(error) end,
  } do
    same(harness.raised(call).text, ("%s is called with a colon: t.check:%s(…)"):format(name, name))
  end
  same({ #host.kept, host.assertions }, { 0, 0 })
end)
