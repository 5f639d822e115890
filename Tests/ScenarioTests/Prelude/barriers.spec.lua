-- Barriers.
local test, harness = ...
local same = harness.same

local function new()
  local host = harness.load()
  return host.prelude.scenario.t, host
end

test("a barrier asks for the scenario's wait", function()
  local t, host = new()
  local asked
  host.arrive = function(...)
    asked = { ... }
    return true
  end
  t:barrier("ready", 2)
  same(asked, { "ready", 2, 5000 })
end)

test("a barrier that is not full in time says how many came", function()
  local t = new()
  local failure = harness.died(t.barrier, t, "ready", 2)
  same({ failure.kind, failure.message, failure.subject, failure.notes }, {
    "timeout", 'waited 5 s for barrier "ready" (1 of 2)', 'barrier "ready" (1 of 2)',
    { "no other actor is there", "nothing came in the 1 s after the deadline either" },
  })
end)

test("a barrier that is full late says so", function()
  local t, host = new()
  host.arrive = function(_, _, timeout)
    host.clock = host.clock + (host.held and 70 or timeout)
    return host.held ~= nil, 1
  end
  local failure = harness.died(t.barrier, t, "ready", 2)
  same({ failure.message, failure.notes }, {
    'waited 5 s for barrier "ready" (1 of 2); all had come 0.070s late',
    { "no other actor is there" },
  })
end)

test("misuse of a barrier is named", function()
  local t, host = new()
  host.arrive = function() return true end
  t:barrier("ready", 2)
  same(harness.raised(t.barrier, t, "ready", 3).text, 'the barrier "ready" is for 2 actors, not for 3')
  same(harness.raised(t.barrier, t, "x", 0).text,
    "the count of a barrier is a count of actors from 1, not 0")
  same(harness.raised(t.barrier, t, "x").text,
    "the count of a barrier is a count of actors from 1, not nil")
  same(harness.raised(t.barrier, t, nil, 2).text, "the name of a barrier is a text, not nil")
end)
