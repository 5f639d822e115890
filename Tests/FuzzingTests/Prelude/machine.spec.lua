-- State machines.
local test, harness = ...
local same = harness.same

local function counter(host, bound)
  return host.prelude.machine.make {
    start = function() return { count = 0, log = {} } end,
    rules = {
      up = {
        arguments = function(g) return g:int { 1, 9 } end,
        run = function(state, by) state.count = state.count + by end,
      },
      down = {
        when = function(state) return state.count > 0 end,
        run = function(state) state.count = state.count - 1 end,
      },
    },
    invariant = function(state) return state.count < bound, "count " .. state.count end,
    steps = 30,
  }
end

test("rules run where they may", function()
  local host = harness.load()
  local body, seen = counter(host, 1000), {}
  for seed = 1, 100 do
    local g = host.prelude.generator.new(host.prelude.tape.fresh(seed))
    body(g)
    for name in pairs(g.labels or {}) do seen[name] = true end
  end
  same(seen, { up = true, down = true })
end)

test("an invariant that fails ends the case, and shrinks to the fewest steps", function()
  local host = harness.load()
  local tape = harness.shrunk(host, counter(host, 6))
  -- The whole set of rules, and then "up", which is the only one that may run at first.
  same(tape.values, { false, true, 1, 6 })
end)

test("a check that fails names its rule", function()
  local host = harness.load()
  local body = host.prelude.machine.make {
    rules = { get = { run = function() return 1 end, check = function(_, _, reply) return reply == 2, "got 1" end } },
  }
  local failure = harness.raised(body, host.prelude.generator.new(host.prelude.tape.replay { false, true, 1 }))
  same(failure.message, 'the check of the rule "get": got 1')
end)

test("misuse of a machine is named", function()
  local host = harness.load()
  same(harness.raised(host.prelude.machine.make, { rules = {} }).text, "a machine needs rules")
  same(harness.raised(host.prelude.machine.make, { rules = { x = {} } }).text, 'the rule "x" has no run')
end)
