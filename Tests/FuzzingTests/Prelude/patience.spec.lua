-- How long a target is waited for.
local test, harness = ...
local same = harness.same

---Settles a target that is seen to do one thing after the other.
local function settled(...)
  local host, seen, looks, pauses = harness.load(), { ... }, 0, {}
  function host.activity()
    looks = looks + 1
    return seen[math.min(looks, #seen)]
  end
  function host.pause(microseconds)
    pauses[#pauses + 1] = microseconds
    host.clock = host.clock + 0.1
  end
  return host.prelude.patience.settle({ pid = 1 }, 1), looks, pauses
end

test("a target that sleeps is at rest at the first look", function()
  same({ settled("asleep") }, { true, 1, {} })
end)

test("a target that is busy for a moment is not slept for", function()
  same({ settled("running", "running", "asleep") }, { true, 3, { 0, 0 } })
end)

test("a target that is gone is not at rest", function()
  same({ settled("running", "gone") }, { false, 2, { 0 } })
end)

test("a target that stays busy is left after a while", function()
  same((settled("running")), false)
end)
