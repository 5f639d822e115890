-- Rows of a table, and trying again.
local test, harness = ...
local same = harness.same

local function new()
  local host = harness.load()
  return host.prelude.scenario.t, host
end

test("each goes through the rows in the order of their keys", function()
  local t, host = new()
  local seen = {}
  for key, row in t:each { b = 2, a = 1, [10] = 4, [9] = 3 } do seen[#seen + 1] = key .. "=" .. row end
  same(seen, { "9=3", "10=4", "a=1", "b=2" })
  same(host.events[3], { kind = "note", text = "row a" })
end)

test("the row in which something fails is remarked on", function()
  local t, host = new()
  local failure = harness.raised(function()
    for _, row in t:each { torn = 2, late = 1 } do t:equal(row, 1) end
  end)
  same(failure.message, "expected 1, got 2")
  same(host.prelude.failure.remarksOn(failure), { "row torn" })
end)

test("the row of an error that is no failure is remarked on as well", function()
  local t, host = new()
  local raised = harness.raised(function()
    for _ in t:each { 1 } do error("oops", 0) end
  end)
  same(host.prelude.failure.remarksOn(raised), { "row 1" })
end)

test("a loop that was left early is no row any more", function()
  local t, host = new()
  for _ in t:each { 1, 2 } do break end
  local failure = harness.raised(t.fail, t, "later")
  same(host.prelude.failure.remarksOn(failure), nil)
end)

test("each takes a table", function()
  local t = new()
  same(harness.raised(t.each, t, "a").text, 'each takes a table of rows, not "a"')
end)

test("eventually gives what the function gives once it passes", function()
  local t, host = new()
  local count = 0
  same({ t:eventually("1s", function()
    count = count + 1
    t:equal(count, 4)
    return "done", count
  end) }, { "done", 4 })
  same(host.clock, 1 + 2 + 4)
end)

test("eventually pauses longer and longer, 50 ms at most, and tries last at the deadline", function()
  local t, host = new()
  local times = {}
  harness.raised(t.eventually, t, 200, function()
    times[#times + 1] = host.clock
    t:fail "no"
  end)
  same(times, { 0, 1, 3, 7, 15, 31, 63, 113, 163, 200 })
end)

test("eventually shows every failure that it saw, with its times", function()
  local t, host = new()
  local failure = harness.raised(t.eventually, t, "20ms", function()
    t:equal(host.clock < 5 and "a" or "b", "c")
  end)
  same({ failure.kind, failure.expected, failure.actual }, { "timeout", "c", "b" })
  same(failure.message:match("; (.*)$"), 'all of its 6 tries failed, at last: expected "c", got "b"')
  same(failure.notes, {
    '0.000s to 0.003s, 3 times: expected "c", got "a"',
    '0.007s to 0.020s, 3 times: expected "c", got "b"',
  })
end)

test("eventually takes assert for an assertion", function()
  local t, host = new()
  local assert = host.prelude.scenario.globals.assert
  t:eventually("20ms", function() assert(host.clock > 3, "too early") end)
  local failure = harness.raised(t.eventually, t, 0, function() assert(false, "never") end)
  same(failure.message:match("its one try failed, at last: .*never$") ~= nil, true)
end)

test("eventually passes on what is no failure", function()
  local t = new()
  local count = 0
  local function try(fn)
    return harness.raised(t.eventually, t, "20ms", function()
      count = count + 1
      fn()
    end)
  end
  same(try(function() error("oops", 0) end), "oops")
  same(try(function() t:skip("no redis") end).message, "no redis")
  same(try(function() t:equal(1, 1) t.equl() end).text, "a scenario has no 'equl'; did you mean 'equal'?")
  same(count, 3)
end)

test("waits inside of eventually end with its deadline", function()
  local t, host = new()
  local c = host.prelude.conversation.new(harness.socket(host, {}), "c1", { codec = "line" })
  local failure = harness.raised(t.eventually, t, "80ms", function() c:expect("x") end)
  same({ host.clock, failure.lane }, { 80, "c1" })
end)

test("eventually goes on trying after its time-out", function()
  local t, host = new()
  local failure = harness.died(t.eventually, t, "20ms", function() t:isTrue(host.clock > 60) end)
  same(failure.message:match("; (it passed.*)$"), "it passed 0.063s late")
  failure = harness.died(t.eventually, t, "20ms", function() t:fail "no" end)
  same(failure.notes[#failure.notes], "nor did it pass in the time after the deadline")
end)

test("eventually takes a deadline and a function", function()
  local t = new()
  same(harness.raised(t.eventually, t, "1s").text,
    "eventually takes a deadline and a function, not nil")
  same(harness.raised(t.eventually, t, -1, print).text, "deadline cannot be -1: it has to end")
end)
