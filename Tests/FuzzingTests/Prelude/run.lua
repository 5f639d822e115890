-- Runs the specs of the prelude of fuzzing in stock Lua, all or those that are named:
--
--     lua5.4 Tests/FuzzingTests/Prelude/run.lua [NAME…]
--
-- A spec file gets `test(name, fn)` and the harness.

local here = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
local harness = dofile(here .. "harness.lua")

local specs = {
  "randomness", "tape", "generator", "block", "mutation", "shrinking", "machine",
  "store", "state", "corpus", "verdicts", "reproducer", "servers", "investigation",
}

local passed, failed = 0, 0

local function test(name, fn)
  local fine, raised = xpcall(fn, function(raised)
    if type(raised) ~= "table" then return debug.traceback(raised) end
    return raised.message or tostring(raised)
  end)
  if fine then
    passed = passed + 1
  else
    failed = failed + 1
    print(("✗ %s\n  %s"):format(name, raised))
  end
end

for _, spec in ipairs(#arg > 0 and arg or specs) do
  assert(loadfile(here .. spec .. ".spec.lua"))(test, harness)
end
print(("%d passed, %d failed"):format(passed, failed))
os.exit(failed == 0 and passed > 0 and 0 or 1)
