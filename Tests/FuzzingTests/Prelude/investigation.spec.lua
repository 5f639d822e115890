-- How much of a history is looked at, and for how long.
local test, harness = ...
local same = harness.same

---A target that fails in the conversation `failing`, after one `poison` before it.
local function investigate(history, isLate)
  local host = harness.load()
  local played = 0
  rawset(host.prelude, "servers", { canRestart = function() return true end })
  rawset(host.prelude, "histories", {
    LIMIT = 4096,
    join = function(list) return list end,
    play = function(_, list)
      played = played + 1
      local isPoisoned, outcome = false, "passed"
      for index = 1, math.min(#list, 4096) do
        if list[index] == "poison" then isPoisoned = true end
        if list[index] == "failing" and isPoisoned then outcome = "failed" end
      end
      return { verdict = { outcome = outcome, signature = "s", kind = "mismatch" }, count = #list }
    end,
  })
  local world = { known = { s = 1 }, isLate = isLate or function() return false end }
  local finding = host.prelude.investigation.of(world, { kind = "mismatch", signature = "n" }, history)
  return finding, played
end

local function history(count, poisoned)
  local list = {}
  for index = 1, count do list[index] = index == poisoned and "poison" or "harmless" end
  list[count] = "failing"
  return list
end

test("a history of more conversations than are played ends with the failing one", function()
  same(investigate(history(8000, 4000)).signature, "s")
end)

test("what is out of time is played once and kept", function()
  local finding, played = investigate(history(8000, 4000), function() return true end)
  same({ finding.failures, finding.trials, played }, { 0, 1, 3 })
end)
